//! Certificates of clients as a server sees them whose TLS ends at a gateway before it: in a header (RFC 9440, section 2.2).

use axum::http::{HeaderMap, HeaderName};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use sha2::{Digest, Sha256};

use crate::demo::answer::header_text;

const HEADER: HeaderName = HeaderName::from_static("client-cert");

/// The certificate that a request came with, in DER.
pub(super) fn shown(headers: &HeaderMap) -> Option<Vec<u8>> {
    let text = header_text(headers, HEADER)?;
    STANDARD.decode(text.strip_prefix(':')?.strip_suffix(':')?).ok()
}

/// What tells a certificate that a token is bound to (RFC 8705, section 3.1).
pub(super) fn thumbprint(der: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(der))
}
