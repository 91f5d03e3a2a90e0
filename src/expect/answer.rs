//! An answer as the checks read it: its body is decoded and parsed once, however many of them look at it.

use std::{borrow::Cow, sync::OnceLock, time::Duration};

use crate::expect::show;
use crate::http::Response;
use crate::json::{BadJson, Json};
use crate::xpath::Document;

/// How much of a body that is not JSON is quoted, in characters.
const QUOTED: usize = 40;

/// An answer, and its body read on demand.
pub(crate) struct Answer<'r> {
    pub(super) response: &'r Response,
    /// The URLs that redirects led to.
    pub(super) redirects: &'r [String],
    /// How long the exchange took.
    pub(super) duration: Duration,
    text: OnceLock<Result<Cow<'r, str>, String>>,
    json: OnceLock<Result<Json<'r>, String>>,
    document: OnceLock<Result<Document, String>>,
}

impl<'r> Answer<'r> {
    /// Reads an answer. `redirects` are the URLs that led to it, `duration` how long the exchange took.
    pub(crate) fn new(response: &'r Response, redirects: &'r [String], duration: Duration) -> Self {
        let (text, json, document) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { response, redirects, duration, text, json, document }
    }

    /// The body as text, if it is valid in its charset.
    pub(crate) fn text(&self) -> Option<&str> {
        self.read_text().ok()
    }

    /// The body as JSON, whatever its content type says, if it is JSON.
    pub(crate) fn json(&self) -> Option<&Json<'r>> {
        self.read_json().ok()
    }

    /// Whether there is no byte of a body.
    pub(super) fn is_empty(&self) -> bool {
        self.response.body.is_empty()
    }

    /// The body as text, or why it is none.
    pub(super) fn read_text(&self) -> Result<&str, &str> {
        self.decoded().as_ref().map(|text| &**text).map_err(String::as_str)
    }

    /// The body as JSON, or why it is none.
    pub(super) fn read_json(&self) -> Result<&Json<'r>, &str> {
        let read = || match self.decoded() {
            Ok(Cow::Borrowed(text)) => Json::parse(text).map_err(|bad| self.not_json(&bad, text)),
            Ok(Cow::Owned(text)) => Json::parse(text).map(Json::into_owned).map_err(|bad| self.not_json(&bad, text)),
            Err(why) => Err(why.clone()),
        };
        self.json.get_or_init(read).as_ref().map_err(String::as_str)
    }

    /// The body as HTML, where its type or its beginning says so, else as XML; or why it is none.
    pub(super) fn read_document(&self) -> Result<&Document, &str> {
        let read = || {
            let text = self.response.markup().map_err(|bad| bad.to_string())?;
            if self.is_html(&text) {
                return Ok(Document::html(&text));
            }
            if text.trim_ascii().is_empty() {
                return Err("the body is empty, not XML".to_owned());
            }
            Document::xml(&text).map_err(|bad| format!("the body is not XML: {bad}; {}", self.beginning(&text)))
        };
        self.document.get_or_init(read).as_ref().map_err(String::as_str)
    }

    fn is_html(&self, text: &str) -> bool {
        let content_type = self.response.header("content-type").unwrap_or_default().trim_start();
        let begins = |text: &str, with: &str| text.get(..with.len()).is_some_and(|it| it.eq_ignore_ascii_case(with));
        let is_xml = content_type.contains("xml");
        let by_beginning = ["<!doctype html", "<html"].iter().any(|mark| begins(text.trim_start(), mark));
        begins(content_type, "text/html") || (by_beginning && !is_xml)
    }

    fn decoded(&self) -> &Result<Cow<'r, str>, String> {
        self.text.get_or_init(|| self.response.text().map_err(|bad| bad.to_string()))
    }

    fn not_json(&self, bad: &BadJson, text: &str) -> String {
        if text.trim_ascii().is_empty() {
            return "the body is empty, not JSON".to_owned();
        }
        format!("the body is not JSON: {bad}; {}", self.beginning(text))
    }

    /// What it begins with and what it calls itself.
    fn beginning(&self, text: &str) -> String {
        let beginning = show::cut(text.trim_start().lines().next().unwrap_or_default(), QUOTED);
        let of_type = match self.response.header("content-type") {
            Some(name) => format!("its content type is `{}`", show::cut(name, QUOTED)),
            None => "it has no content type".to_owned(),
        };
        format!("it begins with `{beginning}`, {of_type}")
    }
}
