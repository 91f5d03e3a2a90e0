//! The one `Cookie` header of a request: what it writes itself, what its jar gives, what it adds and removes (RFC 6265 5.4).

use crate::http::{Fault, Header, Request, fault::shown};

/// Puts the cookies for the URL on the request. `written` is what the request said itself, before any of this.
///
/// # Errors
/// A cookie of the request that cannot be written in a header.
pub(super) fn put(request: &mut Request, written: Option<&str>) -> Result<(), Fault> {
    let mut cookies = request.jar.as_ref().map(|jar| jar.cookies(&request.url)).unwrap_or_default();
    cookies.retain(|(known, _)| !request.cookies.iter().any(|(name, _)| name == known));
    for (name, value) in &request.cookies {
        if let Some(value) = value {
            refuse_what_ends_a_cookie(name, value)?;
            cookies.push((name.clone(), value.clone()));
        }
    }
    let written = written.unwrap_or_default();
    cookies.retain(|(name, _)| !names(written).any(|known| known == name));
    if !cookies.is_empty() {
        set(request, join(written, &cookies));
    } else if written.is_empty() {
        request.headers.retain(|header| !is_cookie(header));
    } else {
        set(request, written.to_owned());
    }
    Ok(())
}

/// What a request says itself: its `Cookie` headers, joined.
pub(super) fn written(headers: &[Header]) -> Option<String> {
    let mut own = headers.iter().filter(|header| is_cookie(header)).map(|header| header.value.as_str());
    let first = own.next()?.to_owned();
    Some(own.fold(first, |joined, next| joined + "; " + next))
}

fn names(written: &str) -> impl Iterator<Item = &str> {
    written.split(';').map(|pair| pair.split('=').next().unwrap_or_default().trim()).filter(|name| !name.is_empty())
}

fn join(written: &str, cookies: &[(String, String)]) -> String {
    let mut value = written.trim().trim_end_matches(';').to_owned();
    for (name, text) in cookies {
        if !value.is_empty() {
            value.push_str("; ");
        }
        value.extend([name.as_str(), "=", text.as_str()]);
    }
    value
}

/// Where the first `Cookie` stood, or at the end.
fn set(request: &mut Request, value: String) {
    let place = request.headers.iter().position(is_cookie).unwrap_or(request.headers.len());
    request.headers.retain(|header| !is_cookie(header));
    request.headers.insert(place, Header { name: "Cookie".to_owned(), value, bound: true });
}

fn is_cookie(header: &Header) -> bool {
    header.name.eq_ignore_ascii_case("cookie")
}

fn refuse_what_ends_a_cookie(name: &str, value: &str) -> Result<(), Fault> {
    let bad = |c: &char| c.is_control() || *c == ';';
    let at_fault = match name.chars().find(|c| bad(c) || *c == '=' || c.is_whitespace()) {
        Some(found) => Some(("name", found)),
        None => value.chars().find(bad).map(|found| ("value", found)),
    };
    match at_fault {
        _ if name.is_empty() => Err(Fault::request("a cookie cannot be sent: its name is empty".to_owned())),
        Some((what, found)) => {
            let found = shown(found);
            Err(Fault::request(format!(
                "the cookie `{}` cannot be sent: its {what} holds {found}",
                name.escape_debug()
            )))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use super::*;
    use crate::http::{Jar, Url};

    fn sent(own: &[&str], jar: &[&str], added: &[(&str, Option<&str>)]) -> Result<Option<String>, String> {
        let url = Url::parse("http://a.test/").unwrap();
        let kept = Jar::default();
        kept.take(&url, jar.iter().copied());
        let header = |value: &&str| Header { name: "cookie".to_owned(), value: (*value).to_owned(), bound: false };
        let mut request = Request {
            method: "GET".to_owned(),
            url,
            headers: own.iter().map(header).collect(),
            body: None,
            timeout: Duration::ZERO,
            redirects: 0,
            jar: Some(Arc::new(kept)),
            cookies: added.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect(),
            certificate: None,
        };
        let written = written(&request.headers);
        put(&mut request, written.as_deref()).map_err(|fault| fault.message)?;
        assert!(request.headers.len() < 2);
        Ok(request.headers.pop().map(|header| header.value))
    }

    #[test]
    fn all_cookies_of_a_request_are_in_one_header() {
        type Row = (
            &'static [&'static str],
            &'static [&'static str],
            &'static [(&'static str, Option<&'static str>)],
            Option<&'static str>,
        );
        let cases: &[Row] = &[
            (&[], &[], &[], None),
            (&[], &["a=1"], &[], Some("a=1")),
            (&[], &["a=1", "b=2"], &[], Some("a=1; b=2")),
            (&[], &["a=1"], &[("b", Some("2"))], Some("a=1; b=2")),
            (&[], &["a=1"], &[("a", Some("2"))], Some("a=2")),
            (&[], &["a=1"], &[("a", Some(""))], Some("a=")),
            (&[], &["a=1", "b=2"], &[("a", Some("3")), ("a", Some("4"))], Some("b=2; a=3; a=4")),
            (&[], &["a=1"], &[("a", None)], None),
            (&[], &[], &[("a", None)], None),
            (&["a=1"], &[], &[], Some("a=1")),
            (&["a=1; b=2"], &["a=3", "c=4"], &[], Some("a=1; b=2; c=4")),
            (&["a=1;"], &["c=4"], &[], Some("a=1; c=4")),
            (&["a=1", "b=2"], &[], &[], Some("a=1; b=2")),
            (&[""], &["c=4"], &[], Some("c=4")),
        ];
        for (own, jar, added, expected) in cases {
            assert_eq!(sent(own, jar, added).unwrap().as_deref(), *expected, "{own:?} {jar:?} {added:?}");
        }
    }

    #[test]
    fn a_cookie_that_would_become_two_is_refused() {
        let cases = [
            ("a", "1;b=2", "the cookie `a` cannot be sent: its value holds `;`"),
            ("a", "1\r\nX: y", "the cookie `a` cannot be sent: its value holds a line break"),
            ("a=b", "1", "the cookie `a=b` cannot be sent: its name holds `=`"),
            ("a b", "1", "the cookie `a b` cannot be sent: its name holds a blank"),
            ("", "1", "a cookie cannot be sent: its name is empty"),
        ];
        for (name, value, expected) in cases {
            assert_eq!(sent(&[], &[], &[(name, Some(value))]).unwrap_err(), expected);
        }
    }
}
