//! The plainest paths, which are most of those in specs: names and indices (`$.items[0].name`), read in one go.
//!
//! What is not written so plainly is for the strict parser, and so is everything that is wrong.

use super::walk::Step;

/// Digits of an index that every reader of paths can hold.
const MOST_DIGITS: usize = 9;

/// The steps of a path of ASCII names and indices; none where the path is anything else.
pub(super) fn steps(text: &str) -> Option<Box<[Step]>> {
    let mut rest = text.strip_prefix('$')?;
    let mut steps = Vec::with_capacity(rest.bytes().filter(|byte| matches!(byte, b'.' | b'[')).count());
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('.') {
            Some(rest) => name(rest)?,
            None => index(rest.strip_prefix('[')?)?,
        };
        steps.push(step);
        rest = after;
    }
    Some(steps.into())
}

fn name(text: &str) -> Option<(Step, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let (name, rest) = text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()));
    let starts_well = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit());
    starts_well.then(|| (Step::Name(name.into()), rest))
}

fn index(text: &str) -> Option<(Step, &str)> {
    let (digits, rest) = text.split_once(']')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.len() <= MOST_DIGITS;
    let leads_with_zero = digits.len() > 1 && digits.starts_with('0');
    let index = digits.parse().ok().filter(|_| is_plain && !leads_with_zero)?;
    Some((Step::Index(index), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_path::{fitting, gate, walk};

    fn strict(text: &str) -> Option<Vec<Step>> {
        gate::parse(text).ok()?;
        let fitting::Fit::Evaluate(query) = fitting::fit(text).ok()? else { return None };
        walk::steps(&walk::segments(&query.segments)?)
    }

    #[test]
    fn a_plain_path_is_read_as_the_strict_parser_reads_it() {
        for text in ["$", "$.a", "$.a_1.B", "$._x", "$[0]", "$.a[10][2].c", "$[999999999].a", "$.true.null.in"] {
            assert_eq!(steps(text).unwrap().to_vec(), strict(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn what_is_not_plain_or_wrong_is_left_to_the_strict_parser() {
        let table = [
            "",
            "a",
            "$.",
            "$..a",
            "$.a.",
            "$.1a",
            "$.a-b",
            "$.é",
            "$['a']",
            "$[01]",
            "$[-1]",
            "$[-0]",
            "$[+1]",
            "$[]",
            "$[0",
            "$0]",
            "$ .a",
            "$.a ",
            "$[ 0]",
            "$[*]",
            "$.*",
            "$[0:1]",
            "$[1234567890]",
            "$a",
            "$[?@.a]",
        ];
        for text in table {
            assert!(steps(text).is_none(), "{text}");
        }
    }
}
