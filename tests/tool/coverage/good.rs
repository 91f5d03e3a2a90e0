//! The projects of `fixtures/good` pass: keys that no block of the documents can use, because they need a project file, commands, files,
//! or a provider that takes anything.

use std::{fs, path::PathBuf, time::Duration};

use crate::support::{ROBOT, RawServer, Workspace, repository, robot_key};
use hallpass::demo::{Client, Demo, Options};

pub(super) fn projects() -> Vec<PathBuf> {
    let mut all: Vec<_> =
        fs::read_dir(repository().join("fixtures/good")).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_good_project_passes_with_each_of_its_profiles() {
    let projects = projects();
    assert!(projects.len() >= 3, "only {} good projects were found", projects.len());
    for folder in projects {
        let demo = Demo::start(options()).await.unwrap();
        let token = br#"{"access_token":"a-token-for-anybody","token_type":"Bearer","expires_in":600}"#;
        let head = format!(
            "HTTP/1.1 200 OK\ncontent-type: application/json\nconnection: close\ncontent-length: {}",
            token.len()
        );
        let any = RawServer::answering(&head, token);
        let workspace = workspace(&folder, &demo).env("ANY_URL", &any.url());
        let ran = tokio::task::spawn_blocking(move || {
            workspace.hallpass(&["run"]).ends_with(0).does_not_say("skipped");
            if workspace.read("hallpass.yaml").contains("profiles:") {
                workspace.hallpass(&["run", "-p", "staging"]).ends_with(0).says("1 passed");
                assert!(workspace.path().join("staging.json").is_file() && workspace.path().join("run.json").is_file());
            }
        });
        ran.await.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        demo.stop().await;
    }
}

fn options() -> Options {
    let scopes = ["items.read", "items/.default"];
    let robot = Client::new("robot", "unused", &scopes).with_key(&robot_key());
    let clients = vec![Client::new("tester", "s3cret/+=", &scopes), robot];
    Options { clients, token_lifetime: Duration::from_secs(3600), ..Options::default() }
}

/// A copy of a project with what it reads from outside.
fn workspace(folder: &std::path::Path, demo: &Demo) -> Workspace {
    let account = serde_json::json!({
        "type": "service_account", "client_email": "robot", "private_key_id": "k1", "private_key": ROBOT,
        "token_uri": format!("{}/oauth2/token", demo.issuer_url()),
    });
    let mut workspace = Workspace::new("")
        .file("robot.pem", ROBOT)
        .envs(demo.env())
        .env("TESTER_SECRET", "s3cret/+=")
        .env("ROBOT_KEY", &account.to_string())
        .env("ASSERTION", "an.assertion.from-elsewhere");
    let mut folders = vec![folder.to_owned()];
    while let Some(open) = folders.pop() {
        for entry in fs::read_dir(open).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
                    workspace = workspace.bytes(name, &fs::read(&path).unwrap());
                }
            }
        }
    }
    let credentials = workspace.path().join("credentials").display().to_string();
    workspace.env("AWS_SHARED_CREDENTIALS_FILE", &credentials)
}
