//! What the API says about a credential that it rejects: `WWW-Authenticate` (RFC 9110 11.6.1, RFC 6750 3).

/// Whether a new token may please the API: it says nothing, or challenges for a bearer token that is missing or invalid.
///
/// `prefix` is the word that the token was sent with.
pub(crate) fn asks_for_new_token(challenge: Option<&str>, prefix: &str) -> bool {
    let challenges = challenges(challenge.unwrap_or_default());
    challenges.is_empty() || challenges.iter().any(|challenge| challenge.asks(prefix))
}

/// The parameters of each challenge of a scheme (in lower case), names in lower case.
pub(crate) fn parameters(header: &str, scheme: &str) -> Vec<Vec<(String, String)>> {
    let mut found: Vec<Vec<(String, String)>> = Vec::new();
    let mut is_meant = false;
    for item in items(header) {
        let (written, parameter) = split_scheme(item);
        if let Some(written) = written {
            is_meant = written.eq_ignore_ascii_case(scheme);
            if is_meant {
                found.push(Vec::new());
            }
        }
        if let (true, Some((name, value)), Some(last)) = (is_meant, parameter.split_once('='), found.last_mut()) {
            last.push((name.trim().to_ascii_lowercase(), unquoted(value.trim())));
        }
    }
    found
}

/// Whether a challenge of a scheme (in lower case) names this error.
pub(crate) fn has_error(header: &str, scheme: &str, error: &str) -> bool {
    let is = |(name, value): &(String, String)| name == "error" && value.eq_ignore_ascii_case(error);
    parameters(header, scheme).iter().any(|parameters| parameters.iter().any(is))
}

/// One challenge.
#[derive(Debug, Default)]
struct Challenge {
    scheme: String,
    /// The value of `error`.
    error: Option<String>,
}

impl Challenge {
    fn asks(&self, prefix: &str) -> bool {
        let is = |word: &str| !word.is_empty() && self.scheme.eq_ignore_ascii_case(word);
        (is("bearer") || is(prefix))
            && self.error.as_deref().is_none_or(|error| error.eq_ignore_ascii_case("invalid_token"))
    }
}

/// The challenges of a header, in order. Commas separate them and their parameters alike.
fn challenges(header: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for item in items(header) {
        let (scheme, parameter) = split_scheme(item);
        if let Some(scheme) = scheme {
            challenges.push(Challenge { scheme: scheme.to_owned(), error: None });
        }
        if let (Some((name, value)), Some(last)) = (parameter.split_once('='), challenges.last_mut())
            && name.trim().eq_ignore_ascii_case("error")
        {
            last.error = Some(unquoted(value.trim()));
        }
    }
    challenges
}

/// The parts between commas that stand outside of quotes.
fn items(header: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = header.split(move |c: char| {
        let ends = c == ',' && !quoted;
        match c {
            '\\' if quoted && !escaped => {
                escaped = true;
                return false;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = false;
        ends
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// A scheme at the start of a part, and the parameter behind it. A word before `=` is a parameter of the scheme before.
fn split_scheme(item: &str) -> (Option<&str>, &str) {
    let end = item.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(item.len());
    let (word, rest) = item.split_at(end);
    if rest.trim_start().starts_with('=') { (None, item) } else { (Some(word), rest.trim_start()) }
}

fn unquoted(value: &str) -> String {
    match value.strip_prefix('"').and_then(|value| value.strip_suffix('"')) {
        Some(inner) => inner.replace('\\', ""),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_missing_or_invalid_bearer_token_is_renewed() {
        let rows = [
            (None, true),
            (Some(""), true),
            (Some(" , "), true),
            (Some("Bearer"), true),
            (Some("bearer realm=\"api\""), true),
            (Some("Bearer realm=\"a, error=\\\"x\\\"\", error=\"invalid_token\""), true),
            (Some("Bearer error=invalid_token"), true),
            (Some("Bearer error = \"invalid_token\", error_description=\"expired, sorry\""), true),
            (Some("Bearer error=\"insufficient_scope\", scope=\"a b\""), false),
            (Some("Bearer error=\"invalid_request\""), false),
            (Some("Basic realm=\"x\""), false),
            (Some("Basic realm=\"x\", Bearer"), true),
            (Some("Basic realm=\"Bearer\""), false),
            (Some("Negotiate, Basic realm=\"x, Bearer\""), false),
            (Some("DPoP error=\"invalid_token\""), false),
            (Some("Negotiate YII="), false),
            (Some("Bearer, Basic error=\"insufficient_scope\""), true),
            (Some("\"unended"), false),
        ];
        for (header, expected) in rows {
            assert_eq!(asks_for_new_token(header, "Bearer"), expected, "{header:?}");
        }
    }

    #[test]
    fn the_scheme_of_another_prefix_counts_too() {
        assert!(asks_for_new_token(Some("JWT realm=\"api\""), "JWT"));
        assert!(asks_for_new_token(Some("Bearer"), "JWT"));
        assert!(!asks_for_new_token(Some("JWT realm=\"api\""), "Bearer"));
        assert!(!asks_for_new_token(Some("Basic"), ""));
    }
}
