//! The keys of an AWS principal, as one secret and as a `credential_process` prints them.

use crate::json::Json;
use crate::secret::Secret;

/// Who signs, and with what.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub(super) id: String,
    pub(super) secret: Secret,
    pub(super) session: Option<Secret>,
}

impl Keys {
    /// What a `credential_process` printed, and what it says of their end.
    pub(super) fn read(printed: &[u8]) -> Result<(Self, Json<'static>), &'static str> {
        let json = Json::parse_bytes(printed).map_err(|_| "printed something that is not JSON")?;
        let text = |name: &str| json.get(name).and_then(Json::as_str).filter(|text| !text.is_empty());
        let id = text("AccessKeyId").ok_or("printed JSON without `AccessKeyId`")?.to_owned();
        let secret = Secret::new(text("SecretAccessKey").ok_or("printed JSON without `SecretAccessKey`")?);
        let end = text("Expiration").map(|end| ("expires_at".into(), Json::from(end.to_owned())));
        let keys = Self { id, secret, session: text("SessionToken").map(Secret::new) };
        Ok((keys, Json::Object(end.into_iter().collect())))
    }

    /// Hands out what must not be printed.
    pub(super) fn hide(&self, hide: &dyn Fn(&str, &Secret)) {
        hide("secret_access_key", &self.secret);
        self.session.iter().for_each(|session| hide("session_token", session));
    }

    /// All in one secret.
    pub(super) fn packed(&self) -> Secret {
        let session = self.session.as_ref().map_or("", Secret::expose);
        Secret::new(format!("{}\n{}\n{session}", self.id, self.secret.expose()))
    }

    /// Out of one secret; none where it is something else.
    pub(super) fn unpacked(packed: &Secret) -> Option<Self> {
        let mut parts = packed.expose().split('\n');
        let (id, secret, session) = (parts.next()?, parts.next()?, parts.next()?);
        let session = (!session.is_empty()).then(|| Secret::new(session));
        Some(Self { id: id.to_owned(), secret: Secret::new(secret), session })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_packed_and_unpacked() {
        let rows: [(&str, Result<&str, &str>); 5] = [
            (
                r#"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"S","SessionToken":"T","Expiration":"2026-01-01T00:00:00Z"}"#,
                Ok("A\nS\nT"),
            ),
            (r#"{"AccessKeyId":"A","SecretAccessKey":"S"}"#, Ok("A\nS\n")),
            (r#"{"AccessKeyId":"A"}"#, Err("printed JSON without `SecretAccessKey`")),
            (r#"{"AccessKeyId":""}"#, Err("printed JSON without `AccessKeyId`")),
            ("A", Err("printed something that is not JSON")),
        ];
        for (printed, expected) in rows {
            let packed = Keys::read(printed.as_bytes()).map(|(keys, _)| keys.packed());
            assert_eq!(packed.as_ref().map(Secret::expose), expected.as_ref().map(|it| *it), "{printed}");
            if let Ok(packed) = packed {
                assert_eq!(Keys::unpacked(&packed).unwrap().packed().expose(), packed.expose());
            }
        }
        assert!(Keys::unpacked(&Secret::new("")).is_none());
    }
}
