//! What the truth tables beside the matchers are run with.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::expect;
use crate::expect::{
    Answer, Kept, Mismatch,
    found::{Absence, At, Found},
    matcher::{Judge, Verdict},
};
use crate::http::{Peer, Response, Url};
use crate::json::Json;
use crate::secret::Redactor;
use crate::source::{Place, Root, Source};
use crate::spec::{
    Loading, Unrendered,
    capture::Capture,
    expect::Expect,
    matcher::{Pattern, Position, TABLE},
};
use crate::template::{Draws, Files, Scope};
use crate::yaml;
use crate::yaml::Node;

/// What became of patterns.
pub(super) struct Verdicts;

impl Verdicts {
    /// What does not match where a pattern is held against `$.a`.
    pub(super) fn of(pattern: &str, value: &str) -> Result<Vec<Mismatch>, Unrendered> {
        let json = Json::parse(value).unwrap_or_else(|bad| panic!("{value}: {bad}"));
        judged(pattern, Position::Matchers, At::root("", "$.a", Found::One(&json)))
    }
}

fn judged(pattern: &str, position: Position, at: At<'_>) -> Result<Vec<Mismatch>, Unrendered> {
    let (node, mut loading) = parsed(pattern);
    let loaded = Pattern::load(&node, position, &mut loading);
    let loaded = loaded.unwrap_or_else(|| panic!("{pattern}: {:?}", loading.problems));
    with_scope(|scope| {
        let mut judge = Judge::new(scope);
        let mut verdict = None;
        judge.assertion(|judge| {
            verdict = Some(judge.pattern(&loaded, at)?);
            Ok(())
        });
        let found = judge.finish()?;
        assert_eq!(verdict == Some(Verdict::Holds), found.is_empty(), "{pattern}: {verdict:?} {found:?}");
        Ok(found)
    })
}

fn parsed(text: &str) -> (Node, Loading) {
    let source = Source::inline("a.yaml", text);
    let parsed = yaml::parse(&source);
    assert!(parsed.problems.is_empty(), "{text}: {:?}", parsed.problems);
    (parsed.root.unwrap_or_else(|| panic!("{text}: nothing")), Loading::new(&source, Root::new(Path::new("."))))
}

