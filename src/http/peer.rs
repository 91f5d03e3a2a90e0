//! What is known of the server at the other end of a TLS connection: the version that is spoken, its certificate.

use std::{net::IpAddr, time::SystemTime};

use sha2::{Digest, Sha256};
use x509_cert::{
    Certificate,
    der::Decode,
    ext::pkix::{SubjectAltName, name::GeneralName},
};

use crate::hex::hex;

/// The server at the other end of a TLS connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Peer {
    /// `1.2`, `1.3`; none where it is not known.
    pub(crate) version: Option<&'static str>,
    /// Its own certificate, in DER.
    certificate: Option<Vec<u8>>,
}

/// What a certificate says (RFC 5280 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PeerCertificate {
    /// As RFC 4514 writes names: `CN=api.example.com,O=Example`.
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// The host names and addresses that it is for.
    pub(crate) names: Vec<String>,
    /// In lower-case hex.
    pub(crate) serial: String,
    /// SHA-256 over the whole of it, in lower-case hex.
    pub(crate) fingerprint: String,
    pub(crate) not_before: SystemTime,
    pub(crate) not_after: SystemTime,
}

impl Peer {
    /// What a response says of the connection it came over; none where that was without TLS.
    pub(super) fn of(reply: &reqwest::Response) -> Option<Self> {
        let info = reply.extensions().get::<reqwest::tls::TlsInfo>()?;
        let version = match info.version() {
            Some(version) if version == reqwest::tls::Version::TLS_1_2 => Some("1.2"),
            Some(version) if version == reqwest::tls::Version::TLS_1_3 => Some("1.3"),
            _ => None,
        };
        Some(Self { version, certificate: info.peer_certificate().map(<[u8]>::to_vec) })
    }

    /// What the server's certificate says; none where there is none that can be read.
    pub(crate) fn certificate(&self) -> Option<PeerCertificate> {
        let der = self.certificate.as_deref()?;
        let certificate = Certificate::from_der(der).ok()?;
        let said = certificate.tbs_certificate();
        Some(PeerCertificate {
            subject: said.subject().to_string(),
            issuer: said.issuer().to_string(),
            names: names(&certificate),
            serial: serial(said.serial_number().as_bytes()),
            fingerprint: hex(Sha256::digest(der)),
            not_before: said.validity().not_before.to_system_time(),
            not_after: said.validity().not_after.to_system_time(),
        })
    }
}

/// Without the zero that keeps the number positive (X.690 8.3).
fn serial(bytes: &[u8]) -> String {
    match bytes {
        [0, rest @ ..] if !rest.is_empty() => hex(rest),
        _ => hex(bytes),
    }
}

/// RFC 5280 4.2.1.6.
fn names(certificate: &Certificate) -> Vec<String> {
    let Ok(Some((_, SubjectAltName(names)))) = certificate.tbs_certificate().get_extension() else { return Vec::new() };
    let text = |name: &GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.to_string()),
        GeneralName::IpAddress(octets) => address(octets.as_bytes()),
        _ => None,
    };
    names.iter().filter_map(text).collect()
}

fn address(octets: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok().map(|address| address.to_string())
}

#[cfg(test)]
impl Peer {
    /// A server with this certificate in DER.
    pub(crate) fn with(version: &'static str, certificate: Vec<u8>) -> Self {
        Self { version: Some(version), certificate: Some(certificate) }
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair};

    use super::*;

    #[test]
    fn a_certificate_says_whose_it_is() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["api.test".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "api, test");
        params.distinguished_name.push(DnType::OrganizationName, "Shop");
        params.serial_number = Some(vec![1, 0xab].into());
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2060, 1, 1);
        let der = params.self_signed(&key).unwrap().der().to_vec();
        let found = Peer::with("1.3", der).certificate().unwrap();
        assert!(found.subject.contains("CN=api\\, test") && found.subject.contains("O=Shop"), "{}", found.subject);
        assert_eq!(found.issuer, found.subject);
        assert_eq!((found.names, found.serial.as_str()), (vec!["api.test".to_owned(), "127.0.0.1".to_owned()], "01ab"));
        let seconds = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        assert_eq!((seconds(found.not_before), seconds(found.not_after)), (978_307_200, 2_840_140_800));
        assert_eq!(found.fingerprint.len(), 64);
        assert_eq!(Peer::with("1.3", b"no certificate".to_vec()).certificate(), None);
    }
}
