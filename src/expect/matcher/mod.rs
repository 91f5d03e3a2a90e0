//! Whether what was found is what a pattern says, and what to tell where it is not. One family of matchers per file.

use std::{borrow::Cow, time::Duration};

use crate::expect::{
    Mismatch, describe,
    found::{At, Found},
    show::Shown,
};
use crate::json::Json;
use crate::source::Place;
use crate::spec::{
    Templated, Unrendered, duration,
    matcher::{Form, Matcher, Pattern, Rule},
};
use crate::template::{RenderFault, Scope};

mod contents;
mod equality;
mod format;
mod lists;
mod logic;
mod numbers;
mod objects;
mod order;
mod own;
mod schema;
mod sorted;
mod text;
mod time;
#[cfg(test)]
mod truth;
mod types;
mod unordered;

pub(super) use equality::{Likeness, elements};
pub(super) use text::resolve as resolve_expression;

/// How many mismatches one assertion reports before it only counts them.
const MOST: usize = 50;

/// What became of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Holds,
    Fails,
    /// It could not be judged: nothing is there, the type is wrong, the list is empty. It fails, and so does its `not`.
    Void,
}

/// A verdict, or a template that cannot be rendered.
pub(super) type Judged = Result<Verdict, Unrendered>;

impl Verdict {
    /// The verdict on something that is there to be judged.
    pub(super) fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }

    /// Whether both hold.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fails, _) | (_, Self::Fails) => Self::Fails,
            (Self::Void, _) | (_, Self::Void) => Self::Void,
            (Self::Holds, Self::Holds) => Self::Holds,
        }
    }

    /// Whether either holds.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Holds, _) | (_, Self::Holds) => Self::Holds,
            (Self::Void, _) | (_, Self::Void) => Self::Void,
            (Self::Fails, Self::Fails) => Self::Fails,
        }
    }
}

/// What to say about a mismatch.
pub(super) struct Told {
    pub(super) expected: Shown,
    pub(super) actual: Shown,
    /// In place of the usual `$.path: expected …, found …`.
    pub(super) message: Option<String>,
    pub(super) help: Option<String>,
    /// In which lines they differ.
    pub(super) diff: Option<Vec<String>>,
}

impl Told {
    /// What was expected and what was found.
    pub(super) fn new(expected: Shown, actual: Shown) -> Self {
        Self { expected, actual, message: None, help: None, diff: None }
    }
}

/// Holds patterns against values and keeps what does not match.
pub(super) struct Judge<'j> {
    pub(super) scope: &'j Scope<'j>,
    /// How texts of this part of the answer are compared.
    pub(super) likeness: Likeness,
    mismatches: Vec<Mismatch>,
    /// What could not be rendered.
    unchecked: Vec<Unrendered>,
    /// Where the mismatches of the current assertion begin, and how many were only counted.
    begin: usize,
    beyond: usize,
    /// Whether only the verdict matters.
    quiet: bool,
    /// Whether objects may have no further members.
    exact: bool,
    /// Whether it has been told why the body is not JSON.
    pub(super) told_not_json: bool,
}

impl<'j> Judge<'j> {
    /// A judge that has found nothing wrong yet.
    pub(super) fn new(scope: &'j Scope<'j>) -> Self {
        Self {
            scope,
            likeness: Likeness::Json,
            mismatches: Vec::new(),
            unchecked: Vec::new(),
            begin: 0,
            beyond: 0,
            quiet: false,
            exact: false,
            told_not_json: false,
        }
    }

    /// Everything that did not match; what could not be checked behind it.
    ///
    /// # Errors
    /// The first that could not be checked, where everything else holds.
    pub(super) fn finish(mut self) -> Result<Vec<Mismatch>, Unrendered> {
        if self.mismatches.is_empty() && !self.unchecked.is_empty() {
            return Err(self.unchecked.swap_remove(0));
        }
        self.mismatches.extend(self.unchecked.into_iter().map(unchecked));
        Ok(self.mismatches)
    }

    /// Adds a cure to the mismatches of this assertion that have none.
    pub(super) fn explain(&mut self, help: &str) {
        for mismatch in self.mismatches[self.begin..].iter_mut().filter(|mismatch| mismatch.help.is_none()) {
            mismatch.help = Some(help.to_owned());
        }
    }

