//! `expect`: what an answer must be, as written.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading, Text,
    cookie::{self, CookieCheck},
    matcher,
    matcher::{Matcher, Pattern, Position, matchers},
    never, pair,
    path::Path,
    snapshot::{self, Snapshot},
    tls::{self, TlsPart},
    xpath::{self, XPathCheck},
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// What an answer must be. Every part that is there is checked; a request without `status` must answer 2xx.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expect {
    /// Where it was written; none where a request has no `expect`.
    pub(crate) place: Option<Place>,
    pub(crate) status: Option<Status>,
    pub(crate) headers: Vec<HeaderCheck>,
    pub(crate) json: Option<Box<Pattern>>,
    pub(crate) jsonpath: Vec<PathCheck>,
    pub(crate) xpath: Vec<XPathCheck>,
    pub(crate) cookies: Vec<CookieCheck>,
    pub(crate) facts: Vec<FactCheck>,
    pub(crate) values: Vec<ValueCheck>,
    pub(crate) schema: Option<Box<Pattern>>,
    pub(crate) snapshot: Option<Box<Snapshot>>,
    /// The `graphql` of the request, where it has one: its answer has no `errors` unless this says otherwise.
    pub(crate) graphql: Option<Place>,
}

/// The expected status.
#[derive(Clone, Debug)]
pub(crate) struct Status {
    pub(crate) place: Place,
    pub(crate) form: StatusForm,
}

/// The ways to say which status is expected.
#[derive(Clone, Debug)]
pub(crate) enum StatusForm {
    /// `any`.
    Any,
    /// One of these: `201`, `2xx`, `[200, 204]`.
    OneOf(Vec<StatusRange>),
    /// Matchers on the number.
    Matching(Vec<Matcher>),
    /// A lone template that yields a status.
    Templated(Text),
}

/// A status or a class of them, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StatusRange {
    pub(crate) first: u16,
    pub(crate) last: u16,
}

/// What a header must be.
#[derive(Clone, Debug)]
pub(crate) struct HeaderCheck {
    pub(crate) name: Text,
    pub(crate) place: Place,
    /// None means that the header must be absent.
    pub(crate) value: Option<Pattern>,
}

/// What the nodes of a path must be.
#[derive(Clone, Debug)]
pub(crate) struct PathCheck {
    pub(crate) path: Path,
    pub(crate) place: Place,
    pub(crate) value: Pattern,
}

/// A check of one plain fact of the exchange.
#[derive(Clone, Debug)]
pub(crate) struct FactCheck {
    pub(crate) fact: Fact,
    pub(crate) place: Place,
    pub(crate) value: Pattern,
}

/// The plain facts of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    /// The decoded text.
    Body,
    /// From the first byte sent to the last received, in milliseconds.
    Duration,
    /// Bytes of the decoded body.
    Size,
    /// SHA-256 of the decoded body, lower-case hex.
    Sha256,
    /// The last URL.
    Url,
    /// The URLs that redirects led to.
    Redirects,
    /// `"1.1"` or `"2"`.
    HttpVersion,
    /// Something about the server at the other end of a TLS connection.
    Tls(TlsPart),
}

/// A check of a rendered value.
#[derive(Clone, Debug)]
pub(crate) struct ValueCheck {
    pub(crate) value: Text,
    pub(crate) place: Place,
    pub(crate) expected: Pattern,
}

