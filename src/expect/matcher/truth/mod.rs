//! A truth table for every matcher, each row held in both positions: below `jsonpath:`, and with `$` below `json:`.
//!
//! What cannot be judged fails with a message that says why, and its `not` fails as well.

mod hostile;
mod lists;
mod logic;
mod objects;
mod texts;
mod values;

use std::collections::BTreeMap;

use crate::expect::Mismatch;
use crate::expect::tests::{Reply, checked};
use crate::spec::matcher::TABLE;

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Want {
    /// It holds, and its `not` fails.
    Yes,
    /// It fails, and its `not` holds.
    No,
    /// It cannot be judged: both fail.
    Unfit,
}
use Want::{No, Unfit, Yes};

/// The operand in YAML, the value in JSON or nothing at all, and what becomes of it.
type Row = (&'static str, &'static str, Want);

/// A matcher and its rows.
type Truth = (&'static str, &'static [Row]);

fn all() -> impl Iterator<Item = &'static Truth> {
    [values::TRUTH, texts::TRUTH, lists::TRUTH, objects::TRUTH, logic::TRUTH].into_iter().flatten()
}

/// Matchers whose operand is a pattern of the position they stand in.
const NESTING: &[&str] =
    &["not", "optional", "length", "contains", "contains_all", "each", "any", "any_of", "one_of", "all_of"];

#[test]
fn every_row_is_true_in_both_positions() {
    let mut wrong = Vec::new();
    for (matcher, rows) in all() {
        for row in *rows {
            for (expect, below) in positions(matcher, row.0) {
                wrong.extend(judge(&expect, &below, row).map(|why| format!("{matcher} {row:?}: {why}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_matcher_has_twelve_rows_half_of_them_negative() {
    let mut rows: BTreeMap<&str, Vec<&Row>> = TABLE.names().map(|name| (name, Vec::new())).collect();
    for (matcher, own) in all() {
        rows.get_mut(matcher).unwrap_or_else(|| panic!("`{matcher}` is no matcher")).extend(*own);
    }
    for (matcher, rows) in rows {
        let negative = rows.iter().filter(|(_, _, want)| *want != Yes).count();
        assert!(rows.len() >= 12, "`{matcher}` has {} rows", rows.len());
        assert!(negative * 2 >= rows.len(), "`{matcher}` has {negative} negative rows of {}", rows.len());
        let never_unfit = matches!(matcher, "exists" | "optional");
        assert!(never_unfit || rows.iter().any(|(_, _, want)| *want == Unfit), "`{matcher}` fits everything");
    }
}

/// The expectation and that of its opposite, in each position.
fn positions(matcher: &str, operand: &str) -> [(String, String); 2] {
    let marked = if NESTING.contains(&matcher) { marked(operand) } else { operand.to_owned() };
    [
        (
            format!("jsonpath: {{$.a: {{{matcher}: {operand}}}}}"),
            format!("jsonpath: {{$.a: {{not: {{{matcher}: {operand}}}}}}}"),
        ),
        (format!("json: {{a: {{${matcher}: {marked}}}}}"), format!("json: {{a: {{$not: {{${matcher}: {marked}}}}}}}")),
    ]
}

/// Matchers within an operand, with `$` in front.
fn marked(operand: &str) -> String {
    TABLE.names().fold(operand.to_owned(), |text, name| {
        ["{", ", "]
            .iter()
            .fold(text, |text, before| text.replace(&format!("{before}{name}: "), &format!("{before}${name}: ")))
    })
}

fn judge(expect: &str, opposite: &str, (_, value, want): &Row) -> Option<String> {
    let body = if value.is_empty() { "{}".to_owned() } else { format!("{{\"a\": {value}}}") };
    let found = |expect: &str| checked(expect, &Reply::body(body.clone())).expect("it can be judged");
    let (itself, not) = (found(expect), found(opposite));
    let became = (itself.is_empty(), not.is_empty());
    let wanted = (*want == Yes, *want == No);
    if became != wanted {
        return Some(format!("{expect} is {became:?} with its `not`, not {wanted:?}"));
    }
    let tells = |it: &&Mismatch| !tells(it, *want);
    itself.iter().chain(&not).find(tells).map(|it| format!("{expect} does not say why: {}", it.message))
}

/// Whether a message says where and what, and what was there instead of something that could be judged.
fn tells(mismatch: &Mismatch, want: Want) -> bool {
    let message = &mismatch.message;
    let nothing = message.starts_with("nothing at `$.a");
    let unfit = ["found", "nothing was checked"].iter().any(|part| message.contains(part));
    nothing || (message.contains("$.a") && message.contains(": ") && (unfit || want != Unfit))
}
