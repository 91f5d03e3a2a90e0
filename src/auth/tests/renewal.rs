use std::time::Duration;

use super::*;
use crate::auth::grant::Own;
use crate::secret::Secret;
use crate::spec::auth::GrantType;

/// A reply with this token, which lives for an hour, and this refresh token.
fn renewable(text: &str, refresh: &str) -> Reply {
    Reply::json(200, &format!(r#"{{"access_token":"{text}","expires_in":3600,"refresh_token":"{refresh}"}}"#))
}

fn invalid_grant() -> Reply {
    Reply::json(400, r#"{"error":"invalid_grant"}"#)
}

fn password(grant: &mut Grant) {
    grant.grant = GrantType::Password;
    grant.own = Own::Password { username: "qa".into(), password: Secret::new("pass-word") };
}

fn given(grant: &mut Grant) {
    grant.grant = GrantType::RefreshToken;
    grant.own = Own::Refresh(Secret::new("given-one"));
}

const WHOLE: &str = "grant_type=password&username=qa&password=pass-word";

fn refreshed(by: &str) -> String {
    format!("grant_type=refresh_token&refresh_token={by}")
}

impl Bench {
    /// The tokens that are had one hour after another, until there is none.
    async fn hourly(&self, ready: &Arc<Ready>, hours: usize) -> Vec<String> {
        let mut tokens = Vec::new();
        for _ in 0..hours {
            let token = self.tokens.credential(ready).await.map(|it| it.secret.expose().to_owned());
            tokens.push(token.unwrap_or_else(|why| why.message));
            self.clock.advance(Duration::from_secs(3600));
        }
        tokens
    }

    /// The bodies of all token requests.
    fn bodies(&self) -> Vec<String> {
        let body = |request: &String| request.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        self.server.seen().iter().filter_map(body).collect()
    }
}

#[tokio::test]
async fn a_refresh_token_renews_and_each_is_used_once() {
    let replies =
        vec![renewable("token-1", "refresh-1"), renewable("token-2", "refresh-2"), token("token-3"), token("token-4")];
    let bench = Bench::new(replies).await;
    let ready = bench.ready_with("user", password);
    assert_eq!(bench.hourly(&ready, 4).await, ["token-1", "token-2", "token-3", "token-4"]);
    // The third reply has no new one: the old one stays.
    let expected = [WHOLE.to_owned(), refreshed("refresh-1"), refreshed("refresh-2"), refreshed("refresh-2")];
    assert_eq!(bench.bodies(), expected);
    for hidden in ["refresh-1", "refresh-2"] {
        assert_eq!(bench.redactor.redact(hidden), "[redacted]");
    }
    let summary = &bench.tokens.summary()[0];
    assert_eq!((summary.fetched, summary.renewed, summary.notes.len()), (4, 3, 0));
}

#[tokio::test]
async fn a_refresh_token_that_is_not_taken_costs_one_whole_grant() {
    let refusals = [
        invalid_grant(),
        Reply::json(400, r#"{"error":"unsupported_grant_type"}"#),
        // A refresh may be answered without what `use` asks for (OpenID Connect Core 12.2).
        Reply::json(200, r#"{"id_token":"x"}"#),
    ];
    for refusal in refusals {
        let bench = Bench::new(vec![renewable("token-1", "refresh-1"), refusal, token("token-2")]).await;
        let ready = bench.ready_with("user", password);
        assert_eq!(bench.hourly(&ready, 3).await, ["token-1", "token-2", "token-2"]);
        let expected = [WHOLE.to_owned(), refreshed("refresh-1"), WHOLE.to_owned(), WHOLE.to_owned()];
        assert_eq!(bench.bodies(), expected);
        let notes = &bench.tokens.summary()[0].notes;
        assert!(notes[0].starts_with("its refresh token was not taken, so it was earned anew: the token"), "{notes:?}");
    }
}

#[tokio::test]
async fn a_whole_grant_that_fails_too_is_the_end() {
    let bench = Bench::new(vec![renewable("token-1", "refresh-1"), invalid_grant()]).await;
    let ready = bench.ready_with("user", password);
    let tokens = bench.hourly(&ready, 3).await;
    assert!(tokens[1].starts_with("no token for `user`") && tokens[1].contains("`invalid_grant`"), "{tokens:?}");
    assert_eq!(tokens[1], tokens[2]);
    assert_eq!(bench.server.count(), 3);
}

#[tokio::test]
async fn a_client_that_is_refused_is_not_tried_with_the_password() {
    let refusal = Reply::json(401, r#"{"error":"invalid_client"}"#);
    let bench = Bench::new(vec![renewable("token-1", "refresh-1"), refusal]).await;
    let ready = bench.ready_with("user", password);
    assert!(bench.hourly(&ready, 2).await[1].contains("`invalid_client`"));
    assert_eq!(bench.server.count(), 2);
}

#[tokio::test]
async fn a_refresh_token_outlives_an_endpoint_that_is_at_fault() {
    let busy = Reply::json(503, "{}");
    let replies = vec![renewable("token-1", "refresh-1"), busy.clone(), busy.clone(), busy, token("token-2")];
    let bench = Bench::new(replies).await;
    let ready = bench.ready_with("user", password);
    let tokens = bench.hourly(&ready, 3).await;
    assert_eq!((tokens[0].as_str(), tokens[2].as_str()), ("token-1", "token-2"));
    assert_eq!(bench.bodies()[1..], vec![refreshed("refresh-1"); 4]);
}

#[tokio::test]
async fn a_rejected_token_is_renewed_by_its_refresh_token() {
    let bench = Bench::new(vec![renewable("token-1", "refresh-1"), renewable("token-2", "refresh-2")]).await;
    let ready = bench.ready_with("user", password);
    let rejected = bench.tokens.credential(&ready).await.unwrap();
    let renewed = bench.tokens.rejected(&ready, &rejected, None).await.unwrap().unwrap();
    assert_eq!(renewed.secret.expose(), "token-2");
    assert_eq!(bench.bodies(), [WHOLE.to_owned(), refreshed("refresh-1")]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_that_renew_at_once_use_a_refresh_token_once() {
    let bench = Arc::new(Bench::new(vec![renewable("token-1", "refresh-1"), renewable("token-2", "refresh-2")]).await);
    let ready = bench.ready_with("user", password);
    bench.hourly(&ready, 1).await;
    bench.server.close_gate();
    let tasks: Vec<_> = (0..100)
        .map(|_| {
            let (bench, ready) = (Arc::clone(&bench), Arc::clone(&ready));
            tokio::spawn(async move { bench.token(&ready).await })
        })
        .collect();
    bench.server.open_gate();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "Bearer token-2");
    }
    assert_eq!(bench.bodies(), [WHOLE.to_owned(), refreshed("refresh-1")]);
}

#[tokio::test]
async fn a_given_refresh_token_earns_the_first_token_and_is_not_offered_twice() {
    let replies =
        vec![renewable("token-1", "refresh-1"), renewable("token-2", "refresh-2"), invalid_grant(), token("token-3")];
    let bench = Bench::new(replies).await;
    let ready = bench.ready_with("user", given);
    assert_eq!(bench.hourly(&ready, 3).await, ["token-1", "token-2", "token-3"]);
    let expected = ["given-one", "refresh-1", "refresh-2", "given-one"].map(refreshed);
    assert_eq!(bench.bodies(), expected);

    let same = renewable("token-1", "given-one");
    let bench = Bench::new(vec![same, invalid_grant()]).await;
    let tokens = bench.hourly(&bench.ready_with("user", given), 2).await;
    assert!(tokens[1].contains("`invalid_grant`"), "{tokens:?}");
    assert_eq!(bench.bodies(), ["given-one", "given-one"].map(refreshed));
}
