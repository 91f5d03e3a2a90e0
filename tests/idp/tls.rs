//! Certificates of a provider and of a client, made for one test.

use rcgen::{CertificateParams, DnType, KeyPair};

/// Who the client is by its certificate.
const SUBJECT: &str = "robot";

/// A certificate that nobody but itself vouches for, and its key, in PEM.
pub(crate) struct Certified {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Certified {
    /// That of a server on loopback.
    pub(crate) fn server() -> Self {
        Self::named("provider", vec!["127.0.0.1".to_owned()])
    }

    /// That of the client `CN=robot`.
    pub(crate) fn client() -> Self {
        Self::named(SUBJECT, Vec::new())
    }

    fn named(name: &str, hosts: Vec<String>) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(hosts).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        Self { certificate: params.self_signed(&key).unwrap().pem(), key: key.serialize_pem() }
    }
}
