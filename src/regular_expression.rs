//! Regular expressions in linear time: the only place that names `regex`.

use std::fmt;

/// A compiled expression. Lookaround and back references do not exist in it, so matching is linear in the text.
#[derive(Clone)]
pub(crate) struct RegularExpression(regex::Regex);

/// Why a text is not an expression.
#[derive(Clone, Debug)]
pub(crate) struct BadExpression {
    /// What is wrong.
    pub(crate) message: String,
    /// The byte where it is wrong, from the start of the text.
    pub(crate) offset: usize,
    /// How many bytes are wrong.
    pub(crate) length: usize,
    /// What to do instead.
    pub(crate) help: Option<String>,
}

impl RegularExpression {
    /// Compiles an expression.
    ///
    /// # Errors
    /// It does not parse, uses lookaround or back references, or would grow too large.
    pub(crate) fn compile(text: &str) -> Result<Self, BadExpression> {
        regex::Regex::new(text).map(Self).map_err(|error| bad(text, &error))
    }

    /// Whether an expression compiles to more than so many bytes; one that does not compile at all does not.
    pub(crate) fn is_larger_than(text: &str, bytes: usize) -> bool {
        let built = regex::RegexBuilder::new(text).size_limit(bytes).build();
        matches!(built, Err(regex::Error::CompiledTooBig(_)))
    }

    /// The text it was compiled from.
    pub(crate) fn text(&self) -> &str {
        self.0.as_str()
    }

    /// Whether it matches anywhere in the text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// What group 1 of the first match holds, or the whole match where there is no group.
    pub(crate) fn first<'t>(&self, text: &'t str) -> Option<&'t str> {
        let found = self.0.captures(text)?;
        found.get(1).or_else(|| found.get(0)).map(|it| it.as_str())
    }
}

impl fmt::Debug for RegularExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}/", self.0.as_str())
    }
}

fn bad(text: &str, error: &regex::Error) -> BadExpression {
    if let Some(at) = ["(?=", "(?!", "(?<=", "(?<!"].iter().find_map(|it| text.find(it)) {
        return BadExpression {
            message: "lookaround is not supported: expressions run in linear time".to_owned(),
            offset: at,
            length: 3,
            help: Some("use two matchers, for example `{matches: a, not: {matches: b}}`".to_owned()),
        };
    }
    let shown = error.to_string();
    let caret =
        shown.lines().find(|line| line.trim_start().starts_with('^')).map(|line| line.len() - line.trim_start().len());
    let reason = shown.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or("it does not compile");
    BadExpression {
        message: format!("this is not a regular expression: {reason}"),
        offset: caret.map_or(0, |at| at.saturating_sub(4)).min(text.len()),
        length: 1,
        help: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_expression_tells_where_and_why() {
        let table = [
            ("a(b", 1, "unclosed group"),
            ("a{2,1}", 1, "repetition"),
            ("a(?=b)", 1, "lookaround"),
            ("(a)\\1", 3, "backreferences"),
        ];
        for (text, offset, part) in table {
            let bad = RegularExpression::compile(text).unwrap_err();
            assert!(bad.message.contains(part), "{text}: {}", bad.message);
            assert_eq!(bad.offset, offset, "{text}");
        }
    }

    #[test]
    fn the_size_of_an_expression_is_that_of_what_it_compiles_to() {
        let table = [("a+", 1 << 14, false), (r"\w{50}", 1 << 14, true), (r"\w{50}", 1 << 24, false), ("(", 1, false)];
        for (text, bytes, expected) in table {
            assert_eq!(RegularExpression::is_larger_than(text, bytes), expected, "{text}");
        }
    }

    #[test]
    fn group_one_or_the_whole_match_is_taken() {
        let first = |text: &str, on: &str| RegularExpression::compile(text).unwrap().first(on).map(ToOwned::to_owned);
        assert_eq!(first("id=(\\d+)", "a id=12 b"), Some("12".into()));
        assert_eq!(first("\\d+", "a 34"), Some("34".into()));
        assert_eq!(first("x", "a"), None);
    }
}
