//! Texts that a place never shows: a relative URL, a version that there is not, a digest of another length.

use crate::diagnostic::{Diagnostic, nearest};
use crate::json::Json;
use crate::spec::{
    expect::{Fact, FactCheck},
    matcher::{Form, Pattern, Rule},
    never::Judge,
    tls::TlsPart,
};

const HTTP: &[&str] = &["1.0", "1.1", "2"];
const TLS: &[&str] = &["1.2", "1.3"];

impl Judge<'_> {
    /// Looks at the texts that a fact is to be equal to.
    pub(super) fn text_of_fact(&mut self, check: &FactCheck) {
        let pattern = &check.value;
        match check.fact {
            Fact::HttpVersion => self.words(pattern, HTTP, "the version of HTTP"),
            Fact::Tls(TlsPart::Version) => self.words(pattern, TLS, "the version of TLS"),
            Fact::Sha256 => self.digest(pattern),
            Fact::Url => self.url(pattern, "the URL of an answer is absolute"),
            Fact::Redirects => self.url(pattern, "the URLs of redirects are absolute"),
            _ => {}
        }
    }

    /// Reports a text to be equal to that is none of these, whatever its case.
    pub(super) fn words(&mut self, pattern: &Pattern, words: &[&str], what: &str) {
        let Some(Json::String(text)) = equal_to(pattern) else { return };
        if words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return;
        }
        let wrong = Diagnostic::error("never-holds", &pattern.place, format!("{what} is never `{text}`"));
        self.problems.push(match nearest(text, words.iter().copied()) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None => wrong.help(format!("it is one of `{}`", words.join("`, `"))),
        });
    }

    fn digest(&mut self, pattern: &Pattern) {
        let Some(Json::String(text)) = equal_to(pattern) else { return };
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let wrong = Diagnostic::error("never-holds", &pattern.place, "a SHA-256 has 64 hexadecimal digits");
            self.problems.push(wrong.help("`sha256sum FILE` prints that of a file"));
        }
    }

    fn url(&mut self, pattern: &Pattern, what: &str) {
        let relative = match equal_to(pattern) {
            Some(Json::String(text)) => Some(text.as_ref()),
            Some(Json::Array(texts)) => texts.iter().filter_map(Json::as_str).find(|text| is_relative(text)),
            _ => None,
        };
        if let Some(text) = relative.filter(|text| is_relative(text)) {
            let wrong = Diagnostic::error("never-holds", &pattern.place, format!("{what}, so it is never `{text}`"));
            self.problems.push(wrong.help(match &pattern.form {
                Form::Equals(value) if matches!(value.fixed(), Some(Json::Array(_))) => {
                    format!("write `{{each: {{…}}}}`, or `\"{{{{base_url}}}}{text}\"` in the list")
                }
                _ => format!("write `{{ends_with: {text}}}`, or `\"{{{{base_url}}}}{text}\"`"),
            }));
        }
    }
}

fn is_relative(text: &str) -> bool {
    !text.contains("://")
}

/// The value that a pattern is equality with.
fn equal_to(pattern: &Pattern) -> Option<&Json<'static>> {
    match &pattern.form {
        Form::Equals(value) => value.fixed(),
        Form::All(matchers) => matchers.iter().find_map(|matcher| match &matcher.rule {
            Rule::Equals(value) => value.fixed(),
            _ => None,
        }),
        Form::Object(_) | Form::Array(_) => None,
    }
}
