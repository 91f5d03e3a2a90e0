//! `defaults`: what every request of a spec or project has unless it says otherwise.

use crate::spec::{
    Loading, Use, again,
    again::{Poll, Retry},
    duration::Period,
    expect,
    expect::Expect,
    pair::Pair,
    request::Request,
};
use crate::yaml::{Field, Fields, Node, Shape, Table, Value};

/// What is merged under each request; the request wins key by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) headers: Vec<Pair>,
    pub(crate) query: Vec<Pair>,
    pub(crate) cookies: Vec<Pair>,
    pub(crate) timeout: Option<Period>,
    pub(crate) redirects: Option<u32>,
    pub(crate) delay: Option<Box<Period>>,
    pub(crate) poll: Option<Box<Poll>>,
    pub(crate) retry: Option<Box<Retry>>,
    pub(crate) expect: Expect,
    /// The variables that its templates read.
    pub(crate) uses: Vec<Use>,
}

/// The keys of `defaults`.
pub(crate) static TABLE: Table = Table {
    what: "`defaults`",
    fields: &[
        Field::new("headers", Shape::Map(&Shape::Any), "Headers of every request.", "{X-Tenant: qa}"),
        Field::new("query", Shape::Map(&Shape::Any), "Query parameters of every request.", "{version: 2}"),
        Field::new("cookies", Shape::Map(&Shape::Any), "Cookies of every request.", "{lang: de}"),
        Field::new("timeout", Shape::Duration, "How long each exchange may take.", "10s"),
        Field::new("redirects", Shape::Integer, "How many redirects are followed.", "3"),
        Field::new("delay", Shape::Duration, "How long to wait before each request.", "200ms"),
        Field::new(
            "poll",
            Shape::Fields(&again::POLL),
            "Every request is sent again until `expect` holds; `poll: null` in a request turns it off.",
            "{every: 200ms, timeout: 10s}",
        ),
        Field::new(
            "retry",
            Shape::Fields(&again::RETRY),
            "Every request is sent again where the server is overloaded or out of reach; `retry: null` turns it off.",
            "{on: [429, 503, connect], times: 3}",
        ),
        Field::new(
            "expect",
            Shape::Fields(&expect::TABLE),
            "What every answer must be.",
            "{headers: {content-type: application/json}}",
        ),
    ],
    elsewhere: &[("auth", "the spec"), ("base_url", "the spec"), ("vars", "the spec")],
};

impl Defaults {
    /// Reads `defaults`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        loading.uses.clear();
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        Some(Self {
            headers: loading.headers(fields.get("headers")),
            query: loading.pairs(fields.get("query")),
            cookies: loading.pairs(fields.get("cookies")),
            timeout: fields.get("timeout").and_then(|node| Period::load_timeout(node, loading)),
            redirects: loading.redirects(fields.get("redirects")),
            delay: fields.get("delay").and_then(|node| Period::load(node, loading)).map(Box::new),
            poll: fields.get("poll").and_then(|node| Poll::load(node, loading)).map(Box::new),
            retry: fields.get("retry").and_then(|node| Retry::load(node, loading)).map(Box::new),
            expect: fields.get("expect").and_then(|node| Expect::load(node, loading)).unwrap_or_default(),
            uses: std::mem::take(&mut loading.uses),
        })
    }
}

impl Request {
    /// Adds what `defaults` says where the request says nothing of its own.
    pub(crate) fn fill_from(&mut self, defaults: &Defaults) {
        fill_pairs(&mut self.headers, &defaults.headers, str::eq_ignore_ascii_case);
        fill_pairs(&mut self.query, &defaults.query, str::eq);
        fill_pairs(&mut self.cookies, &defaults.cookies, str::eq);
        self.timeout = self.timeout.take().or_else(|| defaults.timeout.clone());
        fill_unless(self.without.contains(&"delay"), &mut self.delay, defaults.delay.as_ref());
        fill_unless(self.without.contains(&"poll"), &mut self.poll, defaults.poll.as_ref());
        fill_unless(self.without.contains(&"retry"), &mut self.retry, defaults.retry.as_ref());
        self.redirects = self.redirects.or(defaults.redirects);
        self.expect.fill_from(&defaults.expect);
        for role in &mut self.roles {
            role.expect.fill_from(&self.expect);
        }
        self.uses.extend(defaults.uses.iter().cloned());
    }
}

/// Takes the default where nothing is there and it was not turned off.
fn fill_unless<T: Clone>(off: bool, own: &mut Option<T>, default: Option<&T>) {
    if own.is_none() && !off {
        *own = default.cloned();
    }
}

/// The value of a key that is not `null`.
pub(super) fn unless_null(node: Option<&Node>) -> Option<&Node> {
    node.filter(|node| node.value != Value::Null)
}

/// Those of `delay`, `poll`, `retry` that are written as `null`.
pub(super) fn turned_off(fields: &Fields<'_>) -> Vec<&'static str> {
    let off = |name: &'static str| fields.get(name).filter(|node| node.value == Value::Null).map(|_| name);
    ["delay", "poll", "retry"].into_iter().filter_map(off).collect()
}

/// Adds the pairs whose name is not there yet.
fn fill_pairs(own: &mut Vec<Pair>, defaults: &[Pair], same: fn(&str, &str) -> bool) {
    let missing: Vec<_> = defaults
        .iter()
        .filter(|default| !own.iter().any(|mine| same(mine.name.source(), default.name.source())))
        .cloned()
        .collect();
    own.extend(missing);
}
