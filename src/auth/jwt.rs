//! The claims of a token that is a JWT (RFC 7519); nothing is verified, that is for the API.

use base64::{
    Engine,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use crate::json::Json;

/// The claims of a compact JWS, none for any other text.
pub(crate) fn claims(token: &str) -> Option<Json<'static>> {
    let mut parts = token.split('.');
    let (header, payload) = (parts.next()?, parts.next()?);
    parts.next().filter(|_| parts.next().is_none())?;
    object(header)?;
    object(payload)
}

fn object(part: &str) -> Option<Json<'static>> {
    // RFC 7515 2 leaves the padding out; some vendors write it.
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let bytes = GeneralPurpose::new(&base64::alphabet::URL_SAFE, config).decode(part).ok()?;
    let json = Json::parse_bytes(&bytes).ok()?;
    json.as_object()?;
    Some(json.into_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};

    use super::*;

    /// A JWT with these claims.
    pub(crate) fn jwt(claims: &str) -> String {
        format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#), URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn claims_are_read_with_and_without_padding() {
        let token = jwt(r#"{"sub":"qa","n":1}"#);
        assert_eq!(claims(&token).unwrap().to_text(), r#"{"sub":"qa","n":1}"#);
        let padded = format!("{}.{}.x", URL_SAFE.encode("{}"), URL_SAFE.encode(r#"{"a":1}"#));
        assert_eq!(claims(&padded).unwrap().to_text(), r#"{"a":1}"#);
    }

    #[test]
    fn other_texts_have_no_claims() {
        let no_object = format!("{}.{}.x", URL_SAFE.encode("{}"), URL_SAFE.encode("[1]"));
        for text in ["", "abc", "a.b.c", "..", &no_object, "e30.e30", "e30.e30.x.y"] {
            assert!(claims(text).is_none(), "{text}");
        }
    }
}
