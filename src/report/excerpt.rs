//! What others wrote, made fit to be printed: no control character reaches a terminal, no line is endless.

use std::borrow::Cow;

use crate::http;
use crate::http::Response;
use crate::json::Json;
use crate::report::hidden::{Extent, Veil};

/// How many bytes of a body are looked at for one line of it.
const LOOKED_AT: usize = 8 << 10;

/// A text on one line: line breaks, tabs and control characters are written as escapes.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_unprintable(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Characters that a terminal obeys, that turn the direction of writing, or that XML does not allow.
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// At most this many characters, then `…`.
pub(crate) fn cut(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        Some((at, _)) => Cow::Owned(format!("{}…", &text[..at])),
        None => Cow::Borrowed(text),
    }
}

/// A text on one line of at most this many characters.
pub(crate) fn line(text: &str, limit: usize) -> String {
    cut(&printable(&cut(text, limit)), limit).into_owned()
}

/// A body with what has to be known to print it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'b> {
    pub(crate) content_type: Option<&'b str>,
    pub(crate) bytes: &'b [u8],
    /// The decoded text; none where it is no text.
    text: Option<&'b str>,
    /// How many bytes it has, or had before it was cut.
    pub(crate) size: u64,
}

/// How much of a body is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// Bytes that are looked at.
    pub(crate) bytes: usize,
    pub(crate) lines: usize,
    /// Characters of a line.
    pub(crate) width: usize,
}

impl<'b> Body<'b> {
    /// A body; `text` is what it says, if it says anything.
    pub(crate) fn new(content_type: Option<&'b str>, bytes: &'b [u8], text: Option<&'b str>) -> Self {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { content_type, bytes, text: text.filter(|text| !text.contains('\0')), size }
    }

    /// The body of an answer, whose decoded `text` the caller keeps.
    pub(crate) fn of(response: &'b Response, text: Option<&'b str>) -> Self {
        Self { size: response.size, ..Self::new(response.header("content-type"), &response.body, text) }
    }

    /// The body of a request, as much of it as is shown.
    pub(crate) fn sent(content_type: Option<&'b str>, body: &'b http::Body) -> Self {
        let shown = body.beginning();
        let text = std::str::from_utf8(shown).or_else(|bad| match (bad.error_len(), bad.valid_up_to()) {
            // A character was cut.
            (None, whole) if (shown.len() as u64) < body.size() => std::str::from_utf8(&shown[..whole]),
            _ => Err(bad),
        });
        Self { size: body.size(), ..Self::new(content_type, shown, text.ok()) }
    }

