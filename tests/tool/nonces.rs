//! Nonces of proofs (RFC 9449, sections 8 and 9), each good once: the token endpoint's and the API's, also where both have one origin.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, Dpop, Options, Server};

/// A demo whose token endpoint and API want a nonce in every proof, and answer each with the next.
async fn demo(one_origin: bool, token_lifetime: u64) -> Demo {
    let client = Client::new("shop-reader", "reader-secret", &["items.read"]).with_dpop(Dpop::WithNonce);
    let token_lifetime = Duration::from_secs(token_lifetime);
    Demo::start(Options { clients: vec![client], token_lifetime, one_origin, ..Options::default() }).await.unwrap()
}

/// So many requests, one after the other, each after a pause.
async fn run(demo: &Demo, count: usize, pause: &str) -> Ran {
    let project = format!(
        "base_url: {}\nauth: bound\nidentities:\n  bound: {{ oauth2: {{ issuer: '{}', client_id: shop-reader, client_secret: '{{{{env.CLIENT_SECRET}}}}', dpop: true }} }}\n",
        demo.api_url(),
        demo.issuer_url()
    );
    let requests = (0..count).map(|n| format!("  - {{ name: n{n}, get: '/items?n={n}', delay: {pause} }}\n"));
    let spec = format!("requests:\n{}", requests.collect::<String>());
    let workspace = Workspace::new(&project).envs(demo.env()).spec("bound.yaml", &spec);
    tokio::task::spawn_blocking(move || workspace.hallpass(&["run", "-vv"])).await.unwrap().ends_with(0)
}

/// What a part of each proof says that a server saw: its nonce, empty where it has none, and the key that it was signed with.
fn proofs(demo: &Demo, server: Server) -> Vec<(String, String)> {
    let seen = demo.requests().into_iter().filter(|request| request.server == server);
    let proofs = seen.filter_map(|request| request.header("dpop").map(str::to_owned));
    let said = proofs.map(|proof| {
        let part = |index| {
            let bytes = URL_SAFE_NO_PAD.decode(proof.split('.').nth(index).unwrap()).unwrap();
            serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
        };
        (part(1)["nonce"].as_str().unwrap_or_default().to_owned(), part(0)["jwk"].to_string())
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_server_asks_for_its_first_nonce_and_for_none_after_that() {
    for one_origin in [false, true] {
        let demo = demo(one_origin, 3600).await;
        assert_eq!(demo.issuer_url() == demo.api_url(), one_origin);
        run(&demo, 6, "0ms").await.says("6 passed").says("bound: 1 fetched").says("with the nonce of the server");
        let (asked, called) = (proofs(&demo, Server::Provider), proofs(&demo, Server::Api));
        assert_eq!((asked.len(), called.len()), (2, 7), "one refusal of each");
        assert_eq!((demo.counts().token_requests, demo.counts().unauthorized), (2, 1));
        let nonces: Vec<_> = asked.iter().chain(&called).map(|(nonce, _)| nonce.clone()).collect();
        let (without, with): (Vec<_>, Vec<_>) = nonces.into_iter().partition(String::is_empty);
        assert_eq!((without.len(), with.len(), BTreeSet::from_iter(&with).len()), (2, 7, 7), "{with:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bound_tokens_of_three_seconds_are_renewed_with_the_same_key_and_the_next_nonce() {
    let demo = demo(true, 3).await;
    run(&demo, 15, "300ms").await.says("15 passed").says("token 0s old");
    let counts = demo.counts();
    assert!(counts.tokens_issued >= 3, "{counts:?}");
    // No renewal makes either server ask again.
    assert_eq!((counts.token_requests, counts.unauthorized), (counts.tokens_issued + 1, 1));
    let all = [proofs(&demo, Server::Provider), proofs(&demo, Server::Api)].concat();
    let keys: BTreeSet<_> = all.iter().map(|(_, key)| key).collect();
    assert_eq!((all.len() as u64, keys.len()), (counts.token_requests + 16, 1));
}
