//! Signature Version 4 as AWS documents it: the canonical request, the string to sign, the signature. Pure, and of nothing but text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use ring::hmac::{self, HMAC_SHA256};
use sha2::{Digest, Sha256};

use crate::hex::hex;

/// Everything but the unreserved characters (RFC 3986 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What of a request is signed.
#[derive(Debug)]
pub(super) struct Signable<'r> {
    pub(super) method: &'r str,
    /// As it is sent.
    pub(super) path: &'r str,
    /// As it is sent, without the question mark.
    pub(super) query: &'r str,
    /// Those that are signed, in the order they are sent.
    pub(super) headers: Vec<(&'r str, &'r str)>,
    /// The hash of the body in hexadecimal digits, or what stands for it.
    pub(super) payload: &'r str,
}

/// For where and when a signature counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'s> {
    /// `20150830T123600Z`.
    pub(super) stamp: &'s str,
    pub(super) region: &'s str,
    pub(super) service: &'s str,
}

impl Scope<'_> {
    /// The value of `Authorization`.
    pub(super) fn authorization(&self, request: &Signable<'_>, id: &str, key: &hmac::Key) -> String {
        let scope = format!("{}/{}/{}/aws4_request", self.day(), self.region, self.service);
        let signed = request.signed_headers();
        let canonical = sha256(request.canonical(self.is_s3()).as_bytes());
        let text = format!("{ALGORITHM}\n{}\n{scope}\n{canonical}", self.stamp);
        let signature = hex(hmac::sign(key, text.as_bytes()));
        format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}")
    }

    /// The key that signs on this day, in this region, for this service.
    pub(super) fn key(&self, secret: &str) -> hmac::Tag {
        let mut key = hmac::Key::new(HMAC_SHA256, format!("AWS4{secret}").as_bytes());
        for part in [self.day(), self.region, self.service] {
            key = hmac::Key::new(HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        hmac::sign(&key, b"aws4_request")
    }

    /// S3 takes paths as they are, and wants the hash of the body in a header.
    pub(super) fn is_s3(&self) -> bool {
        is_s3(self.service)
    }

    fn day(&self) -> &str {
        self.stamp.get(..8).unwrap_or(self.stamp)
    }
}

impl Signable<'_> {
    fn canonical(&self, is_s3: bool) -> String {
        let headers: String = self.sorted().iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let path = if is_s3 { encoded_once(self.path) } else { encoded_again(self.path) };
        let (query, signed) = (query(self.query), self.signed_headers());
        format!("{}\n{path}\n{query}\n{headers}\n{signed}\n{}", self.method, self.payload)
    }

    fn signed_headers(&self) -> String {
        self.sorted().into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(";")
    }

    /// Names in lower case, once each; the values of one name joined, blanks folded.
    fn sorted(&self) -> Vec<(String, String)> {
        let mut sorted: Vec<(String, String)> = Vec::with_capacity(self.headers.len());
        for (name, value) in &self.headers {
            let (name, value) = (name.to_ascii_lowercase(), value.split_whitespace().collect::<Vec<_>>().join(" "));
            match sorted.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => *values = format!("{values},{value}"),
                None => sorted.push((name, value)),
            }
        }
        sorted.sort_unstable();
        sorted
    }
}

/// Whether it is that service with rules of its own.
pub(super) fn is_s3(service: &str) -> bool {
    service == "s3"
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

/// The path that S3 signs: every segment encoded, once, and none left out.
fn encoded_once(path: &str) -> String {
    let segment = |text: &str| encoded(&percent_decode_str(text).collect::<Vec<u8>>());
    rooted(path.split('/').map(segment).collect::<Vec<_>>().join("/"))
}

/// The path that others sign: what is sent, encoded once more, without dots and empty segments.
fn encoded_again(path: &str) -> String {
    let mut segments: Vec<String> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            other => segments.push(encoded(other.as_bytes())),
        }
    }
    let ends_in_slash = path.ends_with('/') && !segments.is_empty();
    format!("/{}{}", segments.join("/"), if ends_in_slash { "/" } else { "" })
}

fn rooted(path: String) -> String {
    if path.starts_with('/') { path } else { format!("/{path}") }
}

/// Names and values encoded alike however they are sent, in order.
fn query(query: &str) -> String {
    let again = |text: &str| encoded(&percent_decode_str(&text.replace('+', " ")).collect::<Vec<u8>>());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (again(name), again(value))
    };
    let mut pairs: Vec<_> = query.split('&').filter(|it| !it.is_empty()).map(pair).collect();
    pairs.sort_unstable();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

fn encoded(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

#[cfg(test)]
mod tests;
