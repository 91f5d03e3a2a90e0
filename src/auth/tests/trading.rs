use super::{
    assertions::{signer, text},
    *,
};
use crate::auth::grant::{Client, Held, Own, Proof, party::Party};
use crate::json::Json;
use crate::spec::auth::GrantType;

fn trading(ready: &Arc<Ready>) -> impl FnOnce(&mut Grant) {
    let held = Held::By(Arc::clone(ready));
    move |grant| {
        grant.grant = GrantType::TokenExchange;
        grant.own = Own::Exchange { subject: Party { kind: "urn:t".into(), held }, actor: None, requested_type: None };
    }
}

fn signing(grant: &mut Grant) {
    grant.grant = GrantType::JwtBearer;
    grant.client = Client { id: String::new(), proof: Proof::None };
    let claims = [("iss", "robot"), ("sub", "qa")].map(|(name, value)| (name.to_owned(), Json::from(value.to_owned())));
    grant.own = Own::Signed { signer: signer("robot-key"), claims: claims.into(), in_header: false };
}

#[tokio::test]
async fn the_token_of_another_identity_is_had_first_and_traded() {
    let reply = r#"{"access_token":"token-2","token_type":"N_A","expires_in":3600}"#;
    let bench = Bench::new(vec![token("token-1"), Reply::json(200, reply)]).await;
    let user = bench.ready("user");
    let behalf = bench.ready_with("behalf", trading(&user));
    assert_eq!(bench.token(&behalf).await, "Bearer token-2");
    let seen = bench.server.seen();
    assert!(seen[0].ends_with("grant_type=client_credentials"), "{}", seen[0]);
    let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token_type=urn%3At&subject_token=token-1";
    assert!(seen[1].ends_with(form), "{}", seen[1]);
    assert_eq!(bench.token(&user).await, "Bearer token-1");
    assert_eq!(bench.token(&behalf).await, "Bearer token-2");
    assert_eq!(bench.server.count(), 2);
}

#[tokio::test]
async fn a_subject_without_a_token_is_told_once_with_its_cause() {
    let bench = Bench::new(vec![Reply::json(401, r#"{"error":"invalid_client"}"#)]).await;
    let behalf = bench.ready_with("behalf", trading(&bench.ready("user")));
    for _ in 0..10 {
        let why = bench.tokens.credential(&behalf).await.unwrap_err();
        let start =
            "no token for `behalf`: its `subject_token` could not be had: no token for `user`: the token endpoint";
        assert!(why.message.starts_with(start) && why.help.is_some(), "{}", why.message);
    }
    assert_eq!(bench.server.count(), 1);
}

#[tokio::test]
async fn an_assertion_of_the_grant_says_it_all_and_is_signed_anew() {
    let bench = Bench::new(vec![Reply::json(503, "{}"), token("first-token")]).await;
    assert_eq!(bench.token(&bench.ready_with("robot", signing)).await, "Bearer first-token");
    let seen = bench.server.seen();
    let form = "\r\n\r\ngrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ";
    assert!(seen[1].contains(form) && !seen[1].contains("client_id"), "{}", seen[1]);
    let assertions = bench.assertions("assertion");
    assert_ne!(text(&assertions[0], "jti"), text(&assertions[1], "jti"));
    let told = (text(&assertions[1], "iss"), text(&assertions[1], "sub"), text(&assertions[1], "aud"));
    assert_eq!(told, ("robot".to_owned(), "qa".to_owned(), bench.server.url("/token")));
    assert!(!bench.redactor.redact(&assertions[1]).contains(&assertions[1]));
}