    /// Checks one assertion; mismatches beyond the fiftieth are only counted.
    pub(super) fn assertion(&mut self, check: impl FnOnce(&mut Self) -> Result<(), Unrendered>) {
        (self.begin, self.beyond, self.likeness) = (self.mismatches.len(), 0, Likeness::Json);
        let checked = check(self);
        self.unchecked.extend(checked.err());
        if let Some(last) = self.mismatches.last().filter(|_| self.beyond > 0) {
            let message = format!("and {} more mismatches of this assertion", self.beyond);
            let more = Mismatch { actual: message.clone(), message, help: None, diff: None, ..last.clone() };
            self.mismatches.push(more);
        }
    }

    /// Holds a pattern against what was found.
    pub(super) fn pattern(&mut self, pattern: &Pattern, at: At<'_>) -> Judged {
        match &pattern.form {
            Form::Equals(value) => self.equals(value, at),
            Form::All(matchers) => self.all(matchers, at),
            Form::Object(members) => self.object(pattern, members, at),
            Form::Array(elements) => self.array(pattern, elements, at),
        }
    }

    /// Holds every matcher against what was found. That nothing was found is told once.
    pub(super) fn all(&mut self, matchers: &[Matcher], at: At<'_>) -> Judged {
        let before = self.mismatches.len();
        let mut verdict = Verdict::Holds;
        for matcher in matchers {
            verdict = verdict.and(self.matcher(matcher, at)?);
        }
        if at.is_nothing() {
            self.mismatches.truncate(before + 1);
        }
        Ok(verdict)
    }

    fn matcher(&mut self, matcher: &Matcher, at: At<'_>) -> Judged {
        match &matcher.rule {
            Rule::Equals(value) => self.equals(value, at),
            Rule::Not(pattern) => self.not(matcher, pattern, at),
            Rule::In(values) => self.one_of_values(values, at),
            Rule::Compare(order, limit) => self.compare(matcher, (*order, limit), at),
            Rule::Between(low, high) => self.between(matcher, (low, high), at),
            Rule::Approx { value, within } => self.approx(matcher, (value, within), at),
            Rule::Type(kinds) => Ok(self.kind(matcher, kinds, at)),
            Rule::Exists(wanted) => Ok(self.exists(matcher, *wanted, at)),
            Rule::Optional(pattern) => self.optional(pattern, at),
            Rule::Empty(wanted) => Ok(self.empty(matcher, *wanted, at)),
            Rule::Length(pattern) => self.length(matcher, pattern, at),
            Rule::Contains(pattern) => self.contains(matcher, pattern, at),
            Rule::ContainsAll(patterns) => self.contains_all(matcher, patterns, at),
            Rule::StartsWith(text) => self.starts_with(matcher, text, at),
            Rule::EndsWith(text) => self.ends_with(matcher, text, at),
            Rule::Matches(expression) => self.matches(matcher, expression, at),
            Rule::Format(format) => Ok(self.format(matcher, *format, at)),
            Rule::Each(pattern) => self.each(matcher, pattern, at),
            Rule::Any(pattern) => self.any(matcher, pattern, at),
            Rule::Unique(wanted) => Ok(self.unique(matcher, *wanted, at)),
            Rule::Sorted(sorting) => Ok(self.sorted(matcher, sorting, at)),
            Rule::Schema(schema) => Ok(self.schema(matcher, schema, at)),
            Rule::Before(instant) => self.before(matcher, instant, at),
            Rule::After(instant) => self.after(matcher, instant, at),
            Rule::Like(pattern) => self.strictly(false, |judge| judge.pattern(pattern, at)),
            Rule::Exact(pattern) => self.strictly(true, |judge| judge.pattern(pattern, at)),
            Rule::Unordered(patterns) => self.unordered(matcher, patterns, at),
            Rule::AnyOf(patterns) => self.any_of(matcher, patterns, at),
            Rule::OneOf(patterns) => self.one_of(matcher, patterns, at),
            Rule::AllOf(patterns) => self.all_of(patterns, at),
            Rule::Own(own, operand) => self.own(matcher, (own, operand), at),
        }
    }

