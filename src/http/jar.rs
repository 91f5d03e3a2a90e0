//! Cookies that answers set, given to later requests they belong to (RFC 6265 5.3, 5.4). The only place that names `cookie_store`.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cookie_store::CookieStore;

use crate::http::{SetCookie, Url};

/// The cookies of one spec run and identity (RFC 6265).
#[derive(Debug, Default)]
pub(crate) struct Jar(Mutex<CookieStore>);

impl Jar {
    /// The cookies that a request to this URL carries, those of longer paths first.
    pub(crate) fn cookies(&self, url: &Url) -> Vec<(String, String)> {
        let store = self.store();
        let mut found = store.matches(&url.0);
        // The store takes loopback for secure; plain http never is, on no host.
        found.retain(|cookie| url.is_https() || !cookie.secure().unwrap_or(false));
        found.sort_by(|a, b| b.path.len().cmp(&a.path.len()).then_with(|| a.name().cmp(b.name())));
        found.into_iter().map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect()
    }

    /// Takes the cookies that an answer from this URL sets; those it must not set are ignored.
    pub(super) fn take<'h>(&self, url: &Url, headers: impl Iterator<Item = &'h str>) {
        for header in headers {
            if let Some(header) = acceptable(header, url) {
                // An error is a cookie for another host, or one that is over.
                let _ = self.store().parse(&header, &url.0);
            }
        }
    }

    fn store(&self) -> MutexGuard<'_, CookieStore> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The header as the store may see it: a domain of one label is a public suffix as far as anybody can tell without the list
/// of them, so it counts only where it is the host itself, and then for this host alone (RFC 6265 5.3 step 5).
fn acceptable(header: &str, url: &Url) -> Option<String> {
    let domain = SetCookie::parse(header)?.domain;
    match domain.as_deref() {
        Some(domain)
            if !domain.trim_end_matches('.').contains('.') && domain != "localhost" && !domain.contains(':') =>
        {
            (domain == url.host()).then(|| without_domain(header))
        }
        _ => Some(header.to_owned()),
    }
}

fn without_domain(header: &str) -> String {
    let is_domain = |part: &&str| part.split('=').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("domain"));
    let mut parts = header.split(';');
    let first = parts.next().unwrap_or_default();
    parts.filter(|part| !is_domain(part)).fold(first.to_owned(), |kept, part| kept + ";" + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a jar that took `header` from `from` gives to `to`, as `name=value` joined by `;`.
    fn given(from: &str, headers: &[&str], to: &str) -> String {
        let jar = Jar::default();
        jar.take(&Url::parse(from).unwrap(), headers.iter().copied());
        let cookies = jar.cookies(&Url::parse(to).unwrap());
        cookies.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(";")
    }

    #[test]
    fn a_cookie_goes_where_it_belongs() {
        let cases: &[(&str, &[&str], &str, &str)] = &[
            ("http://a.test/", &["s=1"], "http://a.test/x", "s=1"),
            ("http://a.test/", &["s=1"], "http://a.test:8080/x", "s=1"),
            ("http://a.test/", &["s=1"], "http://b.a.test/", ""),
            ("http://a.test/", &["s=1"], "http://test/", ""),
            ("http://b.a.test/", &["s=1; Domain=a.test"], "http://c.a.test/", "s=1"),
            ("http://b.a.test/", &["s=1; Domain=.a.test"], "http://a.test/", "s=1"),
            ("http://b.a.test/", &["s=1; Domain=test"], "http://b.a.test/", ""),
            ("http://b.a.test/", &["s=1; Domain=c.test"], "http://b.a.test/", ""),
            ("http://api/", &["s=1; Domain=api; Path=/"], "http://api/", "s=1"),
            ("http://api/", &["s=1; Domain=api"], "http://x.api/", ""),
            ("http://localhost/", &["s=1; Domain=localhost"], "http://localhost/", "s=1"),
            ("http://127.0.0.1/", &["s=1; Domain=127.0.0.1"], "http://127.0.0.1/", "s=1"),
            ("http://[::1]/", &["s=1"], "http://[::1]/", "s=1"),
            ("http://a.test/x/y", &["s=1"], "http://a.test/x/z", "s=1"),
            ("http://a.test/x/y", &["s=1"], "http://a.test/z", ""),
            ("http://a.test/", &["s=1; Path=/x"], "http://a.test/xy", ""),
            ("http://a.test/", &["a=1", "b=2; Path=/x"], "http://a.test/x", "b=2;a=1"),
            ("https://a.test/", &["s=1; Secure"], "https://a.test/", "s=1"),
            ("https://a.test/", &["s=1; Secure"], "http://a.test/", ""),
            ("http://localhost/", &["s=1; Secure"], "http://localhost/", ""),
            ("http://a.test/", &["s=1; HttpOnly"], "http://a.test/", "s=1"),
            ("http://a.test/", &["s=1", "s=2"], "http://a.test/", "s=2"),
            ("http://a.test/", &["s=1", "s=; Max-Age=0"], "http://a.test/", ""),
            ("http://a.test/", &["s=1; Max-Age=99999999999999999999"], "http://a.test/", "s=1"),
            ("http://a.test/", &["s=1; Expires=Wed, 21 Oct 2015 07:28:00 GMT"], "http://a.test/", ""),
            ("http://a.test/", &["s", "=1", "", ";;;"], "http://a.test/", ""),
        ];
        for (from, headers, to, expected) in cases {
            assert_eq!(given(from, headers, to), *expected, "{headers:?} from {from} to {to}");
        }
    }
}
