//! Members of JSON that are hidden by name, found in any text: JSON that is cut or broken, quoted in a message, written into a string.

use std::borrow::Cow;

use super::Named;
use crate::json::Json;
use crate::secret::Redactor;

/// A name longer than this many bytes is no name of a secret.
const LONGEST_NAME: usize = 120;

/// The values of members with the name of a secret.
pub(crate) fn find(text: &str, redactor: &Redactor) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(quote) = text[at..].find('"').map(|quote| at + quote) {
        at = quote + 1;
        if let Some(member) = member(text, quote, redactor) {
            at = member.range.end.max(at);
            found.push(member);
        }
    }
    found
}

/// The value behind the name that begins at this quote, if the name is that of a secret.
fn member(text: &str, quote: usize, redactor: &Redactor) -> Option<Named> {
    let level = backslashes(text, quote);
    let from = quote + 1;
    let end = closing(text, from, level, from + LONGEST_NAME)?;
    let name = unescaped(text.get(from..end - level)?);
    let behind = text[end + 1..].trim_start().strip_prefix(':').filter(|_| redactor.hides_member(&name))?.trim_start();
    let start = text.len() - behind.len();
    let opening = format!("{}\"", "\\".repeat(level));
    let name = name.into_owned();
    if behind.starts_with(&opening) {
        let from = start + opening.len();
        let end = closing(text, from, level, text.len()).map_or(text.len(), |end| (end - level).max(from));
        return Some(Named { range: from..end, name, bare: false });
    }
    let length = bare_value(behind);
    (length > 0).then(|| Named { range: start..start + length, name, bare: level == 0 })
}

fn backslashes(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().rev().take(LONGEST_NAME).take_while(|byte| **byte == b'\\').count()
}

/// The quote that ends a string whose own quotes have `level` backslashes before them: 0, or 1 within a string, 3 within one within one.
fn closing(text: &str, from: usize, level: usize, limit: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut escapes = 0;
    for (at, byte) in bytes.iter().enumerate().take(limit).skip(from) {
        match byte {
            b'"' if escapes < level => return None,
            b'"' if escapes % (2 * (level + 1)) == level => return Some(at),
            b'\\' => escapes += 1,
            _ => escapes = 0,
        }
    }
    None
}

fn unescaped(name: &str) -> Cow<'_, str> {
    if !name.contains('\\') {
        return Cow::Borrowed(name);
    }
    match Json::parse(&format!("\"{name}\"")) {
        Ok(Json::String(text)) => Cow::Owned(text.into_owned()),
        _ => Cow::Borrowed(name),
    }
}

/// How many bytes a number, an array or an object takes; words are not hidden, `null` is no secret.
fn bare_value(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(b'{' | b'[') => nested(text),
        Some(b'-' | b'0'..=b'9') => {
            text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte)).count()
        }
        _ => 0,
    }
}

fn nested(text: &str) -> usize {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => depth += 1,
            b'}' | b']' if !in_string => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}
