//! Text as bytes: `base64`, `hex`, `url_encode`, digests, files.

use base64::{
    Engine,
    alphabet::{self, Alphabet},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::{digest, hmac};

use super::{Given, Helper};
use crate::hex::hex as hexadecimal;
use crate::json::Json;
use crate::template::RenderFault;

/// What is not unreserved (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) const HELPERS: &[Helper] = &[
    Helper::new(
        "base64",
        &["text"],
        "the text in base64, with padding (RFC 4648, section 4)",
        ("{{base64 \"user:pass\"}}", "dXNlcjpwYXNz"),
        base64,
    ),
    Helper::new(
        "base64_decode",
        &["text"],
        "the text that was encoded, in either alphabet of RFC 4648, with or without padding",
        ("{{base64_decode \"dXNlcjpwYXNz\"}}", "user:pass"),
        base64_decode,
    ),
    Helper::new(
        "url_encode",
        &["text"],
        "the text for a URL: all but letters, digits and `-._~` in percent-encoding",
        ("{{url_encode \"a b/ü\"}}", "a%20b%2F%C3%BC"),
        url_encode,
    ),
    Helper::new("hex", &["text"], "the bytes of the text in lower case hexadecimal", ("{{hex \"ab\"}}", "6162"), hex),
    Helper::new(
        "sha256",
        &["text"],
        "the SHA-256 of the text in hexadecimal, or in base64",
        ("{{sha256 \"abc\" encoding=\"base64\"}}", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        sha256,
    )
    .options(&["encoding"]),
    Helper::new(
        "hmac",
        &["key", "text"],
        "the HMAC of the text in hexadecimal, or in base64; with SHA-256, or `sha384` or `sha512`",
        ("{{hmac \"key\" \"text\"}}", "6afa9046a9579cad143a384c1b564b9a250d27d6f6a63f9f20bf3a7594c9e2c6"),
        hmac,
    )
    .options(&["algorithm", "encoding"]),
    Helper::new(
        "file",
        &["path"],
        "the text of a file below the project root",
        ("{{file \"body.txt\"}}", "text"),
        file,
    ),
];

fn base64(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(STANDARD.encode(given.text(0)?)))
}

fn base64_decode(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let text = given.text(0)?.trim();
    let alphabet = if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let bytes = lenient(alphabet).decode(text);
    let bytes = bytes.map_err(|error| RenderFault::other(format!("`base64_decode` takes base64: {error}")))?;
    let decoded = String::from_utf8(bytes);
    decoded.map(Json::from).map_err(|_| RenderFault::other("`base64_decode` gives text, but the bytes are not UTF-8"))
}

fn lenient(alphabet: &Alphabet) -> GeneralPurpose {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config)
}

fn url_encode(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(utf8_percent_encode(given.text(0)?, RESERVED).to_string()))
}

fn hex(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(hexadecimal(given.text(0)?.as_bytes())))
}

fn sha256(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    encoded(given, digest::digest(&digest::SHA256, given.text(0)?.as_bytes()).as_ref())
}

fn hmac(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let algorithm = match given.option_text("algorithm")?.unwrap_or("sha256") {
        "sha256" => hmac::HMAC_SHA256,
        "sha384" => hmac::HMAC_SHA384,
        "sha512" => hmac::HMAC_SHA512,
        _ => {
            let found = given.option("algorithm").unwrap_or(&Json::Null);
            return Err(given.wrong("algorithm", "`sha256`, `sha384` or `sha512`", found));
        }
    };
    let key = hmac::Key::new(algorithm, given.text(0)?.as_bytes());
    encoded(given, hmac::sign(&key, given.text(1)?.as_bytes()).as_ref())
}

fn encoded(given: &Given<'_>, bytes: &[u8]) -> Result<Json<'static>, RenderFault> {
    match given.option_text("encoding")?.unwrap_or("hex") {
        "hex" => Ok(Json::from(hexadecimal(bytes))),
        "base64" => Ok(Json::from(STANDARD.encode(bytes))),
        _ => Err(given.wrong("encoding", "`hex` or `base64`", given.option("encoding").unwrap_or(&Json::Null))),
    }
}

fn file(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    given.scope.files.text(given.text(0)?).map(Json::from)
}
