//! Answers, read to their end and decoded; their text and their cookies.

use std::borrow::Cow;

use bytes::Bytes;
use encoding_rs::{DecoderResult, Encoding, UTF_8};

use crate::http::{Peer, SetCookie, Url, fault::counted};

/// An answer, read to its end and decoded.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// `1.1` or `2`; `1.0` of old servers.
    pub(crate) version: &'static str,
    /// As received, names in lower case, in the order they came; repeated ones repeat.
    pub(crate) headers: Vec<(String, String)>,
    /// The last URL.
    pub(crate) url: Url,
    /// The decoded body, or its beginning once [`Response::keep`] has cut it.
    pub(crate) body: Bytes,
    /// How many bytes the decoded body has, or had.
    pub(crate) size: u64,
    /// The server; none where it was asked without TLS.
    pub(crate) peer: Option<Peer>,
}

/// Text that is not valid in its charset.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadText(pub(crate) String);

impl Response {
    /// The first header of this name, which is compared without case.
    pub(crate) fn header<'r>(&'r self, name: &'r str) -> Option<&'r str> {
        self.header_values(name).next()
    }

    /// Every header of this name.
    pub(crate) fn header_values<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        self.headers.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The body as text, in the charset that the content type names (UTF-8 where it names none), without a byte order mark.
    ///
    /// # Errors
    /// A charset that nobody knows; bytes that are not text in it, with the place of the first one.
    pub(crate) fn text(&self) -> Result<Cow<'_, str>, BadText> {
        self.text_in(self.encoding()?)
    }

    /// The body as XML or HTML: as text, in the encoding that XML declares where the content type names none (RFC 7303 3).
    ///
    /// # Errors
    /// As [`Response::text`].
    pub(crate) fn markup(&self) -> Result<Cow<'_, str>, BadText> {
        let is_silent =
            self.header("content-type").and_then(charset).is_none() && Encoding::for_bom(&self.body).is_none();
        match declared(&self.body).filter(|_| is_silent) {
            Some(name) => {
                let known = Encoding::for_label(name.as_bytes());
                let unknown = || BadText(format!("the body is in the encoding `{name}`, which nobody knows"));
                self.text_in(known.ok_or_else(unknown)?)
            }
            None => self.text(),
        }
    }

    fn text_in(&self, encoding: &'static Encoding) -> Result<Cow<'_, str>, BadText> {
        let start = match Encoding::for_bom(&self.body) {
            Some((marked, length)) if marked == encoding => length,
            _ => 0,
        };
        let bytes = &self.body[start..];
        if encoding == UTF_8 {
            let text = std::str::from_utf8(bytes).map_err(|error| bad(start + error.valid_up_to(), encoding))?;
            return Ok(Cow::Borrowed(text));
        }
        decoded(bytes, encoding).map(Cow::Owned).map_err(|at| bad(start + at, encoding))
    }

    /// The cookies that this response sets, in order.
    pub(crate) fn cookies(&self) -> Vec<SetCookie> {
        self.header_values("set-cookie").filter_map(SetCookie::parse).collect()
    }

    /// Cuts the body to at most this many bytes, at a character; `size` stays.
    pub(crate) fn keep(&mut self, bytes: usize) {
        if self.body.len() > bytes {
            let cut = before_character(&self.body, bytes);
            // A slice would keep all of it alive.
            self.body = Bytes::copy_from_slice(&self.body[..cut]);
        }
    }

    fn encoding(&self) -> Result<&'static Encoding, BadText> {
        match self.header("content-type").and_then(charset) {
            Some(name) => Encoding::for_label(name.as_bytes())
                .ok_or_else(|| BadText(format!("the body is in the charset `{name}`, which nobody knows"))),
            None => Ok(Encoding::for_bom(&self.body).map_or(UTF_8, |(marked, _)| marked)),
        }
    }
}

/// The charset parameter of a content type, without quotes.
fn charset(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, value) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    let value = value.trim().trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then_some(value)
}

/// The encoding that the first line of XML declares.
fn declared(body: &[u8]) -> Option<&str> {
    let head = body.get(..body.len().min(200))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|window| window == b"?>")?;
    let (_, rest) = std::str::from_utf8(&head[..end]).ok()?.split_once("encoding")?;
    let value = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

