//! Headers and members whose value is hidden whatever it is.

const HEADERS: &[&str] = &[
    "api-key",
    "apikey",
    "authorization",
    "cookie",
    "dpop",
    "ocp-apim-subscription-key",
    "private-token",
    "proxy-authorization",
    "set-cookie",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-client-secret",
    "x-csrf-token",
    "x-functions-key",
    "x-gitlab-token",
    "x-goog-api-key",
    "x-refresh-token",
    "x-session-token",
    "x-vault-token",
    "x-xsrf-token",
];

/// Lower case, without `_` and `-`, so that `accessToken` and `access-token` count as `access_token`.
const MEMBERS: &[&str] = &[
    "accesstoken",
    "apikey",
    "apitoken",
    "assertion",
    "authtoken",
    "clientassertion",
    "clientsecret",
    "codeverifier",
    "credential",
    "devicecode",
    "idtoken",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "refreshtoken",
    "registrationaccesstoken",
    "samlresponse",
    "secret",
    "secretaccesskey",
    "secretkey",
    "sessiontoken",
    "signingkey",
    "subjecttoken",
    "actortoken",
    "token",
];

/// Whether a header's value is hidden whatever it is; the case of the name does not matter.
pub(crate) fn is_secret_header(name: &str) -> bool {
    HEADERS.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}

/// Whether the value of a JSON member, form field or query parameter is hidden whatever it is.
///
/// Case, `_` and `-` do not matter.
pub(crate) fn is_secret_member(name: &str) -> bool {
    MEMBERS.iter().any(|known| letters(name).eq(known.chars()))
}

/// Whether two names are that of one member.
pub(crate) fn is_same_member(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_spelling() {
        for name in ["Authorization", "SET-COOKIE", "x-api-key"] {
            assert!(is_secret_header(name), "{name}");
        }
        for name in ["access_token", "accessToken", "Client-Secret", "PASSWORD"] {
            assert!(is_secret_member(name), "{name}");
        }
    }

    #[test]
    fn ordinary_names_are_shown() {
        for name in ["content-type", "x-request-id", "authorization-hint", ""] {
            assert!(!is_secret_header(name), "{name}");
        }
        for name in ["token_type", "expires_in", "code", "id", ""] {
            assert!(!is_secret_member(name), "{name}");
        }
    }
}
