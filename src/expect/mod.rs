//! Whether an answer is what its author expects, and what is captured from it. Knows nothing of tokens.
//!
//! Pure: nothing here waits or sends. One kind of check per file; matchers are in `matcher`, one family per file.

use crate::source::Place;
use crate::spec::{
    Unrendered,
    cookie::CookieCheck,
    expect::{Expect, FactCheck, HeaderCheck, PathCheck, ValueCheck},
    matcher::Pattern,
    xpath::XPathCheck,
};
use crate::template::Scope;

mod answer;
mod capture;
mod cookies;
mod describe;
mod facts;
mod found;
mod graphql;
mod headers;
mod json;
mod matcher;
mod media_type;
mod paths;
mod show;
mod snapshot;
mod spot;
mod status;
#[cfg(test)]
mod tests;
mod tls;
mod values;
mod xpath;

pub(crate) use answer::Answer;
pub(crate) use capture::capture;
use matcher::Judge;
pub(crate) use snapshot::Kept;

/// One way in which an answer was not as expected.
#[derive(Clone, Debug)]
pub(crate) struct Mismatch {
    /// The node of the spec that says what was expected.
    pub(crate) place: Place,
    /// What was looked at: `status`, `header content-type`, `$.price`, `body`.
    pub(crate) path: String,
    /// What was expected, in words or as a value: `201`, `greater than 0`.
    pub(crate) expected: String,
    /// What was there: a value as JSON text, or words such as `nothing`.
    pub(crate) actual: String,
    /// One line that says it all: expected and actual included.
    pub(crate) message: String,
    /// What may be meant, or what to do.
    pub(crate) help: Option<String>,
    /// A unified difference, line by line, where both are texts of several lines.
    pub(crate) diff: Option<Vec<String>>,
}

/// Everything in which the answer is not as expected, in the order the checks were written; the status first.
///
/// `request` is the place of what asks for 2xx where no status is written.
///
/// # Errors
/// A template of the expectation that cannot be rendered, or that yields what its place cannot take (a path that is
/// none, text where a number belongs), and nothing else is wrong. Where the answer is wrong as well that comes first:
/// what could not be checked is then told as a mismatch behind it.
pub(crate) fn check(
    expect: &Expect,
    answer: &Answer<'_>,
    request: &Place,
    scope: &Scope<'_>,
) -> Result<Vec<Mismatch>, Unrendered> {
    let mut judge = Judge::new(scope);
    judge.assertion(|judge| status::check(expect.status.as_ref(), request, answer.response.status, judge));
    for part in parts(expect) {
        judge.assertion(|judge| part.check(answer, judge));
    }
    if let Some(place) = &expect.graphql {
        judge.assertion(|judge| graphql::check(place, expect, answer, judge));
    }
    judge.finish()
}

/// Whether an answer of this status is what its author expects, for a request at `request`.
///
/// # Errors
/// As [`check`].
pub(crate) fn takes_status(
    expect: &Expect,
    status: u16,
    request: &Place,
    scope: &Scope<'_>,
) -> Result<bool, Unrendered> {
    let mut judge = Judge::new(scope);
    judge.assertion(|judge| status::check(expect.status.as_ref(), request, status, judge));
    judge.finish().map(|mismatches| mismatches.is_empty())
}

/// One check as it was written.
enum Part<'e> {
    Header(&'e HeaderCheck),
    Json(&'e Pattern),
    Path(&'e PathCheck),
    XPath(&'e XPathCheck),
    Cookie(&'e CookieCheck),
    Fact(&'e FactCheck),
    Value(&'e ValueCheck),
    Schema(&'e Pattern),
}

/// The checks in the order they were written; those that come from another file stand last.
fn parts(expect: &Expect) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    parts.extend(expect.headers.iter().map(Part::Header));
    parts.extend(expect.json.as_deref().map(Part::Json));
    parts.extend(expect.jsonpath.iter().map(Part::Path));
    parts.extend(expect.xpath.iter().map(Part::XPath));
    parts.extend(expect.cookies.iter().map(Part::Cookie));
    parts.extend(expect.facts.iter().map(Part::Fact));
    parts.extend(expect.values.iter().map(Part::Value));
    parts.extend(expect.schema.as_deref().map(Part::Schema));
    let own = |place: &Place| expect.place.as_ref().is_none_or(|own| own.encloses(place));
    parts.sort_by_key(|part| (!own(part.place()), part.place().range().start));
    parts
}

impl Part<'_> {
    fn place(&self) -> &Place {
        match self {
            Self::Header(check) => &check.place,
            Self::Json(pattern) | Self::Schema(pattern) => &pattern.place,
            Self::Path(check) => &check.place,
            Self::XPath(check) => &check.place,
            Self::Cookie(check) => &check.place,
            Self::Fact(check) => &check.place,
            Self::Value(check) => &check.place,
        }
    }

    fn check(&self, answer: &Answer<'_>, judge: &mut Judge<'_>) -> Result<(), Unrendered> {
        match self {
            Self::Header(check) => headers::check(check, answer, judge),
            Self::Json(pattern) | Self::Schema(pattern) => json::check(pattern, answer, judge),
            Self::Path(check) => paths::check(check, answer, judge),
            Self::XPath(check) => xpath::check(check, answer, judge),
            Self::Cookie(check) => cookies::check(check, answer, judge),
            Self::Fact(check) => facts::check(check, answer, judge),
            Self::Value(check) => values::check(check, judge),
        }
    }
}
