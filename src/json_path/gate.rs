//! The strict reading of a path: what is not RFC 9535 is refused here, with its place.

use serde_json_path::JsonPath;

use crate::json_path::{BadPath, dialect};

/// How many bytes a path may have.
pub(super) const LONGEST: usize = 4096;
/// How deep brackets and parentheses may nest.
const DEEPEST: usize = 64;
/// How deep filters may nest: the strict parser reads each of them twice, so every level doubles its work.
const DEEPEST_FILTERS: usize = 8;

/// Reads a path, or says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<JsonPath, BadPath> {
    if text.len() > LONGEST {
        return Err(refused(LONGEST, format!("it has {} bytes, more than {LONGEST}", text.len())));
    }
    let syntax = without_strings(text);
    check_nesting(&syntax)?;
    // The parser panics where a text ends within an escape.
    if syntax.matches(['\'', '"']).count() % 2 == 1 {
        return Err(dialect::explain(text, text.len(), "a quote is not closed"));
    }
    JsonPath::parse(text).map_err(|error| dialect::explain(text, error.position(), error.message()))
}

/// The path with blanks in place of what stands in quotes, so that a search finds syntax only; every byte keeps its offset.
pub(super) fn without_strings(text: &str) -> String {
    let mut quote = None;
    let mut escaped = false;
    let mut mask = |c: char| match quote {
        Some(open) if c == open && !escaped => {
            quote = None;
            c
        }
        Some(_) => {
            escaped = c == '\\' && !escaped;
            ' '
        }
        None => {
            quote = matches!(c, '\'' | '"').then_some(c);
            c
        }
    };
    let mut masked = String::with_capacity(text.len());
    for c in text.chars() {
        let shown = mask(c);
        let copies = if shown == c { 1 } else { c.len_utf8() };
        masked.extend(std::iter::repeat_n(shown, copies));
    }
    masked
}

fn check_nesting(syntax: &str) -> Result<(), BadPath> {
    let mut open = Vec::new();
    let mut filters = 0;
    for (offset, byte) in syntax.bytes().enumerate() {
        match byte {
            b'[' | b'(' => open.push(false),
            b']' | b')' => filters -= usize::from(open.pop() == Some(true)),
            b'?' => {
                if let Some(filter @ false) = open.last_mut() {
                    *filter = true;
                    filters += 1;
                }
            }
            _ => {}
        }
        if open.len() > DEEPEST {
            return Err(refused(offset, format!("it nests more than {DEEPEST} levels deep")));
        }
        if filters > DEEPEST_FILTERS {
            return Err(refused(offset, format!("its filters nest more than {DEEPEST_FILTERS} levels deep")));
        }
    }
    Ok(())
}

fn refused(offset: usize, message: String) -> BadPath {
    BadPath { message, offset, help: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_quotes_is_not_syntax() {
        let table = [
            ("$['a.b']", "$['   ']"),
            (r#"$["a'b"].c"#, r#"$["   "].c"#),
            (r"$['a\'b'].c", "$['    '].c"),
            (r"$['a\\'].c", "$['   '].c"),
            ("$['é']", "$['  ']"),
            ("$['a", "$[' "),
            ("$.é", "$.é"),
        ];
        for (text, expected) in table {
            assert_eq!(without_strings(text), expected, "{text}");
        }
    }

    #[test]
    fn a_path_that_is_too_long_or_too_deep_is_refused_before_it_is_parsed() {
        let table = [
            (format!("${}", ".a".repeat(3000)), "more than 4096"),
            (format!("$[?{}@.a{}]", "(".repeat(500), ")".repeat(500)), "64 levels"),
            ("$[".repeat(2000), "64 levels"),
            (format!("${}@{}", "[?@".repeat(9), "]".repeat(9)), "filters nest more than 8"),
        ];
        for (text, part) in table {
            let bad = parse(&text).unwrap_err();
            assert!(bad.message.contains(part), "{}", bad.message);
        }
    }

    #[test]
    fn a_path_at_the_limits_is_read_at_once() {
        let filters = format!("${}{}", "[?@".repeat(8), "]".repeat(8));
        let counted = format!("${}@{}", "[?count(@".repeat(8), ")>0]".repeat(8).replace("@)", ")"));
        let table = [
            format!("$[?{}@.a{}]", "(".repeat(63), ")".repeat(63)),
            format!("$[?{}@.a{}]", "(!".repeat(31), ")".repeat(31)),
            format!("$[?{}@.a{}>1]", "length(".repeat(63), ")".repeat(63)),
            filters,
            counted,
            format!("$[?{}@{}", "!(@[?".repeat(8), "])".repeat(7)),
        ];
        for text in table {
            let start = std::time::Instant::now();
            let _ = parse(&text);
            assert!(start.elapsed().as_millis() < 2000, "{text} took {:?}", start.elapsed());
        }
    }
}
