//! Parameters of URLs and forms that are hidden by name, and passwords in URLs.

use percent_encoding::percent_decode_str;

use super::Named;
use crate::secret::Redactor;

/// A name longer than this many bytes is no name of a secret.
const LONGEST_NAME: usize = 120;

/// Adds the values of parameters of every URL in a text, and passwords before a host.
pub(crate) fn find(text: &str, redactor: &Redactor, found: &mut Vec<Named>) {
    let mut end = 0;
    for (at, _) in text.match_indices(['?', '&', '#', ';']) {
        if at >= end
            && let Some(parameter) = parameter(text, at + 1, redactor, ends_a_url)
        {
            end = parameter.range.end;
            found.push(parameter);
        }
    }
    found.extend(text.match_indices("://").filter_map(|(at, mark)| password(text, at + mark.len())));
}

/// The values of secret fields of a body of the type `application/x-www-form-urlencoded`.
pub(crate) fn in_form(text: &str, redactor: &Redactor) -> Vec<Named> {
    let starts = std::iter::once(0).chain(text.match_indices('&').map(|(at, _)| at + 1));
    starts.filter_map(|start| parameter(text, start, redactor, |c| c == '&')).collect()
}

/// The values of secret fields of a body of the type `multipart/form-data` (RFC 7578).
pub(crate) fn in_multipart(text: &str, redactor: &Redactor) -> Vec<Named> {
    let mut found = Vec::new();
    let mut start = 0;
    for part in text.split("\r\n--") {
        let head = part.split_once("\r\n\r\n").map_or("", |(head, _)| head);
        let name = head.split_once(" name=\"").map_or("", |(_, name)| name.split('"').next().unwrap_or(""));
        if is_secret(name, redactor) {
            let range = start + head.len() + "\r\n\r\n".len()..start + part.len();
            found.push(Named { range, name: name.to_owned(), bare: false });
        }
        start += part.len() + "\r\n--".len();
    }
    found
}

fn parameter(text: &str, start: usize, redactor: &Redactor, ends: impl Fn(char) -> bool) -> Option<Named> {
    let written = text.as_bytes()[start..].iter().take(LONGEST_NAME);
    let length = written.take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.%[]+".contains(byte)).count();
    let name = &text[start..start + length];
    let value = text[start + length..].strip_prefix('=')?;
    if !is_secret(name, redactor) {
        return None;
    }
    let start = text.len() - value.len();
    let end = start + value.find(ends).unwrap_or(value.len());
    Some(Named { range: start..end, name: name.to_owned(), bare: false })
}

fn ends_a_url(c: char) -> bool {
    c.is_whitespace() || matches!(c, '&' | '#' | '"' | '\'' | '`' | '<' | '>' | '\\')
}

/// Whether a name or a part of it in brackets (`user[password]`) is that of a secret.
fn is_secret(name: &str, redactor: &Redactor) -> bool {
    let name = percent_decode_str(name).decode_utf8_lossy();
    name.split(['[', ']', '.']).any(|part| redactor.hides_member(part))
}

/// The password of `https://user:password@host`.
fn password(text: &str, start: usize) -> Option<Named> {
    let authority = &text[start..];
    let authority =
        &authority[..authority.find(|c: char| ends_a_url(c) || matches!(c, '/' | '?')).unwrap_or(authority.len())];
    let user_info = &authority[..authority.rfind('@')?];
    let colon = user_info.find(':')?;
    Some(Named { range: start + colon + 1..start + user_info.len(), name: "password".to_owned(), bare: false })
}
