//! A person who logs in at a provider that others wrote, and runs that live on what is left of it.

use serde_json::Value;

use crate::login_process::Login;
use crate::project::{hides, project, run, with_specs};
use crate::provider::Provider;
use crate::support::Workspace;

/// Each way to log in, and how many indented lines it says up to the address that has everything in it.
const WAYS: [(&str, usize); 2] = [("authorization_code", 1), ("device_code", 3)];

/// An identity that a person logs in for, kept in a folder of its own.
fn human(provider: &Provider, grant: &str, folder: &tempfile::TempDir) -> Workspace {
    let oauth2 = format!(
        "grant: {grant}, issuer: '{{{{issuer}}}}', client_id: native, scope: [openid, offline_access, items.read], \
         authorization_params: {{ prompt: consent }}"
    );
    project(provider, &oauth2).env("XDG_RUNTIME_DIR", folder.path().to_str().unwrap())
}

/// Begins a login and goes where it says; the last page that the person sees.
fn visited(provider: &Provider, workspace: &Workspace, lines: usize) -> (Login, Value) {
    let mut login = Login::start(workspace, "service", &["--no-browser"]);
    let address = (0..lines).map(|_| login.next()).last().unwrap();
    let page = provider.visit(&address);
    (login, page)
}

#[track_caller]
fn lives_on(provider: &Provider, (grant, lines): (&str, usize)) {
    let folder = tempfile::tempdir().unwrap();
    let workspace = with_specs(human(provider, grant, &folder), 4, "    delay: 80ms\n");
    run(provider, &workspace).ends_with(3).says("run `hallpass auth login service`");
    assert_eq!(provider.count("token_requests"), 0);
    let (login, page) = visited(provider, &workspace, lines);
    assert_eq!(page["status"], 200, "{page}");
    let ran = hides(provider, login.end()).ends_with(0);
    ran.says("service: logged in as qa; runs renew the token by themselves");
    // Where it was slow, a device was told that the person is not done.
    let refused = provider.count("refused");
    for round in 1..=3 {
        run(provider, &workspace).ends_with(0).says("100 passed").never_met(401);
        assert!(provider.count("refreshes") >= round, "round {round}");
    }
    assert_eq!(provider.count("tokens"), 1 + provider.count("refreshes"));
    let wrong = ["grants_revoked", "unauthorized"].map(|name| provider.count(name));
    assert_eq!((wrong, provider.count("refused")), ([0, 0], refused), "{grant}");
}

#[test]
fn a_login_by_code_is_found_and_renewed_by_three_runs() {
    let Some(provider) = Provider::start(2) else { return };
    lives_on(&provider, WAYS[0]);
    assert_eq!(provider.count("refused"), 0);
}

#[test]
fn a_login_by_device_is_found_and_renewed_by_three_runs() {
    let Some(provider) = Provider::start(2) else { return };
    lives_on(&provider, WAYS[1]);
}

#[test]
fn a_person_who_says_no_ends_the_login() {
    let Some(provider) = Provider::denying() else { return };
    let messages =
        ["the login was answered `access_denied`: the user said no", "the login was answered `access_denied`"];
    for (way, message) in WAYS.into_iter().zip(messages) {
        let folder = tempfile::tempdir().unwrap();
        let workspace = with_specs(human(&provider, way.0, &folder), 1, "");
        let (login, _) = visited(&provider, &workspace, way.1);
        hides(&provider, login.end()).ends_with(3).says(message).says("log in again and allow it");
        run(&provider, &workspace).ends_with(3).says("nobody has logged in");
    }
    assert_eq!((provider.count("tokens"), provider.count("api_requests")), (0, 0));
}