    fn strictly<T>(&mut self, exact: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.exact, exact);
        let done = work(self);
        self.exact = before;
        done
    }

    /// A verdict without a word about it.
    pub(super) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.quiet, true);
        let done = work(self);
        self.quiet = before;
        done
    }

    /// Notes a mismatch; what it says is only made where it will be read.
    pub(super) fn report(&mut self, place: &Place, at: At<'_>, told: impl FnOnce() -> Told) {
        if self.quiet {
            return;
        }
        if self.mismatches.len() - self.begin >= MOST {
            self.beyond += 1;
            return;
        }
        let Told { expected, actual, message, help, diff } = told();
        let path = at.spot.to_string();
        let unit = if self.likeness == Likeness::Duration { unit(at) } else { String::new() };
        let message = message.unwrap_or_else(|| format!("{path}: expected {expected}, found {actual}{unit}"));
        let (expected, actual) = (expected.into_text(), actual.into_text());
        self.mismatches.push(Mismatch { place: place.clone(), path, expected, actual, message, help, diff });
    }

    /// Notes that nothing was found where something was expected.
    pub(super) fn missing(&mut self, place: &Place, at: At<'_>, expected: impl FnOnce() -> Shown) -> Verdict {
        let help = || match at.found {
            Found::Nothing(absence) => absence.help(),
            Found::One(_) | Found::Many(..) => None,
        };
        self.report(place, at, || {
            let expected = expected();
            let message = Some(format!("nothing at `{}`, expected {expected}", at.spot));
            Told { message, help: help(), ..Told::new(expected, Shown::words("nothing")) }
        });
        Verdict::Void
    }

    /// The verdict of a matcher, noted where it fails.
    fn verdict(&mut self, holds: bool, matcher: &Matcher, at: At<'_>) -> Verdict {
        if !holds {
            let scope = self.scope;
            self.report(place_of(matcher), at, || Told::new(describe::rule(&matcher.rule, scope), at.shown()));
        }
        Verdict::of(holds)
    }

    /// Notes that a matcher cannot judge what was found; `wanted` is what it could.
    fn void(&mut self, matcher: &Matcher, at: At<'_>, wanted: &str) -> Verdict {
        let scope = self.scope;
        if at.is_nothing() {
            return self.missing(place_of(matcher), at, || describe::rule(&matcher.rule, scope));
        }
        let of_kind = || at.value().map_or_else(|| at.shown(), Shown::kind);
        let help = (self.likeness.is_text() && wanted.contains("number")).then(|| match self.likeness {
            Likeness::Markup => "this is text: write `number(…)` around the path".to_owned(),
            _ => "this is text: compare it with `equals` or `matches`, or capture it `as: number` and check it under `values`"
                .to_owned(),
        });
        self.report(place_of(matcher), at, || Told { help, ..Told::new(Shown::words(wanted), of_kind()) });
        Verdict::Void
    }

    /// The rendered operand. Where durations are compared a text such as `500ms` is its milliseconds.
    pub(super) fn render<'t>(&self, operand: &'t Templated) -> Result<Cow<'t, Json<'static>>, Unrendered> {
        let value = operand.render(self.scope)?;
        let period = match &*value {
            Json::String(text) if self.likeness == Likeness::Duration => duration::parse(text),
            _ => None,
        };
        Ok(match period {
            Some(period) => Cow::Owned(Json::from(u64::try_from(period.as_millis()).unwrap_or(u64::MAX))),
            None => value,
        })
    }
}

/// What the numbers of durations are; a long one is spelled too.
fn unit(at: At<'_>) -> String {
    let millis = at.number().and_then(|number| number.text().parse().ok());
    match millis.map(Duration::from_millis).filter(|found| found.as_secs() >= 60) {
        Some(found) => format!(" (milliseconds; {})", duration::show(found)),
        None => " (milliseconds)".to_owned(),
    }
}

/// What could not be checked, beside what is wrong.
fn unchecked(why: Unrendered) -> Mismatch {
    Mismatch {
        message: format!("this could not be checked: {why}"),
        path: "template".to_owned(),
        expected: "a value to compare with".to_owned(),
        actual: "none".to_owned(),
        help: why.fault.help(),
        diff: None,
        place: why.place,
    }
}

/// What a template yielded and its place cannot take.
pub(super) fn unusable(message: impl Into<String>, place: &Place) -> Unrendered {
    Unrendered { fault: RenderFault::Other { message: message.into(), help: None }, place: place.clone() }
}

/// The node that says what a matcher demands: its operand where that has a place, else its name.
fn place_of(matcher: &Matcher) -> &Place {
    match &matcher.rule {
        Rule::Equals(value) | Rule::In(value) | Rule::Compare(_, value) => &value.place,
        Rule::Not(pattern) | Rule::Optional(pattern) | Rule::Length(pattern) => &pattern.place,
        Rule::Contains(pattern) | Rule::Each(pattern) | Rule::Any(pattern) => &pattern.place,
        Rule::Like(pattern) | Rule::Exact(pattern) => &pattern.place,
        Rule::StartsWith(text) | Rule::EndsWith(text) => text.place(),
        Rule::Before(instant) | Rule::After(instant) => instant.text.place(),
        _ => &matcher.place,
    }
}
