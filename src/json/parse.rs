//! Text into a `Json` tree, through jiter's iterator.

use std::borrow::Cow;

use jiter::{Jiter, JiterError, JiterErrorType, JsonErrorType, Peek};

use super::{Json, Number};

/// How deep arrays and objects may nest.
const DEEPEST: usize = 128;

/// A text that is not JSON: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line} column {column}")]
pub(crate) struct BadJson {
    /// What is wrong, lower case.
    pub(crate) message: String,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The column in characters, counted from 1.
    pub(crate) column: usize,
}

impl<'a> Json<'a> {
    /// The value that this text holds, and nothing after it (RFC 8259).
    ///
    /// Strings without escapes and all numbers borrow from the text. No `NaN`, no comments, no trailing commas;
    /// at most 128 levels, and at most 4300 digits before a number's point.
    pub(crate) fn parse(text: &'a str) -> Result<Json<'a>, BadJson> {
        let mut reader = Reader { text, jiter: Jiter::new(text.as_bytes()), depth: 0 };
        match reader.document() {
            Ok(json) => Ok(json),
            Err(fault) => Err(fault.located(text)),
        }
    }

    /// The same from bytes, which must be UTF-8; a byte order mark before the value is skipped.
    pub(crate) fn parse_bytes(bytes: &'a [u8]) -> Result<Json<'a>, BadJson> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::parse(text),
            Err(error) => {
                let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let byte = bytes.get(good.len()).copied().unwrap_or_default();
                let message = format!("the text is not UTF-8 (byte `0x{byte:02x}`)");
                Err(bad_at(&String::from_utf8_lossy(good), good.len(), message))
            }
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    jiter: Jiter<'a>,
    depth: usize,
}

/// A fault before its place is counted out: only a text that fails pays for that.
struct Fault {
    message: Cow<'static, str>,
    index: usize,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Result<Json<'a>, Fault> {
        if self.text.trim_ascii().is_empty() {
            return Err(Fault::new("the text is empty, expected a JSON value", 0));
        }
        let first = self.jiter.peek()?;
        let value = self.value(first)?;
        self.jiter.finish()?;
        Ok(value)
    }

    fn value(&mut self, peek: Peek) -> Result<Json<'a>, Fault> {
        match peek {
            Peek::Null => Ok(self.jiter.known_null().map(|()| Json::Null)?),
            Peek::True | Peek::False => Ok(Json::Bool(self.jiter.known_bool(peek)?)),
            Peek::String => {
                let text = self.text;
                Ok(Json::String(borrowed(text, self.jiter.known_str()?)))
            }
            Peek::Array => self.nested(Self::array),
            Peek::Object => self.nested(Self::object),
            _ => self.number(peek),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Json<'a>, Fault>) -> Result<Json<'a>, Fault> {
        if self.depth == DEEPEST {
            let message = "arrays and objects nest more than 128 levels deep";
            return Err(Fault::new(message, self.jiter.current_index()));
        }
        self.depth += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self) -> Result<Json<'a>, Fault> {
        let mut elements = Vec::new();
        let mut next = self.jiter.known_array()?;
        while let Some(peek) = next {
            elements.push(self.value(peek)?);
            next = self.jiter.array_step()?;
        }
        Ok(Json::Array(elements))
    }

    fn object(&mut self) -> Result<Json<'a>, Fault> {
        let text = self.text;
        let mut members = Vec::new();
        let mut next = self.jiter.known_object()?.map(|name| borrowed(text, name));
        while let Some(name) = next {
            let peek = self.jiter.peek()?;
            members.push((name, self.value(peek)?));
            next = self.jiter.next_key()?.map(|name| borrowed(text, name));
        }
        Ok(Json::Object(members))
    }

    fn number(&mut self, peek: Peek) -> Result<Json<'a>, Fault> {
        let start = self.jiter.current_index();
        if !matches!(peek, Peek::Minus) && !peek.into_inner().is_ascii_digit() {
            return Err(Fault::new("expected a JSON value", start));
        }
        self.jiter.known_number_bytes(peek)?;
        let text = self.text.get(start..self.jiter.current_index());
        let number = text.and_then(Number::parse);
        number.map(Json::Number).ok_or_else(|| Fault::new("invalid number", start))
    }
}

/// The decoded string as a part of the text, if it is one; a copy if escapes had to be decoded elsewhere.
fn borrowed<'a>(text: &'a str, decoded: &str) -> Cow<'a, str> {
    // jiter ties its strings to itself rather than to its input, so the place is found again by address.
    let start = (decoded.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    match text.get(start..start.saturating_add(decoded.len())) {
        Some(part) => Cow::Borrowed(part),
        None => Cow::Owned(decoded.to_owned()),
    }
}

impl Fault {
    fn new(message: &'static str, index: usize) -> Self {
        let message = Cow::Borrowed(message);
        Self { message, index }
    }