/// The text, or the place of the first byte that is none.
fn decoded(bytes: &[u8], encoding: &'static Encoding) -> Result<String, usize> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(bytes.len());
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::Malformed(length, after), read) => {
            Err(read.saturating_sub(usize::from(length) + usize::from(after)))
        }
        (_, read) if read < bytes.len() => Err(read),
        _ => Ok(text),
    }
}

fn bad(at: usize, encoding: &'static Encoding) -> BadText {
    BadText(format!("the body is not valid {} at byte {}", encoding.name(), counted(at as u64)))
}

/// The last place up to `bytes` where a UTF-8 character begins; `bytes` itself where there is none near.
fn before_character(body: &[u8], bytes: usize) -> usize {
    let nearest = (bytes.saturating_sub(3)..=bytes).rev().find(|at| body[*at] & 0xc0 != 0x80);
    nearest.unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(content_type: &str, body: &'static [u8]) -> Response {
        Response {
            status: 200,
            version: "1.1",
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            url: Url::parse("http://a.test/").unwrap(),
            body: Bytes::from_static(body),
            size: body.len() as u64,
            peer: None,
        }
    }

    #[test]
    fn text_is_read_in_its_charset() {
        let cases: &[(&str, &[u8], &str)] = &[
            ("text/plain", "grün".as_bytes(), "grün"),
            ("", b"", ""),
            ("text/plain; charset=utf-8", b"\xef\xbb\xbfx", "x"),
            ("application/json", b"\xef\xbb\xbf{}", "{}"),
            ("text/plain; charset=ISO-8859-1", b"gr\xfcn", "grün"),
            ("text/plain; x=y; CharSet=\"latin1\"", b"gr\xfcn", "grün"),
            ("text/plain; charset=utf-16le", b"a\0b\0", "ab"),
            ("text/plain", b"\xff\xfea\0b\0", "ab"),
            ("text/plain; charset=shift_jis", b"\x82\xa0", "あ"),
            ("text/plain; charset=", b"a", "a"),
        ];
        for (content_type, body, expected) in cases {
            assert_eq!(response(content_type, body).text().unwrap(), *expected, "{content_type}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_named_by_place_and_charset() {
        let cases: &[(&str, &[u8], &str)] = &[
            ("text/plain", b"ab\xffc", "the body is not valid UTF-8 at byte 2"),
            ("text/plain", b"ab\xc3", "the body is not valid UTF-8 at byte 2"),
            ("text/plain", b"\xef\xbb\xbfa\xff", "the body is not valid UTF-8 at byte 4"),
            ("text/plain; charset=shift_jis", b"ab\x82\xff", "the body is not valid Shift_JIS at byte 2"),
            ("text/plain; charset=utf-16le", b"a\0b", "the body is not valid UTF-16LE at byte 2"),
            ("text/plain; charset=klingon", b"a", "the body is in the charset `klingon`, which nobody knows"),
        ];
        for (content_type, body, expected) in cases {
            assert_eq!(response(content_type, body).text().unwrap_err().to_string(), *expected);
        }
    }

    #[test]
    fn a_body_is_cut_at_a_character_and_its_size_stays() {
        let cases: &[(&[u8], usize, &[u8])] = &[
            ("aüb".as_bytes(), 0, b""),
            ("aüb".as_bytes(), 1, b"a"),
            ("aüb".as_bytes(), 2, b"a"),
            ("aüb".as_bytes(), 3, "aü".as_bytes()),
            ("aüb".as_bytes(), 4, "aüb".as_bytes()),
            ("aüb".as_bytes(), 99, "aüb".as_bytes()),
            ("a😀".as_bytes(), 4, b"a"),
            (&[0x80; 9], 5, &[0x80; 5]),
        ];
        for (body, bytes, expected) in cases {
            let mut response = response("", b"");
            (response.body, response.size) = (Bytes::copy_from_slice(body), body.len() as u64);
            response.keep(*bytes);
            assert_eq!((&response.body[..], response.size), (*expected, body.len() as u64), "{bytes}");
        }
    }
}