/// The keys of `expect`.
pub(crate) static TABLE: Table = Table {
    what: "`expect`",
    fields: &[
        Field::new(
            "status",
            Shape::Same(&matcher::PATTERN),
            "The status, a class, a list, matchers, or `any`; 2xx where it is not written.",
            "201",
        ),
        Field::new(
            "headers",
            Shape::Map(&matcher::PATTERN),
            "Header name to value or matcher; `null` means absent.",
            "{content-type: application/json}",
        ),
        Field::new(
            "json",
            Shape::Any,
            "The body contains at least this; matchers begin with `$`.",
            "{title: blue lamp, price: {$gt: 0}}",
        ),
        Field::new(
            "jsonpath",
            Shape::Map(&matcher::PATTERN),
            "RFC 9535 path to value or matcher.",
            "{$.id: {type: integer}}",
        ),
        Field::new(
            "xpath",
            Shape::Map(&matcher::PATTERN),
            "XPath 1.0 on XML or HTML to value or matcher; a node set is the list of its texts.",
            "{count(//item): 3}",
        ),
        Field::new("body", Shape::Same(&matcher::PATTERN), "Matcher on the decoded text.", "{contains: lamp}"),
        Field::new(
            "cookies",
            Shape::Map(&Shape::Either(&[Shape::Same(&matcher::PATTERN), Shape::Fields(&cookie::TABLE)])),
            "Cookies this response sets, by name; `null` means not set.",
            "{sid: {http_only: true}}",
        ),
        Field::new("schema", Shape::Any, "A JSON Schema, inline or in a file.", "{file: item.schema.json}"),
        Field::new(
            "snapshot",
            Shape::Either(&[Shape::Text, Shape::Fields(&snapshot::TABLE)]),
            "The body as it was kept with `--update`, beside the spec in `snapshots/`.",
            "{file: items, ignore: [\"$.items[*].created_at\"]}",
        ),
        Field::new(
            "values",
            Shape::Map(&matcher::PATTERN),
            "Template to matcher, for what no other key reaches.",
            "{\"{{sub total paid}}\": {gte: 0}}",
        ),
        Field::new("url", Shape::Same(&matcher::PATTERN), "The last URL.", "{ends_with: /items/1}"),
        Field::new("duration", Shape::Same(&matcher::PATTERN), "How long the exchange took.", "{lt: 500ms}"),
        Field::new("size", Shape::Same(&matcher::PATTERN), "Bytes of the decoded body.", "{lt: 10000}"),
        Field::new(
            "sha256",
            Shape::Same(&matcher::PATTERN),
            "SHA-256 of the decoded body in hex.",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        Field::new(
            "tls",
            Shape::Fields(&tls::TABLE),
            "The TLS connection and the server's certificate.",
            "{version: \"1.3\"}",
        ),
        Field::new("redirects", Shape::Same(&matcher::PATTERN), "The URLs that redirects led to.", "{length: 1}"),
        Field::new("http_version", Shape::Same(&matcher::PATTERN), "The version of HTTP, as text.", "\"2\""),
    ],
    elsewhere: &[
        ("capture", "the request"),
        ("needs", "the request"),
        ("timeout", "the request"),
        ("code", "`status`"),
        ("status_code", "`status`"),
    ],
};

const FACTS: &[(&str, Fact)] = &[
    ("body", Fact::Body),
    ("duration", Fact::Duration),
    ("size", Fact::Size),
    ("sha256", Fact::Sha256),
    ("url", Fact::Url),
    ("redirects", Fact::Redirects),
    ("http_version", Fact::HttpVersion),
];

impl Expect {
    /// Reads `expect`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        if node.scalar_text().and_then(StatusRange::parse).is_some() {
            let wrong = Diagnostic::error("wrong-type", &node.place, "`expect` is a map, found a status");
            loading.report(wrong.help(format!("write `expect: {{status: {}}}`", node.place.text())));
            return None;
        }
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        if fields.entries().is_empty() {
            let wrong = Diagnostic::error("empty", fields.place(), "an empty `expect` checks nothing");
            loading.report(
                wrong.help("write what is expected, for example `expect: {status: 200}`, or leave the key out"),
            );
            return None;
        }
        let facts = FACTS.iter().filter_map(|(name, fact)| fact_check(*fact, fields.entry(name)?, loading));
        let mut facts: Vec<_> = facts.collect();
        facts.extend(fields.get("tls").map(|node| tls::checks(node, loading)).unwrap_or_default());
        let expect = Self {
            place: Some(fields.place().clone()),
            status: fields.get("status").and_then(|node| Status::load(node, loading)),
            headers: headers(fields.get("headers"), loading),
            json: fields.get("json").and_then(|node| Pattern::load(node, Position::Json, loading)).map(Box::new),
            jsonpath: each(fields.get("jsonpath"), loading, path_check),
            xpath: each(fields.get("xpath"), loading, xpath::check),
            cookies: each(fields.get("cookies"), loading, cookie::load),
            facts,
            values: each(fields.get("values"), loading, value_check),
            schema: fields.entry("schema").and_then(|entry| schema_check(entry, loading)).map(Box::new),
            snapshot: fields.entry("snapshot").and_then(|entry| Snapshot::load(entry, loading)).map(Box::new),
            graphql: None,
        };
        never::check(&expect, &mut loading.problems);
        Some(expect)
    }

    /// Whether a place lies within it, where the captures of the request are known already.
    pub(crate) fn covers(&self, place: &Place) -> bool {
        self.place.as_ref().is_some_and(|own| own.encloses(place))
    }

    /// Whether nothing but the status is checked.
    pub(crate) fn only_status(&self) -> bool {
        let of_body = self.jsonpath.len() + self.xpath.len();
        let checks = of_body + self.headers.len() + self.cookies.len() + self.facts.len() + self.values.len();
        checks == 0 && self.json.is_none() && self.schema.is_none() && self.snapshot.is_none()
    }

    /// Whether the expected answer has no body: 204, 205, 304 (RFC 9110 6.4.1).
    pub(crate) fn is_without_body(&self) -> bool {
        let Some(StatusForm::OneOf(ranges)) = self.status.as_ref().map(|status| &status.form) else { return false };
        ranges.iter().all(|range| range.first == range.last && matches!(range.first, 204 | 205 | 304))
    }

    /// Adds what `defaults` expects where this says nothing of its own.
    pub(crate) fn fill_from(&mut self, defaults: &Self) {
        self.status = self.status.take().or_else(|| defaults.status.clone());
        self.json = self.json.take().or_else(|| defaults.json.clone());
        self.schema = self.schema.take().or_else(|| defaults.schema.clone());
        self.graphql = self.graphql.take().or_else(|| defaults.graphql.clone());
        let same_name = |a: &Text, b: &Text| a.place().text().eq_ignore_ascii_case(b.place().text());
        fill(&mut self.headers, &defaults.headers, |a, b| same_name(&a.name, &b.name));
        self.snapshot = self.snapshot.take().or_else(|| defaults.snapshot.clone());
        fill(&mut self.jsonpath, &defaults.jsonpath, |a, b| a.place.text() == b.place.text());
        fill(&mut self.xpath, &defaults.xpath, |a, b| a.place.text() == b.place.text());
        fill(&mut self.cookies, &defaults.cookies, |a, b| same_name(&a.name, &b.name));
        fill(&mut self.facts, &defaults.facts, |a, b| a.fact == b.fact);
        fill(&mut self.values, &defaults.values, |a, b| a.place.text() == b.place.text());
    }
}

