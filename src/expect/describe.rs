//! Patterns in words, for messages: `greater than 0`, `something that contains "a"`.

use crate::expect::{
    matcher::elements,
    show::{Shown, cut},
};
use crate::json::{Json, Kind};
use crate::spec::{
    Templated, Text,
    matcher::{Expression, Form, Format, Matcher, Order, Pattern, Rule, Sorting},
};
use crate::template::Scope;

/// How long a description may be, in characters.
const LIMIT: usize = 240;

/// What a pattern expects.
pub(super) fn pattern(pattern: &Pattern, scope: &Scope<'_>) -> Shown {
    match &pattern.form {
        Form::Equals(value) => templated(value, scope),
        Form::All(matchers) => all(matchers, scope),
        Form::Object(members) if members.is_empty() => Shown::words("an object"),
        Form::Object(members) => {
            let names: Vec<_> = members.iter().take(5).map(|(name, _)| format!("`{}`", text(name, scope))).collect();
            let more = if members.len() > names.len() { ", …" } else { "" };
            Shown::words(format!("an object with {}{more}", names.join(", ")))
        }
        Form::Array(patterns) => Shown::words(format!("a list of {}", elements(patterns.len()))),
    }
}

/// What matchers expect together.
fn all(matchers: &[Matcher], scope: &Scope<'_>) -> Shown {
    match matchers {
        [only] => rule(&only.rule, scope),
        _ => words(matchers.iter().map(|matcher| rule(&matcher.rule, scope).to_string()), " and "),
    }
}

/// Several patterns with a word between them.
pub(super) fn joined(patterns: &[&Pattern], between: &str, scope: &Scope<'_>) -> String {
    words(patterns.iter().map(|it| pattern(it, scope).to_string()), between).into_text()
}

/// What contains something.
pub(super) fn content(content: &Pattern, scope: &Scope<'_>) -> Shown {
    Shown::words(format!("something that contains {}", pattern(content, scope)))
}

/// What a matcher expects.
pub(super) fn rule(rule: &Rule, scope: &Scope<'_>) -> Shown {
    let of = |it: &Pattern| pattern(it, scope);
    let value = |it: &Templated| templated(it, scope);
    let list = |all: &[Pattern], between| joined(&all.iter().collect::<Vec<_>>(), between, scope);
    Shown::words(match rule {
        Rule::Equals(it) => return value(it),
        Rule::Like(it) => return of(it),
        Rule::Not(it) => not(&of(it).to_string()),
        Rule::In(it) => format!("one of {}", value(it)),
        Rule::Compare(order, it) => format!("{} {}", side(*order), value(it)),
        Rule::Between(low, high) => format!("between {} and {}", value(low), value(high)),
        Rule::Approx { value: middle, within } => format!("{} give or take {}", value(middle), value(within)),
        Rule::Type(kinds) => format!("type {}", kinds.iter().copied().map(Kind::name).collect::<Vec<_>>().join(" or ")),
        Rule::Exists(wanted) => if *wanted { "a value" } else { "nothing" }.to_owned(),
        Rule::Optional(it) => format!("nothing or {}", of(it)),
        Rule::Empty(wanted) => if *wanted { "empty" } else { "not empty" }.to_owned(),
        Rule::Length(it) => format!("a length of {}", of(it)),
        Rule::Contains(it) => return content(it, scope),
        Rule::ContainsAll(all) => format!("something that contains {}", list(all, " and ")),
        Rule::StartsWith(it) => format!("text that starts with {}", quoted(it, scope)),
        Rule::EndsWith(it) => format!("text that ends with {}", quoted(it, scope)),
        Rule::Matches(it) => format!("text that matches `{}`", expression(it, scope)),
        Rule::Format(it) => format!("the format {}", format_name(*it)),
        Rule::Each(it) => format!("every element {}", of(it)),
        Rule::Any(it) => format!("an element that is {}", of(it)),
        Rule::Unique(wanted) => if *wanted { "no element twice" } else { "an element twice" }.to_owned(),
        Rule::Sorted(it) => sorting(it),
        Rule::Schema(_) => "what the schema allows".to_owned(),
        Rule::Before(it) => format!("a time before `{}`", text(&it.text, scope)),
        Rule::After(it) => format!("a time after `{}`", text(&it.text, scope)),
        Rule::Exact(it) => format!("exactly {}", of(it)),
        Rule::Unordered(all) => format!("{} in any order", elements(all.len())),
        Rule::AnyOf(all) => list(all, " or "),
        Rule::OneOf(all) => format!("exactly one of: {}", list(all, "; ")),
        Rule::AllOf(all) => list(all, " and "),
        Rule::Own(own, it) => format!("`{}: {}`", own.name, value(it).into_text()),
    })
}

fn words(parts: impl Iterator<Item = String>, between: &str) -> Shown {
    Shown::words(cut(&parts.collect::<Vec<_>>().join(between), LIMIT))
}

fn templated(value: &Templated, scope: &Scope<'_>) -> Shown {
    match value.render(scope) {
        Ok(value) => Shown::value(&value),
        Err(_) => Shown::Value(cut(value.place.text(), LIMIT)),
    }
}

fn text(text: &Text, scope: &Scope<'_>) -> String {
    let rendered = text.render(scope);
    cut(rendered.as_deref().unwrap_or(text.source()), LIMIT)
}

fn quoted(it: &Text, scope: &Scope<'_>) -> Shown {
    Shown::value(&Json::from(text(it, scope)))
}

fn expression(expression: &Expression, scope: &Scope<'_>) -> String {
    match expression {
        Expression::Fixed(fixed) => cut(fixed.text(), LIMIT),
        Expression::Templated(it) => text(it, scope),
    }
}

fn side(order: Order) -> &'static str {
    match order {
        Order::Gt => "greater than",
        Order::Gte => "at least",
        Order::Lt => "less than",
        Order::Lte => "at most",
    }
}

fn format_name(format: Format) -> String {
    let name = Format::ALL.iter().find(|(_, known)| *known == format).map_or("", |(name, _)| *name);
    match format {
        Format::Date => format!("`{name}` (`2026-01-31`)"),
        Format::DateTime => format!("`{name}` (`2026-01-31T12:00:00Z`)"),
        Format::Time => format!("`{name}` (`12:00:00Z`)"),
        _ => format!("`{name}`"),
    }
}

fn sorting(sorting: &Sorting) -> String {
    let order = if sorting.descending { "descending" } else { "ascending" };
    match &sorting.by {
        Some(path) => format!("{order} order by `{}`", path.text()),
        None => format!("{order} order"),
    }
}

/// The opposite in words: `not 5`, `nothing that contains "x"`, `no text that ends with "y"`.
fn not(what: &str) -> String {
    match (what.strip_prefix("something that "), what.strip_prefix("text that ")) {
        (Some(rest), _) => format!("nothing that {rest}"),
        (_, Some(rest)) => format!("no text that {rest}"),
        _ => format!("not {what}"),
    }
}
