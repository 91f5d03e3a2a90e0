//! One request of a spec, as written.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading, Text, Use,
    access::Role,
    again,
    again::{Poll, Retry},
    auth,
    auth::AuthUse,
    body::{Body, BodyForm},
    capture,
    capture::Capture,
    defaults::{turned_off, unless_null},
    duration::Period,
    expect,
    expect::Expect,
    graphql, multipart,
    pair::Pair,
    rows,
    rows::ForEach,
    target::target,
    variable::Variable,
    when::When,
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// Which of the sequences of a spec a request stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// `requests` of a fragment: before everything else.
    Fragment,
    /// `setup`: before the requests, none of which runs where it fails.
    Setup,
    /// `requests`.
    Requests,
    /// `teardown`: behind them, however they ended.
    Teardown,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) stage: Stage,
    /// The fragment that it belongs to, by its index among those that the spec uses.
    pub(crate) fragment: Option<usize>,
    /// Unique in its file; shown everywhere.
    pub(crate) name: String,
    /// Where it was written.
    pub(crate) place: Place,
    /// For people.
    pub(crate) description: Option<String>,
    /// Its own tags; those of the spec are added when cases are planned.
    pub(crate) tags: Vec<String>,
    /// Why it is not run.
    pub(crate) skip: Option<String>,
    /// Without which it is not run.
    pub(crate) when: Option<When>,
    pub(crate) method: Text,
    pub(crate) url: Text,
    pub(crate) query: Vec<Pair>,
    pub(crate) headers: Vec<Pair>,
    pub(crate) cookies: Vec<Pair>,
    pub(crate) body: Option<Box<Body>>,
    pub(crate) auth: Option<AuthUse>,
    /// The identities that each send it once, and what each is to be answered; empty where it is sent once.
    pub(crate) roles: Vec<Role>,
    pub(crate) vars: Vec<Variable>,
    /// The values of a variable for each of which it is sent once.
    pub(crate) for_each: Option<Box<ForEach>>,
    pub(crate) expect: Expect,
    pub(crate) capture: Vec<Capture>,
    /// Names of earlier requests that must have passed.
    pub(crate) needs: Vec<(String, Place)>,
    pub(crate) timeout: Option<Period>,
    /// How many redirects are followed.
    pub(crate) redirects: Option<u32>,
    pub(crate) delay: Option<Box<Period>>,
    pub(crate) poll: Option<Box<Poll>>,
    pub(crate) retry: Option<Box<Retry>>,
    /// Those of `delay`, `poll`, `retry` that are written as `null`: without what `defaults` say.
    pub(crate) without: Vec<&'static str>,
    /// The variables that its templates read.
    pub(crate) uses: Vec<Use>,
}

