//! Matchers and patterns as authors write them. Whether a value matches is for `expect`.

use crate::diagnostic::{Diagnostic, nearest};
use crate::json::Kind;
use crate::json_schema::Schema;
use crate::regular_expression::RegularExpression;
use crate::source::Place;
use crate::spec::{Extensions, Loading, Templated, Text, schema};
use crate::yaml::{Entry, Node, Value};

mod operand;
mod own;
mod table;

pub(crate) use operand::{Format, Instant, Order, Sorting, expression};
pub(crate) use own::OwnMatcher;
pub(crate) use table::{PATTERN, TABLE};

/// What a value is expected to be.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Where it was written.
    pub(crate) place: Place,
    /// What it says.
    pub(crate) form: Form,
}

/// The forms of a pattern.
#[derive(Clone, Debug)]
pub(crate) enum Form {
    /// Equal to this value.
    Equals(Templated),
    /// All of these matchers hold; in the order written, never empty.
    All(Vec<Matcher>),
    /// An object that has at least these members. Only below `json:` and `like:`.
    Object(Vec<(Text, Pattern)>),
    /// An array of this length whose elements match one by one. Only below `json:` and `like:`.
    Array(Vec<Pattern>),
}

/// One matcher.
#[derive(Clone, Debug)]
pub(crate) struct Matcher {
    /// Its name, without the `$` it has below `json:`; `own` for one from outside.
    pub(crate) name: &'static str,
    /// Where its name was written.
    pub(crate) place: Place,
    /// What it demands.
    pub(crate) rule: Rule,
}

/// What a matcher demands.
#[derive(Clone, Debug)]
pub(crate) enum Rule {
    Equals(Templated),
    Not(Pattern),
    /// Equal to one element of a list.
    In(Templated),
    /// `gt`, `gte`, `lt`, `lte`: a number on the right side of another.
    Compare(Order, Templated),
    /// Between two numbers, both included.
    Between(Templated, Templated),
    Approx {
        value: Templated,
        within: Templated,
    },
    /// One of these types.
    Type(Vec<Kind>),
    Exists(bool),
    /// May be missing; matches where it is there.
    Optional(Pattern),
    Empty(bool),
    /// The count of characters, elements or members.
    Length(Pattern),
    Contains(Pattern),
    ContainsAll(Vec<Pattern>),
    StartsWith(Text),
    EndsWith(Text),
    Matches(Expression),
    Format(Format),
    Each(Pattern),
    Any(Pattern),
    Unique(bool),
    Sorted(Sorting),
    Schema(Box<Schema>),
    Before(Instant),
    After(Instant),
    Like(Pattern),
    Exact(Pattern),
    Unordered(Vec<Pattern>),
    AnyOf(Vec<Pattern>),
    OneOf(Vec<Pattern>),
    AllOf(Vec<Pattern>),
    /// What a matcher from outside says of the operand.
    Own(OwnMatcher, Templated),
}

/// A regular expression, perhaps with a template in it.
#[derive(Clone, Debug)]
pub(crate) enum Expression {
    /// Compiled at load.
    Fixed(RegularExpression),
    /// Compiled once rendered.
    Templated(Text),
}

/// How a map is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// A map is matchers: `{gt: 0}`.
    Matchers,
    /// A map is an object whose members are patterns, unless its keys begin with `$`: `{$gt: 0}`. Below `json:`.
    Json,
    /// As `Matchers`, and text such as `500ms` is a number of milliseconds.
    Duration,
}

impl Pattern {
    /// Reads what a value is expected to be.
    pub(crate) fn load(node: &Node, position: Position, loading: &mut Loading) -> Option<Self> {
        let form = match (&node.value, position) {
            (Value::Map(entries), Position::Json) => json_map(node, entries, loading)?,
            (Value::List(items), Position::Json) => Form::Array(patterns(items, position, loading)?),
            (Value::Map(_), Position::Matchers | Position::Duration) => Form::All(matchers(node, position, loading)?),
            (_, Position::Duration) => Form::Equals(operand::duration(node, loading)?),
            _ => Form::Equals(loading.tree(node)?),
        };
        Some(Self { place: node.place.clone(), form })
    }
}

impl Pattern {
    /// The pattern that only demands a schema, written at `place`.
    pub(crate) fn schema(node: &Node, place: &Place, loading: &mut Loading) -> Option<Self> {
        let rule = Rule::Schema(Box::new(schema::load(node, loading)?));
        let matcher = Matcher { name: "schema", place: place.clone(), rule };
        Some(Self { place: node.place.clone(), form: Form::All(vec![matcher]) })
    }
}

