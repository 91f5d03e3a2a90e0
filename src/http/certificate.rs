//! The certificate and key that a client shows who it is with (RFC 8446 4.4.2).

use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use rustls::{
    InconsistentKeys,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};

/// A certificate with its chain, and the private key for it. Clones share them.
#[derive(Clone)]
pub(crate) struct ClientCert {
    pub(super) key: Arc<CertifiedKey>,
    /// SHA-256 over the chain.
    print: [u8; 32],
}

/// Why no certificate was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct BadCert {
    /// What is wrong: it begins with `holds`, `is`, …, and the file or field stands before it.
    pub(crate) message: String,
    pub(crate) help: &'static str,
    /// Whether it is the key that is at fault.
    pub(crate) is_key: bool,
}

impl ClientCert {
    /// Reads a certificate, the certificates between it and its root behind it, and its private key, each in PEM (RFC 7468).
    ///
    /// # Errors
    /// No certificate, no key, a key that is locked or of another certificate.
    pub(crate) fn read(certificate: &[u8], key: &[u8]) -> Result<Self, BadCert> {
        let chain = chain(certificate)?;
        let key = private_key(key)?;
        let mut hash = Sha256::new();
        chain.iter().for_each(|link| hash.update(link));
        let print = hash.finalize().into();
        match CertifiedKey::from_der(chain, key, &default_provider()) {
            Ok(key) => Ok(Self { key: Arc::new(key), print }),
            Err(rustls::Error::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Err(BadCert {
                message: "is not the key of that certificate".to_owned(),
                help: "a certificate and its key are made together: look whether both files are of the same client",
                is_key: true,
            }),
            Err(rustls::Error::InvalidCertificate(why)) => Err(BadCert {
                message: format!("holds a certificate that cannot be used: {why}"),
                help: "the client's own certificate comes first, the ones above it behind it",
                is_key: false,
            }),
            Err(why) => Err(BadCert {
                message: format!("holds a key that cannot be used: {why}"),
                help: "RSA of 2048 bits and more, ECDSA on P-256 and P-384, and Ed25519 are known here",
                is_key: true,
            }),
        }
    }

    /// What tells it from another certificate.
    pub(crate) fn print(&self) -> &[u8; 32] {
        &self.print
    }
}

impl PartialEq for ClientCert {
    fn eq(&self, other: &Self) -> bool {
        self.print == other.print
    }
}

impl Eq for ClientCert {}

impl Hash for ClientCert {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.print.hash(state);
    }
}

impl fmt::Debug for ClientCert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCert")
    }
}

fn chain(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, BadCert> {
    let bad = |message: String| BadCert {
        message,
        help: "it begins with `-----BEGIN CERTIFICATE-----`; turn DER into PEM with `openssl x509 -inform der -in c.der -out c.pem`",
        is_key: false,
    };
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match read {
        Ok(chain) if chain.is_empty() => Err(bad("holds no certificate in PEM".to_owned())),
        Ok(chain) => Ok(chain),
        Err(why) => Err(bad(format!("cannot be read as PEM: {why}"))),
    }
}

fn private_key(pem: &[u8]) -> Result<PrivateKeyDer<'static>, BadCert> {
    let bad = |message: &str, help| BadCert { message: message.to_owned(), help, is_key: true };
    let text = String::from_utf8_lossy(pem);
    if text.contains("BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        let cure = "take its password away: `openssl pkey -in key.pem -out plain.pem`";
        return Err(bad("holds a private key that is locked by a password", cure));
    }
    PrivateKeyDer::from_pem_slice(pem)
        .map_err(|_| bad("holds no private key in PEM", "it begins with `-----BEGIN PRIVATE KEY-----`"))
}

#[cfg(test)]
impl ClientCert {
    /// One that nobody else has.
    pub(crate) fn generated() -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(vec!["client".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Self::read(certificate.pem().as_bytes(), key.serialize_pem().as_bytes()).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["client".to_owned()]).unwrap().self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn a_certificate_and_its_key_are_one() {
        let ((certificate, key), (other, other_key)) = (pair(), pair());
        let read = |certificate: &str, key: &str| ClientCert::read(certificate.as_bytes(), key.as_bytes());
        let one = read(&certificate, &key).unwrap();
        let both = format!("{key}{certificate}");
        assert_eq!(one, read(&both, &both).unwrap());
        assert_ne!(one, read(&other, &other_key).unwrap());
        let locked = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let rows = [
            (certificate.as_str(), other_key.as_str(), "is not the key of that certificate"),
            ("", &key, "holds no certificate in PEM"),
            (&key, &key, "holds no certificate in PEM"),
            (&certificate, &certificate, "holds no private key in PEM"),
            (&certificate, locked, "holds a private key that is locked by a password"),
            (broken, &key, "holds a certificate that cannot be used: "),
        ];
        for (certificate, key, expected) in rows {
            let bad = read(certificate, key).unwrap_err();
            assert!(bad.message.starts_with(expected), "{bad}");
        }
    }
}
