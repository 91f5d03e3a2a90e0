//! A request of a `login`: every key of a request that means something there, and `{env: NAME}` wherever a value may stand.

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::given,
    request::{Request, Stage},
};
use crate::yaml::{Entry, Node, Value};

/// What messages call the request that logs in.
pub(crate) const LOGIN: &str = "login";
/// What messages call the request that renews.
pub(crate) const REFRESH: &str = "refresh";

/// Keys that mean something for a test only.
const UNUSED: &[&str] =
    &["as", "for_each", "poll", "retry", "when", "tags", "skip", "needs", "capture", "delay", "vars"];

/// A request whose reply holds a token.
#[derive(Clone, Debug)]
pub(crate) struct LoginRequest {
    pub(crate) request: Box<Request>,
    /// The environment variables that were written as `{env: NAME}`: their values are secret.
    pub(crate) secrets: Vec<String>,
}

impl LoginRequest {
    /// Reads one.
    pub(crate) fn load(node: &Node, name: &str, loading: &mut Loading) -> Option<Self> {
        let before = std::mem::take(&mut loading.uses);
        let mut secrets = Vec::new();
        let node = with_templates(node, &mut secrets);
        let request = Request::load_as(&node, Some(name), Stage::Requests, loading);
        let read = request.iter().flat_map(|request| &request.uses);
        // `reply` is for the refresh to read.
        loading.uses = before.into_iter().chain(read.filter(|read| read.name != "reply").cloned()).collect();
        let request = request?;
        refuse_what_is_not_heeded(&node, &request, loading);
        Some(Self { request: Box::new(request), secrets })
    }
}

fn refuse_what_is_not_heeded(node: &Node, request: &Request, loading: &mut Loading) {
    for entry in node.entries().unwrap_or_default().iter().filter(|entry| UNUSED.contains(&entry.key.as_str())) {
        let wrong =
            Diagnostic::error("unused-key", &entry.key_place, format!("`{}` says nothing in a login", entry.key));
        loading.report(wrong.help("leave it out; templates read the reply as `auth.NAME.reply`"));
    }
    if let Some(place) = request.expect.place.as_ref().filter(|_| !request.expect.only_status()) {
        let wrong = Diagnostic::error("unused-key", place, "of a login only the `status` is checked");
        loading.report(wrong.help("assert the rest in a request of a spec"));
    }
}

/// The same with a template in place of every `{env: NAME}`.
fn with_templates(node: &Node, secrets: &mut Vec<String>) -> Node {
    let value = match &node.value {
        Value::Map(entries) => match env_of(entries) {
            Some(name) => {
                secrets.push(name.to_owned());
                Value::String(format!("{{{{env.{name}}}}}"))
            }
            None => Value::Map(entries.iter().map(|entry| with_template(entry, secrets)).collect()),
        },
        Value::List(items) => Value::List(items.iter().map(|item| with_templates(item, secrets)).collect()),
        other => other.clone(),
    };
    Node { value, ..node.clone() }
}

fn with_template(entry: &Entry, secrets: &mut Vec<String>) -> Entry {
    Entry { value: with_templates(&entry.value, secrets), ..entry.clone() }
}

/// The name of `{env: NAME}`, where that is all there is.
fn env_of(entries: &[Entry]) -> Option<&str> {
    let [entry] = entries else { return None };
    let name = entry.value.scalar_text().filter(|_| entry.key == "env")?;
    given::is_name(name).then_some(name)
}