fn fill<T: Clone>(own: &mut Vec<T>, defaults: &[T], same: impl Fn(&T, &T) -> bool) {
    for default in defaults {
        if !own.iter().any(|mine| same(mine, default)) {
            own.push(default.clone());
        }
    }
}

fn each<T>(node: Option<&Node>, loading: &mut Loading, read: fn(&Entry, &mut Loading) -> Option<T>) -> Vec<T> {
    let Some(node) = node else { return Vec::new() };
    let entries = loading.map(node);
    let mut all = Vec::with_capacity(entries.len());
    all.extend(entries.iter().filter_map(|entry| read(entry, loading)));
    all
}

impl Status {
    /// Reads the value of `status`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let form = match &node.value {
            Value::Map(_) => StatusForm::Matching(matchers(node, Position::Matchers, loading)?),
            Value::String(text) if text == "any" => StatusForm::Any,
            Value::String(text) if text.contains("{{") => StatusForm::Templated(loading.text(node)?),
            _ => {
                let items = loading.one_or_many(node);
                let all: Vec<_> = items.iter().map(|item| range(item, loading)).collect();
                let all: Vec<_> = all.into_iter().collect::<Option<_>>()?;
                (!all.is_empty()).then_some(StatusForm::OneOf(all))?
            }
        };
        Some(Self { place: node.place.clone(), form })
    }
}

