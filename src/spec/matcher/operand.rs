//! The operands of matchers: what stands behind the colon.

use std::time::{Duration, SystemTime};

use crate::diagnostic::{Diagnostic, nearest};
use crate::json::{Json, Kind};
use crate::json_path::JsonPath;
use crate::regular_expression::RegularExpression;
use crate::source::Place;
use crate::spec::{
    Loading, Templated, Text, duration,
    matcher::{Expression, Pattern, Position, Rule, patterns},
    path, schema,
};
use crate::template::Tree;
use crate::yaml::{Field, Fields, Node, Shape, Table, Value};

/// Which side of a number another is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Gt,
    Gte,
    Lt,
    Lte,
}

/// The order that the elements of a list are in.
#[derive(Clone, Debug)]
pub(crate) struct Sorting {
    /// What of each element is compared; the element itself where none is given.
    pub(crate) by: Option<JsonPath>,
    /// Whether the largest comes first.
    pub(crate) descending: bool,
}

/// A point in time to compare with.
#[derive(Clone, Debug)]
pub(crate) struct Instant {
    /// RFC 3339, an HTTP date, `now`, or `now+5m`.
    pub(crate) text: Text,
}

impl Instant {
    /// The time that a text means, if it means one.
    ///
    /// Reads RFC 3339 date-times, HTTP dates (RFC 9110 5.6.7), `now`, `now+5m` and `now-1h`.
    pub(crate) fn parse(text: &str, now: SystemTime) -> Option<SystemTime> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("now") {
            return Self::shifted(rest.trim(), now);
        }
        let time = match text.parse::<jiff::Timestamp>() {
            Ok(time) => time,
            Err(_) => jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?,
        };
        SystemTime::try_from(time).ok()
    }

    fn shifted(rest: &str, now: SystemTime) -> Option<SystemTime> {
        if rest.is_empty() {
            return Some(now);
        }
        let by = duration::parse(rest.get(1..)?.trim())?;
        match rest.as_bytes()[0] {
            b'+' => now.checked_add(by),
            b'-' => now.checked_sub(by),
            _ => None,
        }
    }
}

/// The formats that `format` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Uuid,
    Date,
    DateTime,
    Time,
    Email,
    Uri,
    Ipv4,
    Ipv6,
    Hostname,
    Jwt,
    Base64,
    Ulid,
    Semver,
}

impl Format {
    /// Every format with its name.
    pub(crate) const ALL: &'static [(&'static str, Self)] = &[
        ("uuid", Self::Uuid),
        ("date", Self::Date),
        ("date-time", Self::DateTime),
        ("time", Self::Time),
        ("email", Self::Email),
        ("uri", Self::Uri),
        ("ipv4", Self::Ipv4),
        ("ipv6", Self::Ipv6),
        ("hostname", Self::Hostname),
        ("jwt", Self::Jwt),
        ("base64", Self::Base64),
        ("ulid", Self::Ulid),
        ("semver", Self::Semver),
    ];
}

/// Reads the operand of the matcher `name`.
pub(super) fn rule(name: &str, node: &Node, position: Position, loading: &mut Loading) -> Option<Rule> {
    let pattern = |loading: &mut Loading| Pattern::load(node, position, loading);
    Some(match name {
        "equals" => Rule::Equals(operand(node, position, loading)?),
        "not" => Rule::Not(pattern(loading)?),
        "in" => Rule::In(listing(node, position, loading)?),
        "gt" => Rule::Compare(Order::Gt, number(node, position, loading)?),
        "gte" => Rule::Compare(Order::Gte, number(node, position, loading)?),
        "lt" => Rule::Compare(Order::Lt, number(node, position, loading)?),
        "lte" => Rule::Compare(Order::Lte, number(node, position, loading)?),
        "between" => between(node, position, loading)?,
        "approx" => approx(node, position, loading)?,
        "type" => Rule::Type(kinds(node, loading)?),
        "exists" => Rule::Exists(loading.boolean(node)?),
        "optional" => Rule::Optional(pattern(loading)?),
        "empty" => Rule::Empty(loading.boolean(node)?),
        "length" => Rule::Length(pattern(loading)?),
        "contains" => Rule::Contains(pattern(loading)?),
        "contains_all" => Rule::ContainsAll(alternatives(node, position, loading)?),
        "starts_with" => Rule::StartsWith(loading.text(node)?),
        "ends_with" => Rule::EndsWith(loading.text(node)?),
        "matches" => Rule::Matches(expression(node, loading)?),
        "format" => Rule::Format(format(node, loading)?),
        "each" => Rule::Each(pattern(loading)?),
        "any" => Rule::Any(pattern(loading)?),
        "unique" => Rule::Unique(loading.boolean(node)?),
        "sorted" => Rule::Sorted(sorting(node, loading)?),
        "schema" => Rule::Schema(Box::new(schema::load(node, loading)?)),
        "before" => Rule::Before(instant(node, loading)?),
        "after" => Rule::After(instant(node, loading)?),
        "like" => Rule::Like(Pattern::load(node, Position::Json, loading)?),
        "exact" => Rule::Exact(Pattern::load(node, Position::Json, loading)?),
        "unordered" => Rule::Unordered(alternatives(node, Position::Json, loading)?),
        "any_of" => Rule::AnyOf(alternatives(node, position, loading)?),
        "one_of" => Rule::OneOf(alternatives(node, position, loading)?),
        _ => Rule::AllOf(alternatives(node, position, loading)?),
    })
}

