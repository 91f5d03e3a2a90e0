//! The method and URL of a request, and the URL that others begin at, as far as they are known before templates are rendered.

use crate::diagnostic::Diagnostic;
use crate::http::Url;
use crate::spec::{Loading, Text, pair::is_header_name};
use crate::yaml::{Entry, Fields, Node};

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// The method and URL: a verb as the key, or `method` with `url`.
pub(super) fn target(fields: &Fields<'_>, loading: &mut Loading) -> Option<(Text, Text)> {
    let mut verbs = fields.entries().iter().filter(|entry| METHODS.contains(&entry.key.as_str()));
    let (verb, second) = (verbs.next(), verbs.next());
    let (method, url) = (fields.entry("method"), fields.entry("url"));
    if let (Some(first), Some(more)) = (verb, second.or(method).or(url)) {
        let message = format!("a request has one method, but `{}` and `{}` are both written", first.key, more.key);
        let wrong = Diagnostic::error("two-methods", &more.key_place, message);
        loading.report(wrong.related(&first.key_place, "the first").help("keep one of them"));
        return None;
    }
    match (verb, method, url) {
        (Some(verb), ..) => {
            let url = address(&verb.value, loading)?;
            Some((Text::literal(&verb.key.to_uppercase(), &verb.key_place), url))
        }
        (None, Some(method), Some(url)) => {
            let (method, url) = (verb_of(method, loading), address(&url.value, loading));
            Some((method?, url?))
        }
        (None, found, other) => {
            let place = found.or(other).map_or(fields.place(), |entry| &entry.key_place);
            let message = match (found, other) {
                (Some(_), _) => "`method` needs `url`",
                (_, Some(_)) => "`url` needs `method`",
                _ => "a request needs a method and a URL",
            };
            let wrong = Diagnostic::error("missing-key", place, message);
            loading.report(wrong.help("for example `get: /items`, or `method: PURGE` with `url: /cache`"));
            None
        }
    }
}

/// A method of any name, which is a token (RFC 9110 9.1).
fn verb_of(entry: &Entry, loading: &mut Loading) -> Option<Text> {
    let method = loading.text(&entry.value)?;
    if let Some(name) = method.fixed().filter(|name| !is_header_name(name)) {
        let wrong = Diagnostic::error("bad-method", &entry.value.place, format!("`{name}` is not a method of HTTP"));
        loading.report(wrong.help("one word, for example `method: PURGE`"));
    }
    Some(method)
}

/// A URL, relative or not.
fn address(node: &Node, loading: &mut Loading) -> Option<Text> {
    if node.scalar_text().is_none() {
        loading.wrong_type(node, "a URL", "/items");
        return None;
    }
    let url = loading.text(node)?;
    // Where relative ones begin is known only when they are sent.
    if let Some(Err(bad)) = url.fixed().map(Url::absolute) {
        let wrong = Diagnostic::error("bad-url", &node.place, bad.to_string());
        loading.report(wrong.help("for example `/items`, or `https://api.example.com/items`"));
    }
    Some(url)
}

impl Loading {
    /// Where relative URLs begin, if the key is there.
    pub(crate) fn base_url(&mut self, node: Option<&Node>) -> Option<Text> {
        let node = node?;
        let url = self.text(node)?;
        if let Some(Err(bad)) = url.fixed().map(Url::parse) {
            let wrong = Diagnostic::error("bad-url", &node.place, bad.to_string());
            self.report(wrong.help("for example `base_url: https://api.example.com`"));
        }
        Some(url)
    }
}
