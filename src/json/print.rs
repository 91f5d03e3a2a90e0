//! A `Json` tree into text: compact, indented, or cut short for a message.

use std::fmt::{self, Write};

use super::Json;

impl Json<'_> {
    /// The value as compact JSON, numbers as they were written.
    pub(crate) fn to_text(&self) -> String {
        self.to_string()
    }

    /// The value as JSON with one member or element a line, indented by two blanks a level.
    pub(crate) fn pretty(&self) -> String {
        let mut text = String::new();
        // A `String` takes everything that is written to it.
        let _ = write_indented(&mut text, self, 1);
        text
    }

    /// The compact text, cut to this many characters and then ended by `…`.
    pub(crate) fn excerpt(&self, limit: usize) -> String {
        let mut text = String::new();
        let mut writer = Bounded { text: &mut text, left: limit };
        if write!(writer, "{self}").is_err() {
            text.push('…');
        }
        text
    }
}

impl fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_compact(f, self)
    }
}

fn write_compact(out: &mut impl Write, value: &Json<'_>) -> fmt::Result {
    match value {
        Json::Array(elements) => {
            out.write_char('[')?;
            for (at, element) in elements.iter().enumerate() {
                out.write_str(if at == 0 { "" } else { "," })?;
                write_compact(out, element)?;
            }
            out.write_char(']')
        }
        Json::Object(members) => {
            out.write_char('{')?;
            for (at, (name, value)) in members.iter().enumerate() {
                out.write_str(if at == 0 { "" } else { "," })?;
                write_string(out, name)?;
                out.write_char(':')?;
                write_compact(out, value)?;
            }
            out.write_char('}')
        }
        scalar => write_scalar(out, scalar),
    }
}

fn write_indented(out: &mut impl Write, value: &Json<'_>, level: usize) -> fmt::Result {
    match value {
        Json::Array(elements) if !elements.is_empty() => {
            for (at, element) in elements.iter().enumerate() {
                write_line(out, if at == 0 { "[" } else { "," }, level)?;
                write_indented(out, element, level + 1)?;
            }
            write_line(out, "", level - 1)?;
            out.write_char(']')
        }
        Json::Object(members) if !members.is_empty() => {
            for (at, (name, value)) in members.iter().enumerate() {
                write_line(out, if at == 0 { "{" } else { "," }, level)?;
                write_string(out, name)?;
                out.write_str(": ")?;
                write_indented(out, value, level + 1)?;
            }
            write_line(out, "", level - 1)?;
            out.write_char('}')
        }
        flat => write_compact(out, flat),
    }
}

/// Ends a line with this mark and begins the next at this level.
fn write_line(out: &mut impl Write, mark: &str, level: usize) -> fmt::Result {
    writeln!(out, "{mark}")?;
    (0..level).try_for_each(|_| out.write_str("  "))
}

fn write_scalar(out: &mut impl Write, value: &Json<'_>) -> fmt::Result {
    match value {
        Json::Null => out.write_str("null"),
        Json::Bool(true) => out.write_str("true"),
        Json::Bool(false) => out.write_str("false"),
        Json::Number(number) => out.write_str(number.text()),
        Json::String(text) => write_string(out, text),
        Json::Array(_) | Json::Object(_) => Ok(()),
    }
}

fn write_string(out: &mut impl Write, text: &str) -> fmt::Result {
    out.write_char('"')?;
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
        out.write_str(&rest[..at])?;
        write_escape(out, rest.as_bytes()[at])?;
        rest = &rest[at + 1..];
    }
    out.write_str(rest)?;
    out.write_char('"')
}

fn write_escape(out: &mut impl Write, byte: u8) -> fmt::Result {
    match byte {
        b'"' => out.write_str("\\\""),
        b'\\' => out.write_str("\\\\"),
        b'\n' => out.write_str("\\n"),
        b'\r' => out.write_str("\\r"),
        b'\t' => out.write_str("\\t"),
        0x08 => out.write_str("\\b"),
        0x0C => out.write_str("\\f"),
        other => write!(out, "\\u{other:04x}"),
    }
}

/// Takes so many characters and fails at the next, so that a long document is not printed to be cut.
struct Bounded<'t> {
    text: &'t mut String,
    left: usize,
}

impl Write for Bounded<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        for character in part.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(character);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> Json<'_> {
        Json::parse(text).unwrap()
    }

    #[test]
    fn what_was_written_comes_out_compact() {
        let cases = [
            (" [ 1.10 , 1e2, -0 ] ", "[1.10,1e2,-0]"),
            ("{ \"b\" : null, \"a\" : true }", "{\"b\":null,\"a\":true}"),
            (r#""\u00e9\n\u0001\/\"\\\ud83d\ude00""#, "\"é\\n\\u0001/\\\"\\\\😀\""),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ];
        for (text, compact) in cases {
            assert_eq!(parse(text).to_text(), compact);
        }
    }

    #[test]
    fn pretty_puts_one_thing_on_a_line() {
        let text = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": [],\n  \"c\": {\n    \"d\": null\n  }\n}";
        assert_eq!(parse(r#"{"a":[1,{}],"b":[],"c":{"d":null}}"#).pretty(), text);
        assert_eq!(parse("1").pretty(), "1");
    }

    #[test]
    fn an_excerpt_ends_where_it_was_told_to() {
        let json = parse(r#"["ä","b"]"#);
        assert_eq!(json.excerpt(9), r#"["ä","b"]"#);
        assert_eq!(json.excerpt(4), r#"["ä"…"#);
        assert_eq!(json.excerpt(0), "…");
    }

    fn any_json() -> impl Strategy<Value = Json<'static>> {
        let number = "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?";
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            number.prop_map(|text| Json::parse(&text).unwrap().into_owned()),
            any::<String>().prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let member = (any::<String>().prop_map(Into::into), inner.clone());
            prop_oneof![
                prop::collection::vec(inner, 0..6).prop_map(Json::Array),
                prop::collection::vec(member, 0..6).prop_map(Json::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_the_same(json in any_json()) {
            let text = json.to_text();
            let again = parse(&text);
            prop_assert_eq!(&again, &json);
            prop_assert_eq!(again.to_text(), &*text);
            let pretty = json.pretty();
            prop_assert_eq!(parse(&pretty).to_text(), text);
        }

        #[test]
        fn arbitrary_text_never_panics(text in "[\\[\\]{}\",:0-9eE+.a-z\\\\ \\n-]{0,40}", other in any::<String>()) {
            let _ = Json::parse(&other);
            let ours = Json::parse(&text).is_ok();
            prop_assert_eq!(ours, serde_json::from_str::<serde_json::Value>(&text).is_ok());
        }
    }
}