/// A duration as a number of milliseconds, or a template that yields one.
pub(super) fn duration(node: &Node, loading: &mut Loading) -> Option<Templated> {
    let period = duration::Period::load(node, loading)?;
    let tree = match period {
        duration::Period::Fixed(duration) => Tree::Fixed(millis(duration)),
        duration::Period::Templated(text) => Tree::Text(text.into_template()),
    };
    Some(Templated { tree, place: node.place.clone() })
}

fn millis(duration: Duration) -> Json<'static> {
    Json::from(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX))
}

fn operand(node: &Node, position: Position, loading: &mut Loading) -> Option<Templated> {
    match position {
        Position::Duration => duration(node, loading),
        Position::Json | Position::Matchers => loading.tree(node),
    }
}

/// A number, or a template that yields one.
fn number(node: &Node, position: Position, loading: &mut Loading) -> Option<Templated> {
    let operand = operand(node, position, loading)?;
    match operand.fixed() {
        None | Some(Json::Number(_)) => Some(operand),
        Some(_) => {
            loading.wrong_type(node, "a number", "10");
            None
        }
    }
}

fn listing(node: &Node, position: Position, loading: &mut Loading) -> Option<Templated> {
    match &node.value {
        Value::List(items) if position == Position::Duration => {
            let all: Vec<_> = items.iter().map(|item| duration(item, loading).map(|it| it.tree)).collect();
            let all: Option<Vec<_>> = all.into_iter().collect();
            Some(Templated { tree: Tree::List(all?), place: node.place.clone() })
        }
        Value::List(items) => {
            loading.list(node);
            (!items.is_empty()).then(|| loading.tree(node)).flatten()
        }
        Value::String(text) if text.contains("{{") => loading.tree(node),
        _ => {
            loading.wrong_type(node, "a list", "[a, b]");
            None
        }
    }
}

fn between(node: &Node, position: Position, loading: &mut Loading) -> Option<Rule> {
    let Value::List(bounds) = &node.value else {
        loading.wrong_type(node, "a list of two numbers", "[1, 10]");
        return None;
    };
    let [low, high] = bounds.as_slice() else {
        let wrong = Diagnostic::error(
            "wrong-type",
            &node.place,
            format!("`between` takes two numbers, found {}", bounds.len()),
        );
        loading.report(wrong.help("for example `between: [1, 10]`"));
        return None;
    };
    let (low, high) = (number(low, position, loading), number(high, position, loading));
    let (low, high) = (low?, high?);
    if let (Some(Json::Number(least)), Some(Json::Number(most))) = (low.fixed(), high.fixed())
        && least.compare(most).is_gt()
    {
        let wrong =
            Diagnostic::error("never-holds", &node.place, "no number is between these: the first is the larger");
        loading.report(wrong.help("write the lower bound first"));
        return None;
    }
    Some(Rule::Between(low, high))
}

fn approx(node: &Node, position: Position, loading: &mut Loading) -> Option<Rule> {
    let fields = Fields::read(node, &APPROX, &mut loading.problems)?;
    let mut part = |name| {
        let part = fields.require(name, &mut loading.problems)?;
        number(part, position, loading)
    };
    let (value, within) = (part("value"), part("within"));
    let (value, within) = (value?, within?);
    if let Some(Json::Number(far)) = within.fixed()
        && far.compare(&0_i64.into()).is_lt()
    {
        let wrong = Diagnostic::error("never-holds", &within.place, "no number is less than nothing away from another");
        loading.report(wrong.help("write how far the two may be apart, for example `within: 0.01`"));
    }
    Some(Rule::Approx { value, within })
}