/// The keys of a request.
pub(crate) static TABLE: Table = Table {
    what: "a request",
    fields: &[
        Field::new("name", Shape::Text, "Unique in the file; shown everywhere.", "create an item"),
        Field::new("description", Shape::Text, "For people.", "Needs the seed data."),
        Field::new("tags", Shape::List(&Shape::Text), "For selection.", "[smoke]"),
        Field::new("skip", Shape::Text, "Why this request is not run.", "waits for the next release"),
        Field::new(
            "when",
            Shape::Text,
            "A template; where it yields false this request is not run.",
            "\"{{eq env.STAGE 'test'}}\"",
        ),
        Field::new("get", Shape::Text, "GET this URL.", "/items"),
        Field::new("post", Shape::Text, "POST to this URL.", "/items"),
        Field::new("put", Shape::Text, "PUT to this URL.", "/items/1"),
        Field::new("patch", Shape::Text, "PATCH this URL.", "/items/1"),
        Field::new("delete", Shape::Text, "DELETE this URL.", "/items/1"),
        Field::new("head", Shape::Text, "HEAD of this URL.", "/items"),
        Field::new("options", Shape::Text, "OPTIONS of this URL.", "/items"),
        Field::new("method", Shape::Text, "Any other method, with `url`.", "PURGE"),
        Field::new("url", Shape::Text, "The URL for `method`.", "/cache"),
        Field::new(
            "query",
            Shape::Map(&Shape::Any),
            "Added to the URL's own query; a list repeats the name.",
            "{page: 2}",
        ),
        Field::new(
            "headers",
            Shape::Map(&Shape::Any),
            "Headers; a list repeats the name, `null` removes a default.",
            "{X-Trace: \"{{uuid}}\"}",
        ),
        Field::new(
            "cookies",
            Shape::Map(&Shape::Any),
            "Cookies for this request only; `null` removes one of the jar.",
            "{lang: de}",
        ),
        Field::new("json", Shape::Any, "A JSON body.", "{title: lamp}"),
        Field::new("form", Shape::Map(&Shape::Any), "A form body.", "{user: qa}"),
        Field::new(
            "multipart",
            Shape::Map(&multipart::SHAPE),
            "A form whose fields may be files.",
            "{title: lamp, picture: {file: lamp.png}}",
        ),
        Field::new("text", Shape::Text, "A text body.", "hello"),
        Field::new("xml", Shape::Text, "An XML body.", "<item/>"),
        Field::new("base64", Shape::Text, "A binary body in base64.", "aGVsbG8="),
        Field::new("file", Shape::Text, "A file beside the spec as the body.", "lamp.png"),
        Field::new(
            "graphql",
            Shape::Fields(&graphql::TABLE),
            "A GraphQL query with its variables.",
            "{query: \"{ items { id } }\"}",
        ),
        Field::new(
            "auth",
            Shape::Same(&auth::SHAPE),
            "The identity for this request: a name, `none`, or one scheme.",
            "service",
        ),
        Field::new(
            "as",
            Shape::Map(&Shape::Either(&[Shape::Plain, Shape::Fields(&expect::TABLE)])),
            "Sent once as each identity: to the status, or the whole `expect`, that it gets.",
            "{none: 401, viewer: 403, editor: 204}",
        ),
        Field::new("vars", Shape::Map(&Shape::Any), "Variables for this request.", "{colour: red}"),
        Field::new(
            "for_each",
            Shape::Map(&Shape::Either(&[Shape::Sequence(&Shape::Any), Shape::Fields(&rows::FILE)])),
            "Sent once for each value of a variable.",
            "{colour: [red, blue]}",
        ),
        Field::new(
            "expect",
            Shape::Fields(&expect::TABLE),
            "What the answer must be; 2xx where it is not written.",
            "{status: 200}",
        ),
        Field::new("capture", Shape::Map(&capture::SHAPE), "Values for later requests.", "{item_id: $.id}"),
        Field::new("needs", Shape::List(&Shape::Text), "Earlier requests that must have passed.", "[create an item]"),
        Field::new("timeout", Shape::Duration, "How long the whole exchange may take.", "10s"),
        Field::new("redirects", Shape::Integer, "How many redirects are followed; none by default.", "3"),
        Field::new(
            "delay",
            Shape::Either(&[Shape::Duration, Shape::Null]),
            "How long to wait before sending.",
            "200ms",
        ),
        Field::new(
            "poll",
            Shape::Either(&[Shape::Fields(&again::POLL), Shape::Null]),
            "Sent again until `expect` holds.",
            "{every: 200ms, timeout: 10s}",
        ),
        Field::new(
            "retry",
            Shape::Either(&[Shape::Fields(&again::RETRY), Shape::Null]),
            "Sent again where the server is overloaded or out of reach.",
            "{on: [429, 503, connect], times: 3, backoff: 500ms}",
        ),
    ],
    elsewhere: &[
        ("status", "expect"),
        ("jsonpath", "expect"),
        ("cookie", "`cookies`"),
        ("schema", "expect"),
        ("base_url", "the spec, not a request"),
        ("body", "`json`, `form`, `multipart`, `text`, `xml`, `base64`, `file` or `graphql`"),
        ("data", "`json`, `form`, `multipart`, `text`, `xml`, `base64`, `file` or `graphql`"),
        ("path", "`url`"),
        ("uri", "`url`"),
        ("params", "`query`"),
        ("variables", "`vars`"),
        ("assert", "`expect`"),
        ("assertions", "`expect`"),
        ("asserts", "`expect`"),
        ("response", "`expect`"),
        ("extract", "`capture`"),
        ("save", "`capture`"),
    ],
};

impl Request {
    /// Reads one request.
    pub(crate) fn load(node: &Node, stage: Stage, loading: &mut Loading) -> Option<Self> {
        Self::load_as(node, None, stage, loading)
    }