    /// What it says, with everything hidden that must be; none where it is no text.
    pub(crate) fn told(&self, veil: Veil<'_>) -> Option<Cow<'b, str>> {
        self.begun(veil, usize::MAX).map(|(text, _)| text)
    }

    /// Whether it was cut.
    pub(crate) fn is_cut(&self) -> bool {
        u64::try_from(self.bytes.len()).is_ok_and(|kept| kept < self.size)
    }

    /// The same of at most so many bytes, and whether that is all of the body.
    fn begun(&self, veil: Veil<'_>, bytes: usize) -> Option<(Cow<'b, str>, Extent)> {
        let text = self.text?;
        let head = beginning(text, bytes);
        let whole = head.len() == text.len() && !self.is_cut();
        let extent = if whole { Extent::Whole } else { Extent::Beginning };
        Some((veil.body(self.content_type, head, extent), extent))
    }

    /// Its beginning on one line: JSON without blanks, other text with single ones.
    pub(crate) fn one_line(&self, veil: Veil<'_>, limit: usize) -> String {
        let Some((told, extent)) = self.begun(veil, LOOKED_AT.max(limit * 4)) else { return self.in_words() };
        let shown = line(&compact(&told), limit);
        if extent == Extent::Beginning && !shown.ends_with('…') { shown + "…" } else { shown }
    }

    /// Its lines: JSON indented, other text as it is.
    pub(crate) fn lines(&self, veil: Veil<'_>, limit: Limit) -> Vec<String> {
        let Some((told, extent)) = self.begun(veil, limit.bytes) else { return vec![self.in_words()] };
        let pretty = Json::parse(&told).ok().map(|json| json.pretty());
        let pretty = pretty.as_deref().map(|text| veil.text(text)).unwrap_or(told);
        let mut all = pretty.lines();
        let shown = all.by_ref().take(limit.lines);
        let mut lines: Vec<_> = shown.map(|text| line(&text.replace('\t', "    "), limit.width)).collect();
        let left = all.count();
        if extent == Extent::Beginning {
            lines.push(format!("… {} bytes in all", self.size));
        } else if left > 0 {
            lines.push(format!("… {left} more lines"));
        }
        lines
    }

    fn in_words(&self) -> String {
        let kind = self.content_type.map_or(Cow::Borrowed("no content type"), |it| Cow::Owned(line(it, 80)));
        format!("{} bytes that are no text ({kind})", self.size)
    }
}

/// At most this many bytes of a text, cut at a character.
pub(crate) fn beginning(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

/// JSON without the blanks outside of strings; of other text every run of blanks as one.
fn compact(text: &str) -> String {
    let is_json = text.trim_start().starts_with(['{', '[']);
    if !is_json {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = in_string,
            '"' => in_string = !in_string,
            _ if c.is_ascii_whitespace() && !in_string => continue,
            _ => {}
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::{Redactor, Secret};

    #[test]
    fn nothing_that_a_terminal_obeys_is_printed() {
        let rows = [
            ("plain é 😀", "plain é 😀"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{1b}[31m\u{7}\u{0}", "\\u{1b}[31m\\u{7}\\u{0}"),
            ("\u{9b}2J\u{202e}x\u{7f}", "\\u{9b}2J\\u{202e}x\\u{7f}"),
        ];
        for (text, shown) in rows {
            assert_eq!(printable(text), shown);
        }
        assert_eq!(line("abc\u{1b}def", 5), "abc\\u…");
        assert_eq!(line("abc", 3), "abc");
    }

    #[test]
    fn a_body_is_told_on_one_line() {
        let redactor = Redactor::new();
        let told =
            |text: &str, limit| Body::new(None, text.as_bytes(), Some(text)).one_line(Veil::new(&redactor), limit);
        assert_eq!(told("{ \"a b\" : [ 1,\n 2 ] }", 40), r#"{"a b":[1,2]}"#);
        assert_eq!(told("<p>\n  Bad   gateway\n</p>", 40), "<p> Bad gateway </p>");
        assert_eq!(told("{\"a\":\"\u{1b}[2J\"}", 40), r#"{"a":"\u{1b}[2J"}"#);
        assert_eq!(told("[1,2,3,4]", 4), "[1,2…");
        let long = format!("{{\"password\":\"{}\"}}", "x".repeat(100_000));
        assert_eq!(told(&long, 40), "{\"password\":\"[redacted]…");
        let image = Body::new(Some("image/png"), b"\x89PNG", None);
        assert_eq!(image.one_line(Veil::new(&redactor), 40), "4 bytes that are no text (image/png)");
    }

    #[test]
    fn a_body_is_told_in_lines() {
        let redactor = Redactor::new();
        let _ = redactor.register("a", &Secret::new("abcdefgh"));
        let told = |text: &str, lines| {
            Body::new(None, text.as_bytes(), Some(text))
                .lines(Veil::new(&redactor), Limit { bytes: 99, lines, width: 20 })
        };
        assert_eq!(told(r#"{"a":1,"b":"abcdefgh"}"#, 9), ["{", "  \"a\": 1,", "  \"b\": \"[redacted]\"", "}"]);
        assert_eq!(told("a\n\tb\nc", 2), ["a", "    b", "… 1 more lines"]);
        let text = "x".repeat(20);
        let cut = Body { size: 99, ..Body::new(None, text.as_bytes(), Some(&text)) };
        let lines = cut.lines(Veil::new(&redactor), Limit { bytes: 99, lines: 9, width: 5 });
        assert_eq!(lines, ["xxxxx…", "… 99 bytes in all"]);
    }
}