/// The keys of `approx`.
static APPROX: Table = Table {
    what: "`approx`",
    fields: &[
        Field::new("value", Shape::Any, "The number to be near to.", "9.99"),
        Field::new("within", Shape::Any, "How far away it may be.", "0.01"),
    ],
    elsewhere: &[],
};

fn kinds(node: &Node, loading: &mut Loading) -> Option<Vec<Kind>> {
    let items = loading.one_or_many(node);
    let all: Vec<_> = items.iter().map(|item| kind(item, loading)).collect();
    all.into_iter().collect::<Option<Vec<_>>>().filter(|kinds| !kinds.is_empty())
}

fn kind(node: &Node, loading: &mut Loading) -> Option<Kind> {
    let name = match &node.value {
        Value::Null => "null",
        _ => loading.word(node)?,
    };
    let found = Kind::ALL.iter().find(|kind| kind.name() == name).copied();
    if found.is_none() {
        let names = Kind::ALL.iter().map(|kind| kind.name());
        let wrong = Diagnostic::error("unknown-type", &node.place, format!("there is no type `{name}`"));
        loading.report(suggest(wrong, name, names.collect()));
    }
    found
}

fn format(node: &Node, loading: &mut Loading) -> Option<Format> {
    let name = loading.word(node)?;
    let found = Format::ALL.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
    if found.is_none() {
        let names = Format::ALL.iter().map(|(name, _)| *name);
        let wrong = Diagnostic::error("unknown-format", &node.place, format!("there is no format `{name}`"));
        loading.report(suggest(wrong, name, names.collect()));
    }
    found
}

fn suggest(wrong: Diagnostic, written: &str, known: Vec<&'static str>) -> Diagnostic {
    match nearest(written, known.iter().copied()) {
        Some(name) => wrong.label(format!("did you mean `{name}`?")),
        None => wrong.help(format!("one of {}", known.join(", "))),
    }
}

/// A list of patterns that is not empty.
fn alternatives(node: &Node, position: Position, loading: &mut Loading) -> Option<Vec<Pattern>> {
    if !matches!(node.value, Value::List(_)) {
        loading.wrong_type(node, "a list", &format!("[{}]", node.place.text().lines().next().unwrap_or_default()));
        return None;
    }
    let items = loading.list(node);
    patterns(items, position, loading).filter(|all| !all.is_empty())
}

/// A regular expression, compiled now unless it holds a template.
pub(crate) fn expression(node: &Node, loading: &mut Loading) -> Option<Expression> {
    let text = loading.text(node)?;
    let Some(fixed) = text.fixed() else { return Some(Expression::Templated(text)) };
    match RegularExpression::compile(fixed) {
        Ok(expression) => Some(Expression::Fixed(expression)),
        Err(bad) => {
            let place: Place = node.within(bad.offset, bad.offset + bad.length.max(1));
            let wrong = Diagnostic::error("bad-regular-expression", &place, bad.message);
            loading.report(match bad.help {
                Some(help) => wrong.help(help),
                None => wrong,
            });
            None
        }
    }
}

fn sorting(node: &Node, loading: &mut Loading) -> Option<Sorting> {
    let Some(entries) = node.entries() else {
        return Some(Sorting { by: None, descending: descending(node, loading)? });
    };
    let mut sorting = Sorting { by: None, descending: false };
    for entry in entries {
        match entry.key.as_str() {
            "by" => sorting.by = Some(path::fixed(&entry.value, loading)?),
            "order" => sorting.descending = descending(&entry.value, loading)?,
            other => {
                let message = format!("`sorted` has no key `{other}`");
                loading.report(
                    Diagnostic::error("unknown-key", &entry.key_place, message).help("its keys are `by`, `order`"),
                );
                return None;
            }
        }
    }
    Some(sorting)
}

fn descending(node: &Node, loading: &mut Loading) -> Option<bool> {
    match node.scalar_text() {
        Some("asc") => Some(false),
        Some("desc") => Some(true),
        _ => {
            loading.wrong_type(node, "`asc`, `desc` or a map", "{by: $.at, order: desc}");
            None
        }
    }
}

fn instant(node: &Node, loading: &mut Loading) -> Option<Instant> {
    let text = loading.text(node)?;
    if let Some(fixed) = text.fixed()
        && Instant::parse(fixed, SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 31)).is_none()
    {
        let wrong = Diagnostic::error("bad-time", &node.place, format!("`{fixed}` is not a point in time"));
        loading.report(wrong.help("write `2026-01-31T12:00:00Z`, an HTTP date, `now` or `now+5m`"));
        return None;
    }
    Some(Instant { text })
}
