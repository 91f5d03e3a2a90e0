//! What may be told of a token that is a JWT: useful for a 401, useless to a thief.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// A claim longer than this is cut.
const LONGEST_CLAIM: usize = 80;

/// `eyJ…(alg RS256, iss …, aud …, scope …, exp 2026-01-01T00:00:00Z)` for a compact JWS (RFC 7519), none for any other text.
///
/// The expiry is absolute, in UTC: the text is made once, when the token is registered, and does not depend on when it is printed.
pub(crate) fn summary(token: &str) -> Option<String> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, _signature] = parts[..] else { return None };
    let (header, claims) = (object(header)?, object(claims)?);
    let algorithm = header.get("alg")?.as_str()?;
    let mut told = vec![format!("alg {}", printable(algorithm))];
    for name in ["iss", "aud", "scope"] {
        let value = claims.get(name).or_else(|| claims.get(synonym(name)));
        told.extend(value.and_then(words).map(|text| format!("{name} {text}")));
    }
    let expiry = claims.get("exp").and_then(instant);
    told.extend(expiry.map(|time| format!("exp {time}")));
    Some(format!("eyJ…({})", told.join(", ")))
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Vendors call `scope` `scp`.
fn synonym(name: &str) -> &str {
    if name == "scope" { "scp" } else { name }
}

fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(printable(text)),
        Value::Array(items) => {
            let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            Some(printable(&texts.join(" ")))
        }
        _ => None,
    }
}

fn instant(value: &Value) -> Option<String> {
    let seconds = value.as_i64().or_else(|| value.as_f64().map(|seconds| seconds as i64))?;
    Some(jiff::Timestamp::from_second(seconds).ok()?.to_string())
}

/// Claims are written by others: no control characters reach a terminal.
fn printable(text: &str) -> String {
    let mut shown: String = text.chars().filter(|c| !c.is_control()).take(LONGEST_CLAIM).collect();
    if text.chars().count() > LONGEST_CLAIM {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn token(header: &str, claims: &str) -> String {
        let (header, claims) = (URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        format!("{header}.{claims}.c2lnbmF0dXJl")
    }

    #[test]
    fn a_jwt_tells_its_claims_but_not_its_signature() {
        let rows = [
            (
                r#"{"iss":"https://id","aud":["a","b"],"scope":"read","exp":1767225600}"#,
                "eyJ…(alg RS256, iss https://id, aud a b, scope read, exp 2026-01-01T00:00:00Z)",
            ),
            (r#"{"scp":["x","y"],"exp":1767225600.7}"#, "eyJ…(alg RS256, scope x y, exp 2026-01-01T00:00:00Z)"),
            (r#"{"iss":"a\u001b[31mb","exp":1e300}"#, "eyJ…(alg RS256, iss a[31mb)"),
            ("{}", "eyJ…(alg RS256)"),
        ];
        for (claims, expected) in rows {
            let told = summary(&token(r#"{"alg":"RS256"}"#, claims));
            assert_eq!(told.as_deref(), Some(expected), "{claims}");
        }
    }

    #[test]
    fn other_texts_are_no_jwt() {
        let no_algorithm = token("{}", "{}");
        for text in ["", "a.b.c", "eyJ", "..", "a.b.c.d", &no_algorithm] {
            assert_eq!(summary(text), None, "{text}");
        }
    }
}