fn with_scope<T>(work: impl FnOnce(&Scope<'_>) -> T) -> T {
    let variables = Json::parse(
        r#"{"five": 5, "word": "blue", "map": {"x": 1}, "created": 201, "class": "4xx", "header_name": "X-A", "limit": "400ms"}"#,
    );
    let variables = variables.unwrap().into_owned();
    let variables: BTreeMap<String, Json<'static>> =
        variables.as_object().unwrap().iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let files = Files { root: Root::new(Path::new(".")), folder: Path::new(".").to_owned() };
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    work(&Scope { layers: vec![&variables], draws: &Draws::new(1, "a"), files: &files, now })
}

/// Whether patterns hold for values, in both positions where a pattern can be written the same way in both.
pub(super) fn holds(rows: &[(&str, &str, bool)]) {
    for (pattern, value, expected) in rows {
        let found = Verdicts::of(pattern, value).unwrap_or_else(|bad| panic!("{pattern}: {bad}"));
        assert_eq!(found.is_empty(), *expected, "{pattern} on {value}: {found:?}");
        let Some(marked) = marked(pattern) else { continue };
        let document = format!("{{\"a\": {value}}}");
        let document = Json::parse(&document).unwrap();
        let at = At::root("", "$", Found::One(&document));
        let below = judged(&marked, Position::Json, at).unwrap_or_else(|bad| panic!("{marked}: {bad}"));
        assert_eq!(below.is_empty(), *expected, "{marked} on {value}: {below:?}");
        let told = |all: &[Mismatch]| all.iter().map(|it| it.path.clone()).collect::<Vec<_>>();
        assert_eq!(told(&below), told(&found), "{marked} on {value}");
    }
}

/// Whether patterns hold where there is nothing.
pub(super) fn holds_for_nothing(rows: &[(&str, bool)]) {
    for (pattern, expected) in rows {
        let at = At::root("", "$.a", Found::Nothing(Absence::Plain));
        let found = judged(pattern, Position::Matchers, at).unwrap();
        assert_eq!(found.is_empty(), *expected, "{pattern}: {found:?}");
        assert!(found.len() < 2, "{pattern}: {found:?}");
        let Some(marked) = marked(pattern) else { continue };
        let empty = Json::Object(Vec::new());
        let below = judged(&marked, Position::Json, At::root("", "$", Found::One(&empty))).unwrap();
        assert_eq!(below.is_empty(), *expected, "{marked}: {below:?}");
    }
}

/// The same pattern below `json:`, for a member `a`.
fn marked(pattern: &str) -> Option<String> {
    if ["schema", "like", "exact", "unordered", "equals", "{x:"].iter().any(|word| pattern.contains(word)) {
        return None;
    }
    let mut text = pattern.to_owned();
    for name in TABLE.names() {
        for before in ["{", ", "] {
            text = text.replace(&format!("{before}{name}: "), &format!("{before}${name}: "));
        }
    }
    Some(format!("{{a: {text}}}"))
}

/// The only thing that does not match.
pub(super) fn first(pattern: &str, value: &str) -> Mismatch {
    all(pattern, value).remove(0)
}

/// Everything that does not match.
pub(super) fn all(pattern: &str, value: &str) -> Vec<Mismatch> {
    Verdicts::of(pattern, value).unwrap()
}

/// Whether patterns hold for what paths find.
pub(super) fn holds_at(rows: &[(&str, &str, &str, bool)]) {
    for (path, pattern, body, expected) in rows {
        let found = all_at(path, pattern, body);
        assert_eq!(found.is_empty(), *expected, "{path}: {pattern} on {body}: {found:?}");
    }
}

/// Everything that does not match at a path.
pub(super) fn all_at(path: &str, pattern: &str, body: &str) -> Vec<Mismatch> {
    checked(&format!("jsonpath: {{\"{path}\": {pattern}}}"), &Reply::body(body.to_owned())).unwrap()
}

/// The messages of everything that is not as expected.
pub(super) fn messages(expect: &str, reply: &Reply) -> Vec<String> {
    checked(expect, reply).unwrap().into_iter().map(|it| it.message).collect()
}

/// Everything that is not as expected.
pub(super) fn checked(expect: &str, reply: &Reply) -> Result<Vec<Mismatch>, Unrendered> {
    Loaded::new(expect).check(reply)
}

/// An expectation, if it can be read.
pub(super) fn loads(text: &str) -> Option<Loaded> {
    let source = Source::inline("a.yaml", text);
    let parsed = yaml::parse(&source);
    let node = parsed.root.filter(|_| parsed.problems.is_empty())?;
    let mut loading = Loading::new(&source, Root::new(Path::new(".")));
    let expect = Expect::load(&node, &mut loading).filter(|_| loading.problems.is_empty())?;
    Some(Loaded::of(expect, false))
}

/// An expectation, loaded, and whether it was reported that it can never hold.
pub(super) struct Loaded(Expect, Arc<Source>, bool);

impl Loaded {
    pub(super) fn new(text: &str) -> Self {
        let (node, mut loading) = parsed(text);
        let expect = Expect::load(&node, &mut loading);
        let hopeless = loading.problems.iter().any(|problem| problem.code == "never-holds");
        loading.problems.retain(|problem| problem.code != "never-holds");
        assert!(loading.problems.is_empty(), "{text}: {:?}", loading.problems);
        Self::of(expect.unwrap(), hopeless)
    }

    fn of(expect: Expect, hopeless: bool) -> Self {
        Self(expect, Source::inline("request", "request"), hopeless)
    }

    /// The same for the answer to a GraphQL request.
    pub(super) fn of_graphql(mut self) -> Self {
        self.0.graphql.clone_from(&self.0.place);
        self
    }

    /// What its snapshot keeps of an answer.
    pub(super) fn kept(&self, reply: &Reply, redactor: &Redactor) -> Result<Kept, String> {
        let answer = Answer::new(&reply.response, &reply.redirects, Duration::from_millis(120));
        with_scope(|scope| Kept::of(self.0.snapshot.as_ref().unwrap(), &answer, redactor, scope).unwrap())
    }

    /// In what that differs from a file.
    pub(super) fn differences(&self, kept: &Kept, file: &str) -> Vec<Mismatch> {
        with_scope(|scope| kept.differences(file, self.0.snapshot.as_ref().unwrap(), scope))
    }

    pub(super) fn check(&self, reply: &Reply) -> Result<Vec<Mismatch>, Unrendered> {
        let answer = Answer::new(&reply.response, &reply.redirects, Duration::from_millis(120));
        let found = with_scope(|scope| expect::check(&self.0, &answer, &Place::new(&self.1, 0, 7), scope));
        let holds = found.as_ref().is_ok_and(Vec::is_empty);
        assert!(!(holds && self.2), "reported as never holding, and it holds: {:?}", self.0);
        found
    }
}

/// What a capture called `it` takes.
pub(super) fn captured(capture: &str, reply: &Reply) -> Result<Result<Json<'static>, Mismatch>, Unrendered> {
    let text = format!("{{it: {capture}}}");
    let (node, mut loading) = parsed(&text);
    let captures = Capture::load_all(&node, &mut loading);
    assert!(loading.problems.is_empty(), "{text}: {:?}", loading.problems);
    let answer = Answer::new(&reply.response, &reply.redirects, Duration::from_millis(120));
    with_scope(|scope| expect::capture(&captures[0], &answer, scope))
}

/// An answer made by hand.
pub(super) struct Reply {
    response: Response,
    redirects: Vec<String>,
}

impl Reply {
    pub(super) fn status(status: u16) -> Self {
        let url = Url::parse("http://localhost/x").unwrap();
        let (headers, body) = (Vec::new(), bytes::Bytes::new());
        let response = Response { status, version: "1.1", headers, url, body, size: 0, peer: None };
        Self { response, redirects: Vec::new() }
    }

    pub(super) fn body(body: impl Into<Vec<u8>>) -> Self {
        let mut reply = Self::status(200);
        reply.response.body = body.into().into();
        reply.response.size = reply.response.body.len() as u64;
        reply
    }

    /// The same from this server, over TLS.
    pub(super) fn from(mut self, peer: Peer) -> Self {
        self.response.peer = Some(peer);
        self
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.response.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn redirects(mut self, urls: &[&str]) -> Self {
        self.redirects = urls.iter().map(|url| (*url).to_owned()).collect();
        self
    }
}
