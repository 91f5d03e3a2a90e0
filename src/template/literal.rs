//! Literals in expressions: text in quotes, lists and objects as JSON writes them.

use crate::json::Json;
use crate::template::{cursor::Cursor, expression::DEEPEST, fault::BadTemplate};

/// Text in double quotes with the escapes of JSON, or in single quotes, where `"` needs none.
pub(super) fn text(cursor: &mut Cursor<'_>) -> Result<Json<'static>, BadTemplate> {
    let from = cursor.at;
    let quote = cursor.peek().unwrap_or('"');
    let Some(length) = text_length(cursor.rest(), quote) else {
        let wrong = BadTemplate::at(from, "the text is not closed");
        return Err(wrong.help(format!("end it with `{quote}`")));
    };
    cursor.at += length;
    let written = cursor.since(from);
    json_of(&in_json(&written[1..written.len() - 1]), from)
}

/// A list or an object.
pub(super) fn structure(cursor: &mut Cursor<'_>) -> Result<Json<'static>, BadTemplate> {
    let from = cursor.at;
    cursor.at += structure_length(cursor.rest(), from)?;
    json_of(cursor.since(from), from)
}

fn json_of(text: &str, offset: usize) -> Result<Json<'static>, BadTemplate> {
    let json = Json::parse(text).map(Json::into_owned);
    json.map_err(|bad| BadTemplate::at(offset, format!("`{}` is not a literal: {}", shortened(text), bad.message)))
}

/// How long a text in quotes is, the quotes included.
fn text_length(rest: &str, quote: char) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            end if end == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The text as JSON writes it: `'` loses its escape; `"`, tabs and line breaks get one.
fn in_json(inner: &str) -> String {
    let mut json = String::from('"');
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('\'') => json.push('\''),
                escaped => json.extend(['\\'].into_iter().chain(escaped)),
            },
            '"' => json.push_str("\\\""),
            '\0'..='\x1f' => json.push_str(&format!("\\u{:04x}", u32::from(character))),
            _ => json.push(character),
        }
    }
    json.push('"');
    json
}

/// How long a list or an object is, from its bracket to the one that closes it.
fn structure_length(rest: &str, offset: usize) -> Result<usize, BadTemplate> {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = rest.as_bytes().get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b'"' => at += text_length(&rest[at..], '"').map_or(0, |length| length - 1),
            _ => {}
        }
        at += 1;
        match depth {
            0 => return Ok(at),
            deep if deep > DEEPEST => break,
            _ => {}
        }
    }
    let bracket = &rest[..1];
    let message = match depth > DEEPEST {
        true => format!("brackets nest deeper than {DEEPEST}"),
        false => format!("`{bracket}` is not closed"),
    };
    Err(BadTemplate::at(offset, message))
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