/// A map below `json:`: an object, or matchers where every key begins with `$`.
fn json_map(node: &Node, entries: &[Entry], loading: &mut Loading) -> Option<Form> {
    let marked = entries.iter().filter(|entry| is_marked(&entry.key)).count();
    let is_path = |entry: &&Entry| entry.key.starts_with("$.") || entry.key.starts_with("$[");
    if entries.iter().any(|entry| is_path(&entry)) {
        for path in entries.iter().filter(is_path) {
            let message = format!("`{}` is a path, not a member", path.key);
            let wrong = Diagnostic::error("path-in-json", &path.key_place, message);
            loading.report(wrong.help("paths belong under `jsonpath:`; below `json:` write the members themselves"));
        }
        // Only for what is wrong in the other members.
        object(entries, loading);
        return None;
    }
    if marked == 0 {
        plain_matcher(entries, loading);
        return object(entries, loading);
    }
    if let Some(plain) = entries.iter().find(|entry| !is_marked(&entry.key)) {
        let wrong = Diagnostic::error("mixed-keys", &plain.key_place, "members and matchers in one map".to_owned());
        loading.report(wrong.help("put the members under `$like:`, or move them into an `$all_of:` list"));
        return None;
    }
    Some(Form::All(matchers(node, Position::Json, loading)?))
}

/// Matchers whose names are hardly those of members.
const TELLING: &[&str] = &[
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "approx",
    "exists",
    "contains_all",
    "starts_with",
    "ends_with",
    "any_of",
    "one_of",
    "all_of",
];

/// Warns of a map that looks like matchers and is an object, because no `$` marks its keys.
fn plain_matcher(entries: &[Entry], loading: &mut Loading) {
    let Some(first) = entries.first().filter(|_| entries.iter().all(|it| TELLING.contains(&it.key.as_str()))) else {
        return;
    };
    let key = &first.key;
    let looks = Diagnostic::warning("plain-matcher", &first.key_place, format!("`{key}` is a member here, no matcher"));
    loading.report(looks.help(format!("write `${key}`; for an object that has it write `{{$equals: {{{key}: …}}}}`")));
}

fn is_marked(key: &str) -> bool {
    key.strip_prefix('$').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

fn object(entries: &[Entry], loading: &mut Loading) -> Option<Form> {
    let members: Vec<_> = entries
        .iter()
        .map(|entry| {
            let key = loading.key(entry);
            let value = Pattern::load(&entry.value, Position::Json, loading);
            Some((key?, value?))
        })
        .collect();
    members.into_iter().collect::<Option<_>>().map(Form::Object)
}

/// The patterns of a list, each read even where an earlier one is wrong.
fn patterns(items: &[Node], position: Position, loading: &mut Loading) -> Option<Vec<Pattern>> {
    let all: Vec<_> = items.iter().map(|item| Pattern::load(item, position, loading)).collect();
    all.into_iter().collect()
}

/// The matchers of a map, never none.
pub(crate) fn matchers(node: &Node, position: Position, loading: &mut Loading) -> Option<Vec<Matcher>> {
    let entries = loading.map(node);
    if entries.is_empty() {
        return None;
    }
    let all: Vec<_> = entries.iter().map(|entry| matcher(entry, position, loading)).collect();
    all.into_iter().collect()
}

fn matcher(entry: &Entry, position: Position, loading: &mut Loading) -> Option<Matcher> {
    let written = match position {
        Position::Json => entry.key.trim_start_matches('$'),
        Position::Matchers | Position::Duration => &entry.key,
    };
    if let Some(own) = loading.extensions().matcher(written).cloned() {
        let rule = Rule::Own(own, loading.tree(&entry.value)?);
        return Some(Matcher { name: "own", place: entry.key_place.clone(), rule });
    }
    let Some(name) = TABLE.field(written).map(|field| field.name) else {
        let wrong = unknown_matcher(entry, written, position, loading.extensions());
        loading.report(wrong);
        return None;
    };
    let rule = operand::rule(name, &entry.value, position, loading)?;
    Some(Matcher { name, place: entry.key_place.clone(), rule })
}

fn unknown_matcher(entry: &Entry, written: &str, position: Position, extensions: &Extensions) -> Diagnostic {
    let mark = if position == Position::Json { "$" } else { "" };
    let wrong = Diagnostic::error("unknown-matcher", &entry.key_place, format!("there is no matcher `{}`", entry.key));
    let plain = written.trim_start_matches('$');
    if position != Position::Json && (TABLE.field(plain).is_some() || extensions.matcher(plain).is_some()) {
        return wrong.help(format!("here matchers are written without `$`: `{plain}`"));
    }
    match nearest(written, TABLE.fields.iter().map(|field| field.name).chain(extensions.matcher_names())) {
        Some(name) => wrong.label(format!("did you mean `{mark}{name}`?")),
        None if position == Position::Json => {
            wrong.help("a member whose name begins with `$` is written `{$equals: {…}}`")
        }
        None => {
            wrong.help("a map is matchers here; for an object to be equal to write `{equals: {…}}` or `{like: {…}}`")
        }
    }
}
