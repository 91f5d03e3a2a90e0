//! The encoded forms in which a secret may turn up in a message, a URL, a body or a report.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use crate::markup::escape;

/// Bytes that percent-encoders leave as they are, besides letters and digits: everything encoded, RFC 3986 unreserved, `encodeURIComponent`,
/// forms, path segments, and the WHATWG path, userinfo and query sets (which keep `%`).
const KEPT: [&[u8]; 8] = [
    b"",
    b"-._~",
    b"-._~!'()*",
    b"*-._",
    b"-._~!$&'()*+,;=:@",
    b"-._~!$&'()*+,;=:@/%[]\\|",
    b"-._~!$&'()*+,%",
    b"-._~!$&'()*+,;=:@/?%[]\\|^`{}",
];

/// Quotes of XML and HTML escapers: `"` and `'`.
const QUOTES: [(&str, &str); 6] =
    [("\"", "'"), ("&quot;", "'"), ("&quot;", "&#39;"), ("&quot;", "&#x27;"), ("&quot;", "&apos;"), ("&#34;", "&#39;")];

/// A line of a multi-line secret that is at least this long is hidden on its own.
const LONG_LINE: usize = 16;

/// Every distinct form of a secret, the secret itself first.
///
/// A text of several lines (a PEM key) is also hidden with its line breaks written otherwise, joined, and line by line.
pub(crate) fn forms(secret: &str) -> Vec<String> {
    let mut all = Forms::default();
    all.add_encodings(secret);
    let trimmed = secret.trim();
    all.add_encodings(trimmed);
    if trimmed.contains('\n') {
        all.add_lines(trimmed);
    }
    all.list
}

/// Distinct forms in the order they were added.
#[derive(Default)]
struct Forms {
    list: Vec<String>,
    seen: HashSet<String>,
}

impl Forms {
    fn add(&mut self, form: String) {
        if !form.is_empty() && self.seen.insert(form.clone()) {
            self.list.push(form);
        }
    }

    fn add_encodings(&mut self, text: &str) {
        self.add(text.to_owned());
        self.add_percent(text);
        self.add_json(text);
        for (double, single) in QUOTES {
            self.add(markup(text, double, single));
        }
        self.add_base64(text);
        self.add_base64(&percent(text, b"*-._", Hex::Upper, "+"));
        self.add_base64(&percent(text, b"-._~", Hex::Upper, "%20"));
        self.add_within_json(text);
        for case in [Hex::Lower, Hex::Upper] {
            self.add(case.bytes(text.bytes(), ""));
        }
    }

    fn add_lines(&mut self, text: &str) {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let body = || lines().filter(|line| !line.starts_with("-----"));
        self.add_encodings(&lines().collect::<Vec<_>>().join("\r\n"));
        self.add_encodings(&lines().collect::<Vec<_>>().join("\n"));
        let joined: String = body().collect();
        if joined.chars().count() >= LONG_LINE {
            self.add_encodings(&joined);
        }
        for line in body().filter(|line| line.chars().count() >= LONG_LINE) {
            self.add_encodings(line);
        }
    }

    fn add_percent(&mut self, text: &str) {
        for kept in KEPT {
            for case in [Hex::Upper, Hex::Lower] {
                for space in ["%20", "+"] {
                    self.add(percent(text, kept, case, space));
                }
            }
        }
        for case in [Hex::Upper, Hex::Lower] {
            self.add(case.bytes(text.bytes(), "%"));
        }
    }

    /// As serde and JavaScript write, with `/` escaped, in ASCII (Python, PHP), and safe in HTML (Go, .NET).
    fn add_json(&mut self, text: &str) {
        let ascii = |c: char| !c.is_ascii();
        let html = |c: char| matches!(c, '<' | '>' | '&');
        let strict = |c: char| !c.is_ascii() || "<>&'\"+`".contains(c);
        for case in [Hex::Lower, Hex::Upper] {
            for slash in ["/", "\\/"] {
                self.add(json(text, |_| false, case, slash));
                self.add(json(text, ascii, case, slash));
            }
            self.add(json(text, html, case, "/"));
            self.add(json(text, strict, case, "/"));
        }
    }

    /// A JSON text that is a value itself: of a string in JSON, as an echo of a body is, of a parameter, of base64.
    fn add_within_json(&mut self, text: &str) {
        let plain = json(text, |_| false, Hex::Lower, "/");
        if plain == text {
            return;
        }
        self.add_json(&plain);
        self.add_base64(&plain);
        self.add(percent(&plain, b"*-._", Hex::Upper, "+"));
        self.add(percent(&plain, b"-._~", Hex::Upper, "%20"));
    }

