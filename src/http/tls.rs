//! Whom an https connection trusts, and what it speaks.

use std::sync::Arc;

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        Resumption,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring::default_provider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject},
    sign::SingleCertAndKey,
};

use crate::http::{ClientCert, HttpVersion, timing::Sessions};

/// Which servers are trusted.
#[derive(Clone, Debug)]
pub(super) enum Trust {
    /// Those that one of these roots vouches for.
    Roots(Arc<RootCertStore>),
    /// Whoever answers.
    Anybody,
}

/// A configuration that trusts these servers, shows this certificate to those that ask for one, and offers these versions of HTTP.
pub(super) fn config(trust: Trust, certificate: Option<&ClientCert>, version: Option<HttpVersion>) -> ClientConfig {
    let provider = Arc::new(default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.expect("ring speaks the default versions");
    let builder = match trust {
        Trust::Roots(roots) => builder.with_root_certificates(roots),
        Trust::Anybody => builder.dangerous().with_custom_certificate_verifier(Arc::new(Anybody(provider))),
    };
    let mut config = match certificate {
        Some(ClientCert { key, .. }) => {
            builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key))))
        }
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = HttpVersion::protocols(version);
    config.resumption = Resumption::store(Arc::new(Sessions::new()));
    config
}

/// Takes every certificate, as long as the server has the key for it.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
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
