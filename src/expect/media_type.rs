//! Media types: compared by essence, parameters only where they are written (RFC 9110 8.3.1).

/// The headers that hold media types.
const HEADERS: &[&str] = &["content-type", "accept", "accept-patch", "accept-post"];

/// Whether a header holds media types.
pub(super) fn is_in(header: &str) -> bool {
    HEADERS.iter().any(|name| name.eq_ignore_ascii_case(header))
}

/// Whether a media type, or a list of them, is what was expected: without case, parameters in any order, more allowed.
pub(super) fn equal(expected: &str, actual: &str) -> bool {
    let (expected, actual) = (split(expected, ','), split(actual, ','));
    expected.len() == actual.len()
        && expected.iter().zip(&actual).all(|(expected, actual)| one_equals(expected, actual))
}

fn one_equals(expected: &str, actual: &str) -> bool {
    let (wanted, found) = (split(expected, ';'), split(actual, ';'));
    let [(wanted, parameters), (found, others)] = [&wanted, &found].map(|parts| parts.split_at(1));
    let all = || parameters.iter().filter(|it| !it.is_empty()).all(|wanted| others.iter().any(|it| same(wanted, it)));
    wanted[0].eq_ignore_ascii_case(found[0]) && all()
}

/// Whether two parameters are the same; only the values of `charset` compare without case.
fn same(wanted: &str, found: &str) -> bool {
    let (Some((name, value)), Some((other, given))) = (wanted.split_once('='), found.split_once('=')) else {
        return wanted.eq_ignore_ascii_case(found);
    };
    let (value, given) = (unquoted(value), unquoted(given));
    let any_case = name.trim().eq_ignore_ascii_case("charset");
    let equal = if any_case { value.eq_ignore_ascii_case(&given) } else { value == given };
    name.trim().eq_ignore_ascii_case(other.trim()) && equal
}

fn unquoted(value: &str) -> String {
    let value = value.trim();
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => {
            let mut escaped = false;
            inner
                .chars()
                .filter(|c| {
                    escaped = *c == '\\' && !escaped;
                    !escaped
                })
                .collect()
        }
        None => value.to_owned(),
    }
}

/// The trimmed parts between separators that stand outside of quotes; never none.
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    let outside = |c: char| {
        let plain = !std::mem::take(&mut escaped);
        match c {
            '"' if plain => quoted = !quoted,
            '\\' if quoted && plain => escaped = true,
            _ => {}
        }
        c == separator && !quoted
    };
    text.split(outside).map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types_compare_by_essence() {
        let rows = [
            ("application/json", "application/json", true),
            ("application/json", "Application/JSON; charset=utf-8", true),
            ("application/json; charset=utf-8", "application/json;charset=UTF-8", true),
            ("application/json; charset=\"utf-8\"", "application/json; charset=utf-8", true),
            ("a/b; x=1; y=2", "a/b; y=2; x=1; z=3", true),
            ("a/b; X=1", "a/b; x=1", true),
            ("multipart/form-data; boundary=\"a;b\"", "multipart/form-data; boundary=\"a;b\"", true),
            ("a/b, c/d", "a/b;q=1,c/d", true),
            ("a/b;", "a/b", true),
            ("application/json", "application/problem+json", false),
            ("application/json; charset=utf-8", "application/json", false),
            ("application/json; charset=utf-8", "application/json; charset=latin1", false),
            ("a/b; boundary=X", "a/b; boundary=x", false),
            ("a/b", "a/b, c/d", false),
            ("json", "application/json", false),
            ("", "application/json", false),
            ("multipart/form-data; boundary=\"a\"", "multipart/form-data; boundary=\"a;b\"", false),
        ];
        for (expected, actual, equal_) in rows {
            assert_eq!(equal(expected, actual), equal_, "{expected} | {actual}");
        }
    }

    #[test]
    fn quotes_may_hold_anything() {
        assert_eq!(unquoted("\"a\\\"b\\\\\""), "a\"b\\");
        assert_eq!(split("a;\"b;\\\";c\";d", ';'), ["a", "\"b;\\\";c\"", "d"]);
        assert_eq!(split("", ';'), [""]);
    }
}