    /// Reads one request; `name` is what it is called where it has no name.
    pub(crate) fn load_as(node: &Node, name: Option<&str>, stage: Stage, loading: &mut Loading) -> Option<Self> {
        loading.uses.clear();
        let fields = Fields::read(node, &TABLE, &mut loading.problems)?;
        let name = match name.filter(|_| fields.get("name").is_none()) {
            Some(name) => Some(name.to_owned()),
            None => fields.require("name", &mut loading.problems).and_then(|node| loading.name(node)),
        };
        let target = target(&fields, loading);
        let mut request = Self {
            stage,
            fragment: None,
            name: String::new(),
            place: fields.get("name").map_or_else(|| node.place.clone(), |name| name.place.clone()),
            description: loading.optional_word(fields.get("description")),
            tags: loading.tags(fields.get("tags")),
            skip: loading.reason(fields.get("skip")),
            when: When::load(fields.get("when"), loading),
            method: Text::nothing(&node.place),
            url: Text::nothing(&node.place),
            query: loading.pairs(fields.get("query")),
            headers: loading.headers(fields.get("headers")),
            cookies: loading.pairs(fields.get("cookies")),
            body: Body::load(&fields, loading).map(Box::new),
            auth: fields.get("auth").and_then(|node| AuthUse::load(node, loading)),
            roles: Role::load_all(fields.get("as"), loading),
            vars: Variable::load_all(fields.get("vars"), loading),
            for_each: ForEach::load(fields.get("for_each"), loading).map(Box::new),
            expect: fields.get("expect").and_then(|node| Expect::load(node, loading)).unwrap_or_default(),
            capture: fields.get("capture").map(|node| Capture::load_all(node, loading)).unwrap_or_default(),
            needs: needs(fields.entry("needs"), stage, loading),
            timeout: fields.get("timeout").and_then(|node| Period::load_timeout(node, loading)),
            redirects: loading.redirects(fields.get("redirects")),
            delay: unless_null(fields.get("delay")).and_then(|node| Period::load(node, loading)).map(Box::new),
            poll: unless_null(fields.get("poll")).and_then(|node| Poll::load(node, loading)).map(Box::new),
            retry: unless_null(fields.get("retry")).and_then(|node| Retry::load(node, loading)).map(Box::new),
            without: turned_off(&fields),
            uses: std::mem::take(&mut loading.uses),
        };
        let graphql = request.body.as_ref().filter(|body| matches!(body.form, BodyForm::GraphQl(_)));
        request.expect.graphql = graphql.map(|body| body.place.clone());
        not_beside(&fields, loading);
        rows::check_hidden(request.for_each.as_deref(), fields.get("vars"), loading);
        let (method, url) = target?;
        Some(Self { name: name?, method, url, ..request })
    }
}

/// Reports keys that contradict each other.
fn not_beside(fields: &Fields<'_>, loading: &mut Loading) {
    let pairs = [
        ("as", "auth", "`auth` and `as` both say who sends the request", "make it a row of `as`"),
        (
            "as",
            "capture",
            "`capture` beside `as` has more than one answer to choose from",
            "capture in a request of its own, sent as one identity",
        ),
        (
            "for_each",
            "capture",
            "`capture` beside `for_each` has more than one answer to choose from",
            "capture in a request of its own, or run the whole spec for each row of `cases`",
        ),
    ];
    for (one, other, message, help) in pairs {
        if let (Some(first), Some(second)) = (fields.entry(one), fields.entry(other)) {
            let wrong = Diagnostic::error("not-beside", &second.key_place, message);
            loading.report(wrong.related(&first.key_place, "beside this").help(help));
        }
    }
}

fn needs(entry: Option<&Entry>, stage: Stage, loading: &mut Loading) -> Vec<(String, Place)> {
    let Some(entry) = entry else { return Vec::new() };
    if stage == Stage::Teardown {
        let wrong = Diagnostic::error("teardown-needs", &entry.key_place, "a request of `teardown` needs no other");
        loading.report(
            wrong.help("it is sent however the requests before it ended; `when` can look at what they captured"),
        );
        return Vec::new();
    }
    let items = loading.one_or_many(&entry.value);
    items.iter().filter_map(|item| Some((loading.word(item)?.to_owned(), item.place.clone()))).collect()
}

impl Loading {
    /// A name that people read: text on one line that is not empty.
    pub(crate) fn name(&mut self, node: &Node) -> Option<String> {
        let name = self.word(node)?.trim();
        if name.is_empty() || name.contains(['\n', '\r']) {
            self.report(
                Diagnostic::error("bad-name", &node.place, "a name is one line of text").help("say what it is about"),
            );
            return None;
        }
        Some(name.to_owned())
    }

    /// Text without templates, if the key is there.
    pub(crate) fn optional_word(&mut self, node: Option<&Node>) -> Option<String> {
        node.and_then(|node| self.word(node)).map(ToOwned::to_owned)
    }

    /// A list of words, if the key is there.
    pub(crate) fn words(&mut self, node: Option<&Node>) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let items = self.one_or_many(node);
        items.iter().filter_map(|item| self.word(item).map(ToOwned::to_owned)).collect()
    }

    /// Names with values, if the key is there.
    pub(crate) fn pairs(&mut self, node: Option<&Node>) -> Vec<Pair> {
        node.map(|node| Pair::load_all(node, self)).unwrap_or_default()
    }

    /// A count of redirects, if the key is there.
    pub(crate) fn redirects(&mut self, node: Option<&Node>) -> Option<u32> {
        let node = node?;
        let count = match node.value {
            Value::Number(_) => self.count(node)?,
            _ => {
                self.wrong_type(node, "a count", "3");
                return None;
            }
        };
        Some(u32::try_from(count).unwrap_or(u32::MAX))
    }
}
