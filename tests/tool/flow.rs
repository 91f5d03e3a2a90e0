//! What becomes of a request that is sent more than once, later, or not at all; counted by the server.

use std::time::Duration;

use crate::support::{Ran, Workspace, repository};
use hallpass::demo::{Demo, Options};

/// The project of the demo with one spec.
fn shop(demo: &Demo, spec: &str) -> Workspace {
    let project = std::fs::read_to_string(repository().join("hallpass.yaml")).unwrap();
    Workspace::new(&project).spec("flow.yaml", spec).envs(demo.env())
}

async fn demo() -> Demo {
    Demo::start(Options { token_lifetime: Duration::from_secs(3600), ..Options::default() }).await.unwrap()
}

async fn run(workspace: Workspace, arguments: &'static [&'static str]) -> (Workspace, Ran) {
    let ran = tokio::task::spawn_blocking(move || {
        let ran = workspace.hallpass(arguments);
        (workspace, ran)
    });
    ran.await.unwrap()
}

const MATRIX: &str = "\
requests:
  - name: make it
    post: /items
    auth: editor
    json: { title: lamp, price: 1 }
    expect: { status: 201 }
    capture: { id: $.id }
  - name: read it
    get: /items/{{id}}
    as:
      none: 401
      reader: 2xx
      editor: { status: 200, json: { title: lamp } }
    expect: { headers: { content-type: { starts_with: application/ } } }
  - name: remove it
    delete: /items/{{id}}
    auth: editor
    needs: [read it]
";

#[tokio::test(flavor = "multi_thread")]
async fn an_access_matrix_is_one_case_for_each_identity() {
    let demo = demo().await;
    let (workspace, ran) = run(shop(&demo, MATRIX), &["list"]).await;
    let names = ["make it", "read it [as none]", "read it [as reader]", "read it [as editor]", "remove it"];
    assert_eq!(ran.ends_with(0).stdout, names.map(|name| format!("specs/flow.yaml::{name}\n")).concat());
    let (_, ran) = run(workspace, &["run", "-v"]).await;
    ran.ends_with(0).says("5 passed");
    assert_eq!((demo.counts().api_requests, demo.counts().unauthorized, demo.counts().token_requests), (5, 1, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_identity_alone_can_be_selected_with_what_it_needs() {
    let demo = demo().await;
    let (_, ran) = run(shop(&demo, MATRIX), &["run", "-v", "-k", "[as none]"]).await;
    ran.ends_with(0).says("2 passed").says("needed by `read it [as none]`");
    let (_, ran) = run(shop(&demo, MATRIX), &["run", "-k", "remove it"]).await;
    ran.ends_with(0).says("5 passed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_is_answered_otherwise_fails_alone_and_stops_what_needs_the_request() {
    let demo = demo().await;
    let spec = MATRIX.replace("reader: 2xx", "reader: 403");
    let (_, ran) = run(shop(&demo, &spec), &["run", "-v"]).await;
    ran.ends_with(1)
        .says("3 passed, 1 failed, 1 skipped")
        .says("FAIL specs/flow.yaml::read it [as reader]")
        .says("expected `403`, found `200`")
        .says("it needs `read it [as reader]`, which failed");
    assert_eq!(demo.counts().api_requests, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_request_expects_is_checked_of_every_identity() {
    let demo = demo().await;
    let spec = MATRIX.replace("starts_with: application/", "equals: application/json");
    let (_, ran) = run(shop(&demo, &spec), &["run"]).await;
    ran.ends_with(1).says("read it [as none]").says("application/problem+json").says("3 passed, 1 failed");
}