/// `201` or `2xx`.
fn range(node: &Node, loading: &mut Loading) -> Option<StatusRange> {
    let text = node.scalar_text().unwrap_or_else(|| node.place.text());
    let found = StatusRange::parse(text);
    if found.is_none() {
        let wrong = Diagnostic::error("bad-status", &node.place, format!("`{text}` is not an HTTP status"));
        loading.report(wrong.help("write 100 to 599, a class such as `2xx`, a list, or `any`"));
    }
    found
}

impl StatusRange {
    /// The statuses that `201` or `2xx` means.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(class) = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX")) {
            let first = class.parse::<u16>().ok().filter(|class| (1..=5).contains(class))? * 100;
            return Some(Self { first, last: first + 99 });
        }
        let first = text.parse().ok().filter(|status| (100..=599).contains(status))?;
        Some(Self { first, last: first })
    }

    /// Whether a status is one of these.
    pub(crate) fn contains(self, status: u16) -> bool {
        (self.first..=self.last).contains(&status)
    }
}

fn headers(node: Option<&Node>, loading: &mut Loading) -> Vec<HeaderCheck> {
    let checks = each(node, loading, header);
    pair::check_names(checks.iter().map(|check| (&check.name, &check.place)), "say all of it at one", loading);
    checks
}

fn header(entry: &Entry, loading: &mut Loading) -> Option<HeaderCheck> {
    let name = loading.key(entry)?;
    let value = match &entry.value.value {
        Value::Null => None,
        _ => Some(Pattern::load(&entry.value, Position::Matchers, loading)?),
    };
    Some(HeaderCheck { name, place: entry.key_place.clone(), value })
}

fn path_check(entry: &Entry, loading: &mut Loading) -> Option<PathCheck> {
    let path = Path::from_key(entry, loading);
    let value = Pattern::load(&entry.value, Position::Matchers, loading);
    Some(PathCheck { path: path?, place: entry.key_place.clone(), value: value? })
}

fn fact_check(fact: Fact, entry: &Entry, loading: &mut Loading) -> Option<FactCheck> {
    let exact_duration = fact == Fact::Duration && !matches!(entry.value.value, Value::Map(_));
    if exact_duration {
        let wrong = Diagnostic::error("never-holds", &entry.value.place, "no answer takes exactly this long");
        loading
            .report(wrong.help(format!("write `duration: {{lt: {}}}`", entry.value.scalar_text().unwrap_or("500ms"))));
        return None;
    }
    let position = if fact == Fact::Duration { Position::Duration } else { Position::Matchers };
    let value = Pattern::load(&entry.value, position, loading)?;
    Some(FactCheck { fact, place: entry.key_place.clone(), value })
}

fn value_check(entry: &Entry, loading: &mut Loading) -> Option<ValueCheck> {
    let value = loading.key(entry);
    let expected = Pattern::load(&entry.value, Position::Matchers, loading);
    let value = value?;
    if value.fixed().is_some() {
        let wrong = Diagnostic::error("never-varies", &entry.key_place, "a key of `values` is a template");
        loading.report(wrong.help("for example `values: {\"{{sub total paid}}\": {gte: 0}}`"));
        return None;
    }
    Some(ValueCheck { value, place: entry.key_place.clone(), expected: expected? })
}

fn schema_check(entry: &Entry, loading: &mut Loading) -> Option<Pattern> {
    Pattern::schema(&entry.value, &entry.key_place, loading)
}
