//! What is told of a reply: status, type, URL, never a secret.

use std::time::SystemTime;

use crate::auth::{
    grant::{Grant, Part},
    refusal::Refusal,
};
use crate::http::{Response, Url};
use crate::json::Json;
use crate::secret::{Secret, is_secret_member};

/// Secrets that are looked for in one reply.
const MOST_SECRETS: usize = 32;
/// How deep they are looked for.
const DEEPEST: usize = 8;

/// A reply and what it answers.
pub(crate) struct Answered<'r> {
    pub(crate) response: &'r Response,
    pub(crate) grant: &'r Grant,
    pub(crate) now: SystemTime,
    pub(crate) asked: Asked<'r>,
}

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Asked<'r> {
    /// The token endpoint of the grant.
    TokenEndpoint,
    /// A discovery document.
    Document(&'r Url),
    /// The endpoint that gives codes to enter (RFC 8628 3.1).
    DeviceEndpoint(&'r Url),
}

impl Answered<'_> {
    /// `the token endpoint URL answered 200 WHAT`.
    pub(crate) fn refusal(&self, what: &str, part: Part) -> Refusal {
        let (name, url) = match self.asked {
            Asked::TokenEndpoint => ("token endpoint", &self.grant.token_url),
            Asked::Document(url) => ("discovery document", url),
            Asked::DeviceEndpoint(url) => ("device endpoint", url),
        };
        let message = format!("the {name} {url} answered {}", self.response.status);
        Refusal::new(format!("{message} {what}").trim_end(), part)
    }

    /// What the reply calls itself, with a blank before it: `of type text/html`, `without content type`.
    pub(crate) fn of_type(&self) -> String {
        self.content_type().map_or_else(|| " without content type".to_owned(), |kind| format!(" of type `{kind}`"))
    }

    /// The media type without its parameters.
    pub(crate) fn content_type(&self) -> Option<String> {
        let value = self.response.header("content-type")?;
        let essence = value.split(';').next().unwrap_or_default().trim();
        (!essence.is_empty()).then(|| printable(essence, 60).to_ascii_lowercase())
    }
}

/// Text of others on one line of at most this many characters.
pub(crate) fn printable(text: &str, most: usize) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut shown: String = text.trim().chars().take(most).map(clean).collect();
    if text.trim().chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// The texts whose member names say that they are secret.
pub(crate) fn secrets(json: &Json<'_>, found: &mut Vec<(String, Secret)>) {
    walk(json, DEEPEST, found);
}

fn walk(json: &Json<'_>, depth: usize, found: &mut Vec<(String, Secret)>) {
    if depth == 0 || found.len() >= MOST_SECRETS {
        return;
    }
    match json {
        Json::Object(members) => {
            for (name, value) in members {
                match value {
                    Json::String(text) if is_secret_member(name) && found.len() < MOST_SECRETS => {
                        found.push((name.clone().into_owned(), Secret::new(&**text)));
                    }
                    other => walk(other, depth - 1, found),
                }
            }
        }
        Json::Array(elements) => elements.iter().for_each(|element| walk(element, depth - 1, found)),
        _ => {}
    }
}
