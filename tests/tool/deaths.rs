//! Tokens that end before their time, and endpoints that are at fault for a while: every case passes, each death costs one renewal.

use std::{fmt::Write, sync::Arc, time::Duration};

use crate::support::{Ran, Workspace};
use hallpass::demo::{Client, Demo, ExpiresIn, Fault, Options, Server};

/// A project whose identity has these further keys, and this many specs with this many requests, each after a pause.
fn project(demo: &Demo, keys: &str, files: usize, requests: usize, pause: &str) -> Workspace {
    let project = format!(
        "base_url: {}\nauth: service\nidentities:\n  service:\n    oauth2:\n      token_url: {}/oauth2/token\n      \
         client_id: tester\n      client_secret: {{ env: TESTER_SECRET }}\n{keys}",
        demo.api_url(),
        demo.issuer_url(),
    );
    let mut text = String::from("requests:\n");
    for number in 0..requests {
        let _ = writeln!(
            text,
            "  - {{ name: request {number}, get: /items, delay: {pause}, expect: {{ json: {{ items: {{ $type: array }} }} }} }}"
        );
    }
    let workspace = Workspace::new(&project).env("TESTER_SECRET", "s3cret");
    (0..files).fold(workspace, |workspace, file| workspace.spec(&format!("spec_{file}.yaml"), &text))
}

fn options() -> Options {
    let tester = Client::new("tester", "s3cret", &["items.read"]);
    Options { clients: vec![tester], token_lifetime: Duration::from_secs(3600), ..Options::default() }
}

async fn run(workspace: &Arc<Workspace>) -> Ran {
    let workspace = Arc::clone(workspace);
    let arguments = ["run", "--report", "json=run.json"];
    tokio::task::spawn_blocking(move || workspace.hallpass(&arguments)).await.unwrap()
}

/// What the report says of the only identity.
fn auth(workspace: &Workspace) -> serde_json::Value {
    let report: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    assert_eq!(report["auth"].as_array().unwrap().len(), 1);
    report["auth"][0].clone()
}

/// The different tokens that the API was sent.
fn tokens(demo: &Demo) -> usize {
    let requests = demo.requests();
    let of_api = requests.iter().filter(|request| request.server == Server::Api);
    let mut tokens: Vec<_> = of_api.map(|request| request.header("authorization").unwrap()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    tokens.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_lies_about_the_end_costs_one_renewal_for_each_death() {
    let expires_in = ExpiresIn::Claimed("3600".to_owned());
    let options = Options { token_lifetime: Duration::from_secs(1), expires_in, ..options() };
    let demo = Demo::start(options).await.unwrap();
    let workspace = Arc::new(project(&demo, "", 4, 16, "250ms"));
    run(&workspace).await.ends_with(0).says("64 passed");
    let (counts, auth) = (demo.counts(), auth(&workspace));
    assert!(counts.token_requests >= 3, "{counts:?}");
    assert_eq!((counts.token_requests_at_once, tokens(&demo) as u64), (1, counts.token_requests), "{counts:?}");
    assert_eq!(auth["renewed"], counts.token_requests - 1, "{auth}");
    assert_eq!((&auth["fetched"], &auth["replayed"]), (&counts.token_requests.into(), &counts.unauthorized.into()));
    assert_eq!(counts.api_requests, 64 + counts.unauthorized);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_revoked_in_the_middle_of_a_run_costs_one_renewal() {
    let demo = Demo::start(options()).await.unwrap();
    let workspace = Arc::new(project(&demo, "", 4, 10, "100ms"));
    let running = tokio::spawn({
        let workspace = Arc::clone(&workspace);
        async move { run(&workspace).await }
    });
    while demo.counts().api_requests < 8 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    demo.revoke_all();
    running.await.unwrap().ends_with(0).says("40 passed");
    let (counts, auth) = (demo.counts(), auth(&workspace));
    assert_eq!((counts.token_requests, tokens(&demo)), (2, 2));
    assert!((1..=4).contains(&counts.unauthorized), "{counts:?}");
    assert_eq!((&auth["renewed"], &auth["replayed"]), (&1.into(), &counts.unauthorized.into()), "{auth}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_never_says_401_is_served_by_the_end_that_the_token_names() {
    let short = Options { token_lifetime: Duration::from_secs(3), expires_in: ExpiresIn::Absent, ..options() };
    let demo = Demo::start(Options { expired_is_empty: true, ..short }).await.unwrap();
    let workspace = Arc::new(project(&demo, "", 2, 16, "300ms"));
    run(&workspace).await.ends_with(0).says("32 passed");
    let counts = demo.counts();
    assert!(counts.token_requests >= 2, "{counts:?}");
    assert_eq!((counts.unauthorized, counts.api_requests, &auth(&workspace)["replayed"]), (0, 32, &0.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_is_at_fault_for_a_while_is_asked_again_by_one() {
    let busy = || Fault::answer(503, "").header("retry-after", "0");
    let plans = [
        vec![busy(), busy()],
        vec![Fault::answer(429, "{}").header("retry-after", "1"), busy()],
        vec![Fault::reset(), Fault::cut()],
        vec![Fault::answer(200, "{\"error\":\"temporarily_unavailable\"}").header("retry-after", "0"), busy()],
    ];
    for plan in plans {
        let demo = Demo::start(options()).await.unwrap();
        demo.plan_faults(plan.clone());
        let workspace = Arc::new(project(&demo, "", 10, 1, "0s"));
        run(&workspace).await.ends_with(0).says("10 passed").says("auth service: 1 fetched, 9 shared, 0 renewed");
        let counts = demo.counts();
        assert_eq!((counts.token_requests, counts.token_requests_at_once), (3, 1), "{plan:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_hangs_is_waited_for_as_long_as_it_says_and_no_request_goes_out() {
    let demo = Demo::start(options()).await.unwrap();
    demo.plan_faults(vec![Fault::hang(); 2]);
    let workspace = Arc::new(project(&demo, "      timeout: 300ms\n      retries: 1\n", 5, 2, "0s"));
    let ran = run(&workspace).await.ends_with(3).says("no token for `service`: the token endpoint");
    ran.says(&format!("{}/oauth2/token could not be asked: ", demo.issuer_url()))
        .says("300ms")
        .says("2 attempts were made");
    assert_eq!((demo.counts().token_requests, demo.counts().api_requests), (2, 0));
    assert_eq!(auth(&workspace)["failed"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_shortens_no_token_and_is_told() {
    let demo = Demo::start(Options { expires_in: ExpiresIn::Absent, ..options() }).await.unwrap();
    demo.plan_faults([Fault::none().skewed(-7200)]);
    let workspace = Arc::new(project(&demo, "", 3, 2, "0s"));
    run(&workspace).await.ends_with(0).says("6 passed").says("the clock of the token endpoint is 2h0m behind");
    assert_eq!(demo.counts().token_requests, 1);
}
