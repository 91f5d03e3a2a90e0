//! Whom an https connection trusts, and what it speaks.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::http::timing::Sessions;

/// A configuration that trusts these roots and offers HTTP/2.
pub(super) fn config(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let mut config =
        builder.expect("ring speaks the default versions").with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::store(Arc::new(Sessions::new()));
    config
}

/// The machine's roots, Mozilla's where the machine has none, and `extra` ones in PEM. Reads files: slow.
///
/// # Errors
/// An extra one that is no certificate.
pub(super) fn roots(extra: &[Vec<u8>]) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() {
        roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    for pem in extra {
        add(&mut roots, pem)?;
    }
    Ok(roots)
}

fn add(roots: &mut RootCertStore, pem: &[u8]) -> Result<(), String> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("`http.ca` cannot be read as PEM: {error}"))?;
        roots
            .add(certificate)
            .map_err(|error| format!("`http.ca` holds a certificate that cannot be used: {error}"))?;
    }
    match roots.len() == before {
        true => Err("`http.ca` holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)".to_owned()),
        false => Ok(()),
    }
}