    /// The text may start at any of three places within a group of three bytes. Edge characters that also hold bits of a neighbour are left
    /// out, but where the text ends the encoding its last character is known.
    fn add_base64(&mut self, text: &str) {
        for engine in [&STANDARD, &URL_SAFE] {
            for before in 0..3 {
                let mut bytes = vec![0; before];
                bytes.extend_from_slice(text.as_bytes());
                let encoded = engine.encode(&bytes);
                let first = (before * 8).div_ceil(6);
                let full = bytes.len() * 8 / 6;
                for end in [full, encoded.trim_end_matches('=').len(), encoded.len()] {
                    self.add(encoded[first..end].to_owned());
                }
            }
        }
    }
}

/// The case of hexadecimal digits.
#[derive(Clone, Copy)]
enum Hex {
    Lower,
    Upper,
}

impl Hex {
    /// Two digits of each byte, behind `before`.
    fn bytes(self, bytes: impl Iterator<Item = u8>, before: &str) -> String {
        bytes.fold(String::new(), |mut out, byte| {
            out.push_str(before);
            self.push(byte, &mut out);
            out
        })
    }

    fn push(self, byte: u8, out: &mut String) {
        let digits = match self {
            Self::Lower => b"0123456789abcdef",
            Self::Upper => b"0123456789ABCDEF",
        };
        out.extend([byte >> 4, byte & 15].map(|digit| char::from(digits[usize::from(digit)])));
    }

    fn unit(self, unit: u16) -> String {
        match self {
            Self::Lower => format!("\\u{unit:04x}"),
            Self::Upper => format!("\\u{unit:04X}"),
        }
    }
}

fn percent(text: &str, kept: &[u8], case: Hex, space: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b' ' => out.push_str(space),
            _ if byte.is_ascii_alphanumeric() || kept.contains(&byte) => out.push(byte.into()),
            _ => {
                out.push('%');
                case.push(byte, &mut out);
            }
        }
    }
    out
}

fn json(text: &str, unicode: impl Fn(char) -> bool, case: Hex, slash: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            _ if unicode(c) => {
                let mut units = [0; 2];
                out.extend(c.encode_utf16(&mut units).iter().map(|unit| case.unit(*unit)));
            }
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str(slash),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\0'..'\u{20}' => out.push_str(&case.unit(c as u16)),
            _ => out.push(c),
        }
    }
    out
}

fn markup(text: &str, double: &str, single: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, escape(c)) {
            ('"', _) => out.push_str(double),
            ('\'', _) => out.push_str(single),
            (_, Some(escape)) => out.push_str(escape),
            (c, None) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_listed() {
        let all = forms("p a/é\"<+");
        for expected in [
            "p a/é\"<+",
            "p%20a%2F%C3%A9%22%3C%2B",
            "p+a%2f%c3%a9%22%3c%2b",
            r#"p a/é\"<+"#,
            r#"p a\/é\"<+"#,
            r#"p a/\u00e9\"<+"#,
            r#"p a\/\u00E9\"<+"#,
            r#"p a/é\"\u003c+"#,
            "p a/é&quot;&lt;+",
            "7020612fc3a9223c2b",
            "7020612FC3A9223C2B",
            "cCBhL8OpIjwr",
            // Within JSON that is text in JSON, a parameter, base64.
            r#"p a/é\\\"<+"#,
            "p+a%2F%C3%A9%5C%22%3C%2B",
            "cCBhL8OpXCI8Kw",
        ] {
            assert!(all.iter().any(|form| form == expected), "{expected}");
        }
        assert_eq!(all[0], "p a/é\"<+");
    }

    #[test]
    fn a_plain_secret_has_few_forms() {
        let all = forms("hunter22");
        assert!(all.len() < 30, "{all:?}");
    }

    #[test]
    fn a_key_of_several_lines_is_hidden_line_by_line() {
        let key = "-----BEGIN KEY-----\nMIIBVgIBADANBgkqhkiG\nAAAAB3NzaC1yc2EAAAAD\n-----END KEY-----\n";
        let all = forms(key);
        for expected in [
            "MIIBVgIBADANBgkqhkiG",
            "MIIBVgIBADANBgkqhkiGAAAAB3NzaC1yc2EAAAAD",
            "-----BEGIN KEY-----\\nMIIBVgIBADANBgkqhkiG\\nAAAAB3NzaC1yc2EAAAAD\\n-----END KEY-----",
        ] {
            assert!(all.iter().any(|form| form == expected), "{expected}");
        }
        assert!(!all.iter().any(|form| form == "-----END KEY-----"));
    }
}
