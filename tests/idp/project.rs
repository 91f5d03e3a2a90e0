//! A project whose identity is of the certified provider.

use std::fmt::Write;

use crate::provider::{Provider, form};
use crate::support::{Ran, Workspace};

/// A project with one identity, `service`, of this `oauth2`; `{{secret}}` in it is that of the clients.
pub(crate) fn project(provider: &Provider, oauth2: &str) -> Workspace {
    let oauth2 = oauth2.replace("{{secret}}", "client_secret: { env: SECRET }");
    let issuer = provider.told("issuer");
    let text = format!("base_url: {issuer}\nauth: service\nidentities:\n  service:\n    oauth2: {{ {oauth2} }}\n");
    let text = text.replace("{{issuer}}", issuer).replace("{{resource}}", provider.told("resource"));
    Workspace::new(&text).env("SECRET", provider.told("secret"))
}

/// The same with `files` specs that send 25 requests each, `more` below each.
pub(crate) fn with_specs(mut workspace: Workspace, files: usize, more: &str) -> Workspace {
    let mut text = String::from("requests:\n");
    for number in 0..25 {
        let _ = write!(text, "  - name: request {number}\n    get: /api/items\n{more}");
    }
    for file in 0..files {
        workspace = workspace.spec(&format!("spec_{file}.yaml"), &text);
    }
    workspace
}

/// Runs it; whatever comes of it, no secret is printed.
#[track_caller]
pub(crate) fn run(provider: &Provider, workspace: &Workspace) -> Ran {
    let ran = workspace.hallpass(&["run", "-vv"]);
    let secret = provider.told("secret");
    let encoded = form(&[("", secret)]);
    ran.does_not_say(secret).does_not_say(encoded.trim_start_matches('=')).does_not_say("eyJh").does_not_say("BEGIN")
}