    fn located(self, text: &str) -> BadJson {
        bad_at(text, self.index, self.message.into_owned())
    }
}

impl From<JiterError> for Fault {
    fn from(error: JiterError) -> Self {
        let message = match error.error_type {
            JiterErrorType::JsonError(kind) => message_of(&kind),
            JiterErrorType::WrongType { .. } => "expected a JSON value",
        };
        Self::new(message, error.index)
    }
}

fn bad_at(text: &str, index: usize, message: String) -> BadJson {
    let mut index = index.min(text.len());
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    let before = &text[..index];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    BadJson { message, line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

fn message_of(kind: &JsonErrorType) -> &'static str {
    use JsonErrorType as Kind;
    match kind {
        Kind::EofWhileParsingList => "the text ends inside an array, expected `]`",
        Kind::EofWhileParsingObject => "the text ends inside an object, expected `}`",
        Kind::EofWhileParsingString => "the text ends inside a string, expected `\"`",
        Kind::EofWhileParsingValue => "the text ends where a value is expected",
        Kind::ExpectedColon => "expected `:` after a member's name",
        Kind::ExpectedListCommaOrEnd => "expected `,` or `]`",
        Kind::ExpectedObjectCommaOrEnd => "expected `,` or `}`",
        Kind::ExpectedSomeIdent => "expected `true`, `false` or `null`",
        Kind::InvalidEscape | Kind::UnexpectedEndOfHexEscape => "invalid escape in a string",
        Kind::NumberOutOfRange => "a number of more than 4300 digits",
        Kind::InvalidUnicodeCodePoint => "invalid Unicode code point in a string",
        Kind::LoneLeadingSurrogateInHexEscape => "half of a surrogate pair in a string",
        Kind::ControlCharacterWhileParsingString => "a control character in a string, expected an escape such as `\\n`",
        Kind::KeyMustBeAString => "expected a member's name in double quotes",
        Kind::TrailingComma => "a comma before the closing bracket",
        Kind::TrailingCharacters => "expected the end of the text after the value",
        Kind::RecursionLimitExceeded => "arrays and objects nest too deep",
        Kind::InvalidNumber => "invalid number",
        _ => "expected a JSON value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Json::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_json_is_refused_with_its_place() {
        let cases = [
            ("", "the text is empty, expected a JSON value at line 1 column 1"),
            (" \n ", "the text is empty, expected a JSON value at line 1 column 1"),
            ("[1,\n2", "the text ends inside an array, expected `]` at line 2 column 2"),
            ("{\"é\":1 x}", "expected `,` or `}` at line 1 column 8"),
            ("{\"a\" 1}", "expected `:` after a member's name at line 1 column 6"),
            ("[1,]", "a comma before the closing bracket at line 1 column 4"),
            ("{a:1}", "expected a member's name in double quotes at line 1 column 2"),
            ("1 2", "expected the end of the text after the value at line 1 column 3"),
            ("NaN", "expected a JSON value at line 1 column 1"),
            ("-Infinity", "invalid number at line 1 column 2"),
            ("01", "invalid number at line 1 column 2"),
            ("1.", "the text ends where a value is expected at line 1 column 3"),
            ("+1", "expected a JSON value at line 1 column 1"),
            ("nul", "the text ends where a value is expected at line 1 column 4"),
            ("'a'", "expected a JSON value at line 1 column 1"),
            ("// x", "expected a JSON value at line 1 column 1"),
        ];
        for (text, message) in cases {
            assert_eq!(refusal(text), message, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Json::parse(&nested(128)).is_ok());
        assert!(refusal(&nested(129)).contains("more than 128 levels"));
        assert!(refusal(&"[".repeat(1_000_000)).contains("more than 128 levels"));
        assert!(refusal(&"{\"a\":".repeat(1_000_000)).contains("more than 128 levels"));
    }

    #[test]
    fn strings_without_escapes_and_numbers_borrow() {
        let json = Json::parse(r#"{"a":["plain","es\ncaped","",1.10]}"#).unwrap();
        let elements = json.get("a").unwrap().as_array().unwrap();
        let is_borrowed = |at: usize| matches!(elements[at], Json::String(Cow::Borrowed(_)));
        assert!(is_borrowed(0) && !is_borrowed(1));
        assert_eq!(elements[1].as_str(), Some("es\ncaped"));
        assert_eq!(elements[2].as_str(), Some(""));
        assert!(elements[3].as_number().unwrap().is_borrowed());
    }

    #[test]
    fn bytes_must_be_utf8() {
        let error = Json::parse_bytes(b"[\"a\",\n\"\xff\"]").unwrap_err().to_string();
        assert_eq!(error, "the text is not UTF-8 (byte `0xff`) at line 2 column 2");
        assert_eq!(Json::parse_bytes(b"\xEF\xBB\xBF[1]").unwrap().to_text(), "[1]");
    }
}
