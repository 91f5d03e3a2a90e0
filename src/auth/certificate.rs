//! The certificate of an identity, once its files or variables are read.

use std::sync::Arc;

use crate::auth::{
    ready::{Method, Ready},
    render::Rendering,
    unready::{Unready, unready},
};
use crate::http::ClientCert;
use crate::secret::Secret;
use crate::spec::auth::Certificate;

/// Reads a certificate and its key, which is hidden from now on; the key's text besides.
///
/// # Errors
/// A variable or file that is missing, a text that is no certificate or not its key.
pub(crate) fn read(written: &Certificate, rendering: &mut Rendering<'_>) -> Result<(ClientCert, Secret), Unready> {
    // Environments often have `\n` for a line break.
    let lines = |text: String| text.replace("\\n", "\n");
    let cert = lines(rendering.value(&written.cert)?);
    let key = Secret::new(lines(rendering.value(&written.key)?));
    let name = format!("{}_key", rendering.name);
    rendering.register(&name, "key", &key);
    let read = ClientCert::read(cert.as_bytes(), key.expose().as_bytes());
    let read = read.map_err(|bad| {
        let (field, given) = if bad.is_key { ("key", &written.key) } else { ("cert", &written.cert) };
        unready(format!("the value of `{field}` {}", bad.message), given.place()).help(bad.help)
    });
    Ok((read?, key))
}

/// The identities of `all` as they are beside each other: where one of them is a certificate, tokens are asked for with it too,
/// and are good for whoever shows it (RFC 8705 3).
pub(crate) fn beside(parts: Vec<Arc<Ready>>) -> Vec<Arc<Ready>> {
    let of_its_own = |part: &&Arc<Ready>| matches!(part.method(), Method::Certificate(_));
    let certificate = parts.iter().find(of_its_own).and_then(|part| part.certificate().cloned());
    let Some(certificate) = certificate else { return parts };
    parts.into_iter().map(|part| part.showing(&certificate).map(Arc::new).unwrap_or(part)).collect()
}
