//! What went wrong in a TLS handshake, and the cure.

use rustls::{AlertDescription, CertificateError};

use crate::http::{Fault, Url, fault::tls};

/// The fault that an error of a handshake is.
pub(super) fn fault(error: &rustls::Error, url: &Url) -> Fault {
    match error {
        rustls::Error::InvalidCertificate(why) => of_certificate(why, url.host()),
        rustls::Error::InvalidMessage(_) => tls(format!("{} does not speak TLS", url.endpoint()))
            .with_help("does the URL have to begin with `http://`?"),
        rustls::Error::AlertReceived(alert) => of_alert(*alert, &url.endpoint()),
        other => tls(format!("the TLS handshake with {} failed: {other}", url.endpoint())),
    }
}

/// The server's certificate will not do.
fn of_certificate(why: &CertificateError, host: &str) -> Fault {
    let bad = |what: &str| tls(format!("the certificate of `{host}` {what}"));
    let any = "renew it on the server; `http: {insecure: true}` in hallpass.yaml takes any certificate";
    let name = "request a name that it is for (`http.resolve` gives a name the address of a server), or let it be issued for this one";
    match why {
        CertificateError::UnknownIssuer => bad("was issued by nobody this machine trusts")
            .with_help("name the issuer's certificate in hallpass.yaml: `http: {ca: issuer.pem}` (`http.ca`)"),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => bad("has run out").with_help(any),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            bad("is not valid yet").with_help("look at the clocks of this machine and of the server")
        }
        CertificateError::NotValidForName => bad("is for another name").with_help(name),
        CertificateError::NotValidForNameContext { presented, .. } => {
            let names: Vec<_> = presented.iter().map(|name| quoted(name)).collect();
            bad(&format!("is for another name: {}", names.join(", "))).with_help(name)
        }
        CertificateError::Revoked => bad("was revoked"),
        other => bad(&format!("is not valid: {other}")),
    }
}

/// The server broke it off and says why (RFC 8446 6.2).
fn of_alert(alert: AlertDescription, endpoint: &str) -> Fault {
    const GIVE: &str = "give one with an identity of `mtls`, or for every request with `http.client_cert`";
    let refused = |what: &str| tls(format!("{endpoint} refused the client certificate: {what}"));
    match alert {
        AlertDescription::CertificateRequired => {
            tls(format!("{endpoint} asks for a client certificate, and none was sent")).with_help(GIVE)
        }
        AlertDescription::UnknownCA => refused("it trusts nobody who issued it")
            .with_help("put the certificates between it and its root behind it in the same file, or let the server trust its issuer"),
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateUnknown
        | AlertDescription::DecryptError
        | AlertDescription::AccessDenied => {
            let help = format!("it may be for another purpose or another server; where none was sent, {GIVE}");
            refused(&spaced(&format!("{alert:?}"))).with_help(help)
        }
        AlertDescription::CertificateExpired => refused("it has run out").with_help("renew it"),
        AlertDescription::CertificateRevoked => refused("it was revoked").with_help("renew it"),
        AlertDescription::NoApplicationProtocol => {
            tls(format!("{endpoint} does not speak the wanted version of HTTP")).with_help("correct `http.http_version`")
        }
        AlertDescription::HandshakeFailure => tls(format!("{endpoint} refused the TLS handshake: handshake failure"))
            .with_help(format!("it speaks other versions or ciphers than TLS 1.2 and 1.3 have here, or asks for a client certificate: {GIVE}")),
        other => tls(format!("{endpoint} refused the TLS handshake: {}", spaced(&format!("{other:?}")))),
    }
}

/// What stands in quotes: `a.test` of `DnsName("a.test")`.
fn quoted(name: &str) -> String {
    let text = name.split('"').nth(1).unwrap_or(name);
    format!("`{text}`")
}

/// `HandshakeFailure` as `handshake failure`.
fn spaced(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_alerts_are_spelled_for_people() {
        assert_eq!(spaced("HandshakeFailure"), "handshake failure");
        let fault = of_alert(AlertDescription::UnrecognisedName, "a.test:443");
        assert_eq!(fault.message, "a.test:443 refused the TLS handshake: unrecognised name");
    }

    #[test]
    fn every_alert_about_a_certificate_has_a_cure() {
        let rows = [
            (AlertDescription::CertificateRequired, "asks for a client certificate", "`mtls`"),
            (AlertDescription::UnknownCA, "refused the client certificate: it trusts nobody", "trust its issuer"),
            (AlertDescription::BadCertificate, "refused the client certificate: bad certificate", "`mtls`"),
            (AlertDescription::CertificateExpired, "it has run out", "renew"),
            (AlertDescription::NoApplicationProtocol, "the wanted version of HTTP", "`http.http_version`"),
            (AlertDescription::HandshakeFailure, "handshake failure", "`http.client_cert`"),
        ];
        for (alert, message, help) in rows {
            let fault = of_alert(alert, "a.test:443");
            assert!(fault.message.contains(message), "{}", fault.message);
            assert!(fault.help.as_deref().is_some_and(|it| it.contains(help)), "{:?}", fault.help);
        }
    }
}
