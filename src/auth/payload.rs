//! The hash of what a request carries, for credentials that sign it. Files are read for it each time, apart from the one that they are
//! sent by.

use sha2::{Digest, Sha256};

use crate::hex::hex;
use crate::http::{Body, Unsent};

/// SHA-256 in hexadecimal; none where a file cannot be read, which sending it tells.
pub(super) async fn hash(body: Option<&Body>) -> Option<String> {
    let Some(body) = body else { return Some(hex(Sha256::digest(b""))) };
    if let Some(bytes) = body.bytes() {
        return Some(hex(Sha256::digest(bytes)));
    }
    let body = body.clone();
    let hashed = tokio::task::spawn_blocking(move || of_chunks(&body)).await;
    hashed.ok()?.ok()
}

fn of_chunks(body: &Body) -> Result<String, Unsent> {
    let mut hash = Sha256::new();
    let mut chunks = body.chunks();
    while let Some(chunk) = chunks.next()? {
        hash.update(&chunk);
    }
    Ok(hex(hash.finalize()))
}
