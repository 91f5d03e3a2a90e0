//! A credential goes to its own origin and nowhere else: not by a URL in the request, not by a template, not by a redirect.

use std::time::Duration;

use crate::support::{Ran, Workspace};
use hallpass::demo::{Demo, Options, SeenRequest, Server};

const IDENTITIES: &str = "  bearer: { bearer: { env: API_TOKEN } }
  service: { oauth2: { token_url: '{{env.ISSUER_URL}}/oauth2/token', client_id: { env: CLIENT_ID }, client_secret: { env: CLIENT_SECRET } } }
  basic: { basic: { username: qa, password: { env: USER_PASSWORD } } }
  header: { api_key: { header: X-Api-Key, value: { env: API_KEY } } }
  query: { api_key: { query: api_key, value: { env: API_KEY } } }
  cookie: { api_key: { cookie: api_key, value: { env: API_KEY } } }
  signer: { jwt: { alg: HS256, key: { env: SIGNING_KEY } } }
  session: { login: { request: { post: /login, json: { user: qa, password: { env: USER_PASSWORD } } }, token: $.session.token, lifetime: 1h } }
  several: { all: [bearer, header] }
";

const NAMES: [&str; 9] = ["bearer", "service", "basic", "header", "query", "cookie", "signer", "session", "several"];

async fn demo() -> Demo {
    Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap()
}

async fn run(home: &Demo, stranger: &Demo, more: &str, spec: &str) -> Ran {
    let project = format!("base_url: {}\nidentities:\n{IDENTITIES}{more}", home.api_url());
    let workspace =
        Workspace::new(&project).envs(home.env()).env("STRANGER", stranger.api_url()).spec("away.yaml", spec);
    tokio::task::spawn_blocking(move || workspace.hallpass(&["run", "-vv"])).await.unwrap()
}

/// Requests to the API of a demo that carry anything that could be a credential.
fn with_credential(demo: &Demo) -> Vec<SeenRequest> {
    let carries = |request: &SeenRequest| {
        let headers = ["authorization", "x-api-key", "cookie"];
        headers.iter().any(|name| request.header(name).is_some()) || request.target.contains("api_key")
    };
    demo.requests().into_iter().filter(|request| request.server == Server::Api && carries(request)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_of_leading_a_request_elsewhere_takes_its_credential_along() {
    let (home, stranger) = (demo().await, demo().await);
    let mut spec = "vars: { elsewhere: '{{env.STRANGER}}' }\nrequests:\n".to_owned();
    for name in NAMES {
        spec.push_str(&format!(
            "  - {{ name: '{name} absolute', get: '{url}/health', auth: {name} }}
  - {{ name: '{name} templated', get: '{{{{elsewhere}}}}/health', auth: {name} }}
  - {{ name: '{name} redirected', get: '/redirect-to?url={url}/health', redirects: 3, auth: {name} }}
  - {{ name: '{name} sent on', post: '/redirect-to?status=307&url={url}/echo', redirects: 3, auth: {name}, json: {{ a: 1 }} }}
",
            url = stranger.api_url(),
        ));
    }
    let ran = run(&home, &stranger, "", &spec).await.ends_with(0).says("36 passed");
    drop(ran);
    assert_eq!(stranger.counts().api_requests, 36);
    assert_eq!(with_credential(&stranger), []);
    assert!(with_credential(&home).len() >= 18, "at home the credential is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_let_a_credential_go_further_and_only_there() {
    let (home, friend, stranger) = (demo().await, demo().await, demo().await);
    let more = format!("  guest: {{ bearer: {{ env: API_TOKEN }}, hosts: ['{}'] }}\n", friend.api_url());
    let spec = format!(
        "requests:
  - {{ name: friend, get: '{friend}/echo', auth: guest }}
  - {{ name: sent on, get: '/redirect-to?url={friend}/health', redirects: 1, auth: guest }}
  - {{ name: sent further, get: '{friend}/redirect-to?url={stranger}/health', redirects: 1, auth: guest }}
  - {{ name: back home, get: '/redirect-to?url={home}/health', redirects: 1, auth: guest }}
",
        friend = friend.api_url(),
        stranger = stranger.api_url(),
        home = home.api_url(),
    );
    run(&home, &stranger, &more, &spec).await.ends_with(0).says("4 passed");
    assert_eq!((with_credential(&stranger), stranger.counts().api_requests), (vec![], 1));
    let at_friend: Vec<_> = with_credential(&friend).into_iter().map(|request| request.target).collect();
    assert!(at_friend.iter().any(|target| target == "/echo"), "{at_friend:?}");
    assert_eq!(with_credential(&home).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_request_is_sent_on_to_nobody() {
    let (home, stranger) = (demo().await, demo().await);
    for status in [301, 302, 307, 308] {
        let to = format!("{}/oauth2/token", stranger.issuer_url());
        home.plan_faults([hallpass::demo::Fault::answer(status, "").header("location", &to)]);
        let spec = "requests:\n  - { name: read, get: /items, auth: service }\n";
        let ran = run(&home, &stranger, "", spec).await.ends_with(3);
        ran.says(&format!("answered {status} with a redirect to {to}")).says("is not followed");
    }
    assert_eq!((stranger.counts().token_requests, home.counts().api_requests), (0, 0));
}
