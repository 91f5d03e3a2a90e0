//! A project whose identity is of the certified provider.

use std::fmt::Write;

use crate::provider::{Provider, form};
use crate::support::{Ran, Workspace};

/// A project with one identity, `service`, of this `oauth2`; `{{secret}}` in it is that of the clients.
pub(crate) fn project(provider: &Provider, oauth2: &str) -> Workspace {
    at(provider, provider.told("issuer"), "", oauth2)
}

/// The same with an API at this URL, and `more` keys of the project.
pub(crate) fn at(provider: &Provider, base_url: &str, more: &str, oauth2: &str) -> Workspace {
    let oauth2 = oauth2.replace("{{secret}}", "client_secret: { env: SECRET }");
    let text =
        format!("base_url: {base_url}\n{more}auth: service\nidentities:\n  service:\n    oauth2: {{ {oauth2} }}\n");
    let told = ["issuer", "resource", "tls_url"].map(|name| (format!("{{{{{name}}}}}"), provider.told(name)));
    let text = told.iter().fold(text, |text, (name, value)| text.replace(name, value));
    Workspace::new(&text).env("SECRET", provider.told("secret"))
}

/// The same with `files` specs that send 25 requests each, `more` below each.
pub(crate) fn with_specs(workspace: Workspace, files: usize, more: &str) -> Workspace {
    with_specs_of(workspace, files, "/api/items", more)
}

/// The same with another target of the requests.
pub(crate) fn with_specs_of(mut workspace: Workspace, files: usize, target: &str, more: &str) -> Workspace {
    let mut text = String::from("requests:\n");
    for number in 0..25 {
        let _ = write!(text, "  - name: request {number}\n    get: {target}\n{more}");
    }
    for file in 0..files {
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &text);
    }
    workspace
}

/// Runs it; whatever comes of it, no secret is printed.
#[track_caller]
pub(crate) fn run(provider: &Provider, workspace: &Workspace) -> Ran {
    hides(provider, workspace.hallpass(&["run", "-vv"]))
}

/// Fails if a secret was printed.
#[track_caller]
pub(crate) fn hides(provider: &Provider, ran: Ran) -> Ran {
    let secret = provider.told("secret");
    let encoded = form(&[("", secret)]);
    ran.does_not_say(secret).does_not_say(encoded.trim_start_matches('=')).does_not_say("eyJh").does_not_say("BEGIN")
}
