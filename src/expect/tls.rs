//! The server at the other end of a TLS connection: its version, its certificate.

use std::time::SystemTime;

use crate::expect::{
    answer::Answer,
    found::{Absence, At, Found},
    matcher::{Judge, Likeness},
};
use crate::http::{Peer, PeerCertificate};
use crate::json::Json;
use crate::spec::{Unrendered, expect::FactCheck, tls::TlsPart};

/// Checks one part. Without TLS there is nothing to be found.
pub(super) fn check(
    part: TlsPart,
    check: &FactCheck,
    answer: &Answer<'_>,
    judge: &mut Judge<'_>,
) -> Result<(), Unrendered> {
    judge.likeness = match part {
        TlsPart::ExpiresIn => Likeness::Duration,
        TlsPart::Serial | TlsPart::Fingerprint => Likeness::AnyCase,
        _ => Likeness::Json,
    };
    let peer = answer.response.peer.as_ref();
    let value = peer.and_then(|peer| value(part, peer, judge.scope.now));
    let found = match &value {
        Some(value) => Found::One(value),
        None if peer.is_none() && !answer.response.url.as_str().starts_with("https:") => {
            Found::Nothing(Absence::Because("the answer did not come over TLS"))
        }
        None => Found::Nothing(Absence::Because("this connection does not tell")),
    };
    judge.pattern(&check.value, At::root("tls", part.name(), found))?;
    Ok(())
}

fn value(part: TlsPart, peer: &Peer, now: SystemTime) -> Option<Json<'static>> {
    if part == TlsPart::Version {
        return peer.version.map(Json::from);
    }
    let PeerCertificate { subject, issuer, names, serial, fingerprint, not_before, not_after } = peer.certificate()?;
    Some(match part {
        TlsPart::Version => return None,
        TlsPart::Subject => Json::from(subject),
        TlsPart::Issuer => Json::from(issuer),
        TlsPart::Names => Json::Array(names.into_iter().map(Json::from).collect()),
        TlsPart::Serial => Json::from(serial),
        TlsPart::Fingerprint => Json::from(fingerprint),
        TlsPart::NotBefore => instant(not_before)?,
        TlsPart::NotAfter => instant(not_after)?,
        // One that has run out is good for no time at all.
        TlsPart::ExpiresIn => {
            let left = not_after.duration_since(now).unwrap_or_default();
            Json::from(u64::try_from(left.as_millis()).unwrap_or(u64::MAX))
        }
    })
}

/// RFC 3339, in UTC.
fn instant(time: SystemTime) -> Option<Json<'static>> {
    jiff::Timestamp::try_from(time).ok().map(|time| Json::from(time.to_string()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use rcgen::{CertificateParams, DnType, KeyPair};

    use crate::expect::tests::{Reply, checked, messages};
    use crate::http::Peer;

    /// A server whose certificate is good for 30 days from what tests call `now` on.
    fn peer() -> Peer {
        let mut params = CertificateParams::new(vec!["api.test".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, "api.test");
        params.serial_number = Some(vec![0xab].into());
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        params.not_before = (now - Duration::from_secs(86_400)).into();
        params.not_after = (now + Duration::from_secs(30 * 86_400)).into();
        let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
        Peer::with("1.3", certificate.der().to_vec())
    }

    #[test]
    fn every_part_is_checked_as_a_value() {
        let rows = [
            ("version: \"1.3\"", true),
            ("version: \"1.2\"", false),
            ("version: {in: [\"1.2\", \"1.3\"]}", true),
            ("subject: {contains: CN=api.test}", true),
            ("issuer: {contains: CN=other}", false),
            ("names: [api.test]", true),
            ("names: {contains: other}", false),
            ("serial: AB", true),
            ("fingerprint: {length: 64}", true),
            ("not_before: {before: now}", true),
            ("not_after: {after: now+14d}", true),
            ("not_after: {after: now+31d}", false),
            ("expires_in: {gt: 14d}", true),
            ("expires_in: {gt: 31d}", false),
            ("expires_in: {between: [1d, 30d]}", true),
        ];
        let peer = peer();
        for (check, holds) in rows {
            let found = checked(&format!("tls: {{{check}}}"), &Reply::status(200).from(peer.clone())).unwrap();
            assert_eq!(found.is_empty(), holds, "{check} {found:?}");
        }
    }

    #[test]
    fn without_tls_there_is_nothing_to_be_found() {
        let plain = Reply::status(200);
        assert_eq!(messages("tls: {version: \"1.3\"}", &plain), ["nothing at `tls version`, expected `\"1.3\"`"]);
        let found = checked("tls: {expires_in: {gt: 1d}}", &plain).unwrap();
        assert_eq!(found[0].help.as_deref(), Some("the answer did not come over TLS"));
        assert!(messages("tls: {subject: {exists: false}}", &plain).is_empty());
    }
}
