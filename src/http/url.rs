//! URLs that can be requested, and the origins they belong to.

use std::{borrow::Cow, fmt};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// A URL that can be requested: absolute, http or https.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Url(pub(super) ::url::Url);

/// Why a text is not a URL that can be requested.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadUrl(pub(crate) String);

/// Scheme, host and port (RFC 6454), with the scheme's own port filled in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) scheme: String,
    pub(crate) host: String,
    pub(crate) port: u16,
}

/// Everything but the unreserved characters (RFC 3986 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Url {
    /// An absolute URL.
    ///
    /// # Errors
    /// Another scheme than http and https, no host, anything that would have to be dropped silently: blanks around it, line breaks.
    pub(crate) fn parse(text: &str) -> Result<Self, BadUrl> {
        refuse_blanks(text)?;
        let Some((scheme, rest)) = split_scheme(text) else { return Err(not_absolute(text)) };
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return Err(BadUrl(format!("`{text}` cannot be requested: `{scheme}` is neither `http` nor `https`")));
        }
        if rest.is_empty() || rest.starts_with(['/', '\\', '?', '#']) {
            return Err(BadUrl(format!("`{text}` names no host; write it behind `{scheme}://`")));
        }
        let url = ::url::Url::parse(text);
        url.map(Self).map_err(|error| BadUrl(format!("`{text}` is not a URL: {}", why(error, rest))))
    }

    /// The URL that `text` means where relative ones begin at `base`: `/items` is put behind the base's whole path
    /// (`https://api/v1` and `/items` give `https://api/v1/items`); an absolute URL stays itself, and nothing is the base.
    ///
    /// # Errors
    /// As [`Url::parse`]; a relative URL without a base; a base with a query or a fragment.
    pub(crate) fn join(base: Option<&Self>, text: &str) -> Result<Self, BadUrl> {
        if let Some(absolute) = Self::absolute(text)? {
            return Ok(absolute);
        }
        let Some(base) = base else {
            return Err(BadUrl(format!("a relative URL needs a `base_url`: `{text}`")));
        };
        if base.0.query().is_some() || base.0.fragment().is_some() {
            let what = if base.0.query().is_some() { "query" } else { "fragment" };
            return Err(BadUrl(format!(
                "`base_url` must not have a {what}: `{base}`; write it in `query` of the request"
            )));
        }
        match text {
            "" => Ok(base.clone()),
            _ if text.starts_with(['?', '#']) => Self::parse(&format!("{base}{text}")),
            _ => {
                let root = base.as_str().strip_suffix('/').unwrap_or(base.as_str());
                Self::parse(&format!("{root}/{}", text.strip_prefix('/').unwrap_or(text)))
            }
        }
    }

    /// The URL of a text that is absolute; none where it begins at a base that is yet to be known.
    ///
    /// # Errors
    /// As [`Url::parse`]; what is no URL behind any base.
    pub(crate) fn absolute(text: &str) -> Result<Option<Self>, BadUrl> {
        refuse_blanks(text)?;
        if split_scheme(text).is_some() {
            return Self::parse(text).map(Some);
        }
        if lacks_scheme(text) { Err(not_absolute(text)) } else { Ok(None) }
    }

    /// The same with parameters added behind its own query, percent-encoded (RFC 3986 2.1); what is encoded already stays.
    #[must_use]
    pub(crate) fn with_query(mut self, parameters: &[(String, String)]) -> Self {
        if parameters.is_empty() {
            return self;
        }
        let mut query = self.0.query().unwrap_or_default().to_owned();
        for (name, value) in parameters {
            if !query.is_empty() && !query.ends_with('&') {
                query.push('&');
            }
            query.extend(utf8_percent_encode(name, RESERVED));
            query.push('=');
            query.extend(utf8_percent_encode(value, RESERVED));
        }
        self.0.set_query(Some(&query));
        self
    }

    /// Takes user and password out of the URL, decoded; none where it has neither.
    pub(crate) fn take_user_info(&mut self) -> Option<(String, String)> {
        let (user, password) = (self.0.username(), self.0.password());
        if user.is_empty() && password.is_none() {
            return None;
        }
        let taken = (decoded(user), decoded(password.unwrap_or_default()));
        // Both are refused only by URLs without a host, and this one has one.
        let _ = self.0.set_username("").and_then(|()| self.0.set_password(None));
        Some(taken)
    }

    /// The origin.
    pub(crate) fn origin(&self) -> Origin {
        Origin { scheme: self.0.scheme().to_owned(), host: self.host().to_owned(), port: self.port() }
    }

    /// Whether its host is this machine's loopback: `localhost`, `127.0.0.0/8`, `[::1]`.
    pub(crate) fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(::url::Host::Domain(name)) => name == "localhost",
            Some(::url::Host::Ipv4(address)) => address.is_loopback(),
            Some(::url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether it stands for a server in this process: its port is 0, which no socket has.
    pub(crate) fn is_inside(&self) -> bool {
        !self.is_https() && self.0.port() == Some(0)
    }

    /// The URL as text.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The path, percent-encoded.
    pub(crate) fn path(&self) -> &str {
        self.0.path()
    }

    /// Whether both have the same scheme, host and port.
    pub(super) fn same_origin(&self, other: &Self) -> bool {
        self.0.scheme() == other.0.scheme() && self.host() == other.host() && self.port() == other.port()
    }

    /// Whether it is requested over TLS.
    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host; an IPv6 address in brackets.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Host and port, as a `Host` header names them: without the scheme's own port.
    pub(crate) fn authority(&self) -> Cow<'_, str> {
        match self.0.port() {
            Some(port) => Cow::Owned(format!("{}:{port}", self.host())),
            None => Cow::Borrowed(self.host()),
        }
    }

    /// Host and port, both always there: `127.0.0.1:80`.
    pub(super) fn endpoint(&self) -> String {
        format!("{}:{}", self.host(), self.port())
    }

    fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match (self.scheme.as_str(), self.port) {
            ("http", 80) | ("https", 443) => Ok(()),
            (_, port) => write!(f, ":{port}"),
        }
    }
}

/// Refuses what the URL standard would drop without a word.
fn refuse_blanks(text: &str) -> Result<(), BadUrl> {
    if let Some(found) = text.chars().find(|c| c.is_control()) {
        let name = match found {
            '\n' | '\r' => "a line break".to_owned(),
            '\t' => "a tab".to_owned(),
            other => format!("the control character U+{:04X}", u32::from(other)),
        };
        return Err(BadUrl(format!("a URL cannot hold {name}: `{}`", text.escape_debug())));
    }
    if text.trim() != text {
        return Err(BadUrl(format!("a URL cannot begin or end with a blank: `{text}`")));
    }
    Ok(())
}

/// What is wrong with a URL; `rest` is what follows its `://`.
fn why(error: ::url::ParseError, rest: &str) -> String {
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.chars().find(|c| c.is_whitespace() || "<>^|{}\"`".contains(*c)) {
        Some(found) if found.is_whitespace() => "there is a blank in its host".to_owned(),
        Some(found) => format!("there is `{found}` in its host"),
        None => error.to_string(),
    }
}

/// The scheme and what follows `://`.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    valid.then_some((scheme, rest))
}

/// Whether a text without `://` cannot be meant as a relative URL: `localhost:8080/x`, `mailto:a@b`, `http:x`.
fn lacks_scheme(text: &str) -> bool {
    let known = ["http", "https", "mailto", "data", "file", "javascript", "urn"];
    before_colon(text).is_some_and(|(name, rest)| is_port(rest) || known.iter().any(|it| name.eq_ignore_ascii_case(it)))
}

/// What stands around the first colon of the first segment.
fn before_colon(text: &str) -> Option<(&str, &str)> {
    text.split(['/', '?', '#']).next()?.split_once(':')
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_absolute(text: &str) -> BadUrl {
    BadUrl(match before_colon(text).filter(|_| lacks_scheme(text)) {
        Some((name, port)) if is_port(port) => {
            format!("`{text}` has no scheme; write `http://{text}` if `{name}` is the host")
        }
        Some((name, _)) if name.eq_ignore_ascii_case("http") || name.eq_ignore_ascii_case("https") => {
            format!("`{text}` names no host; write it behind `{name}://`")
        }
        Some((name, _)) => format!("`{text}` cannot be requested: `{name}` is neither `http` nor `https`"),
        None => format!("`{text}` is not absolute: it begins with neither `http://` nor `https://`"),
    })
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, text: &str) -> String {
        let base = (!base.is_empty()).then(|| Url::parse(base).unwrap());
        match Url::join(base.as_ref(), text) {
            Ok(url) => url.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_relative_url_is_put_behind_the_whole_base() {
        let cases = [
            ("https://h/v1", "/items", "https://h/v1/items"),
            ("https://h/v1", "items", "https://h/v1/items"),
            ("https://h/v1/", "/items", "https://h/v1/items"),
            ("https://h/v1/", "items/", "https://h/v1/items/"),
            ("https://h", "/items?a=1#f", "https://h/items?a=1#f"),
            ("https://h/v1", "//items", "https://h/v1//items"),
            ("https://h/v1", "", "https://h/v1"),
            ("https://h/v1", "?x=1", "https://h/v1?x=1"),
            ("https://h/v1", "/", "https://h/v1/"),
            ("https://h/v1", "http://other/x", "http://other/x"),
            ("https://h/v1", "HTTP://other/x", "http://other/x"),
            ("https://h/v1", "items/1:cancel", "https://h/v1/items/1:cancel"),
            ("https://h/v1", "items:batch", "https://h/v1/items:batch"),
            ("https://h/v1", "/go?to=http://x/", "https://h/v1/go?to=http://x/"),
            ("https://h/v1", "/ü b", "https://h/v1/%C3%BC%20b"),
            ("https://h/v1", "/a%2Fb", "https://h/v1/a%2Fb"),
            ("", "http://h", "http://h/"),
            ("", "http://[::1]:80/x", "http://[::1]/x"),
        ];
        for (base, text, expected) in cases {
            assert_eq!(joined(base, text), expected, "{base} + {text}");
        }
    }

    #[test]
    fn what_cannot_be_requested_says_why() {
        let cases = [
            ("", "/items", "a relative URL needs a `base_url`: `/items`"),
            ("", "", "a relative URL needs a `base_url`: ``"),
            (
                "",
                "localhost:80/x",
                "`localhost:80/x` has no scheme; write `http://localhost:80/x` if `localhost` is the host",
            ),
            ("http://h", "h:80", "`h:80` has no scheme; write `http://h:80` if `h` is the host"),
            ("http://h", "ftp://h/x", "`ftp://h/x` cannot be requested: `ftp` is neither `http` nor `https`"),
            ("http://h", "mailto:a@b", "`mailto:a@b` cannot be requested: `mailto` is neither `http` nor `https`"),
            ("http://h", "http:x", "`http:x` names no host; write it behind `http://`"),
            ("http://h", "http:/x", "`http:/x` names no host; write it behind `http://`"),
            ("", "http://", "`http://` names no host; write it behind `http://`"),
            ("", "https:///x", "`https:///x` names no host; write it behind `https://`"),
            ("", "http://h:99999/", "`http://h:99999/` is not a URL: invalid port number"),
            ("", "http://a b/", "`http://a b/` is not a URL: there is a blank in its host"),
            ("", "http://a:b c@<h>/ x", "`http://a:b c@<h>/ x` is not a URL: there is `<` in its host"),
            ("", "http://xn--a/", "`http://xn--a/` is not a URL: invalid international domain name"),
            ("http://h", " /x", "a URL cannot begin or end with a blank: ` /x`"),
            ("http://h", "/x\n", "a URL cannot hold a line break: `/x\\n`"),
            ("http://h", "/x\u{0}y", "a URL cannot hold the control character U+0000: `/x\\0y`"),
            (
                "http://h/?a",
                "/x",
                "`base_url` must not have a query: `http://h/?a`; write it in `query` of the request",
            ),
            (
                "http://h/#a",
                "/x",
                "`base_url` must not have a fragment: `http://h/#a`; write it in `query` of the request",
            ),
        ];
        for (base, text, expected) in cases {
            assert_eq!(joined(base, text), expected, "{base} + {text}");
        }
        let error = Url::parse("/x").unwrap_err().to_string();
        assert_eq!(error, "`/x` is not absolute: it begins with neither `http://` nor `https://`");
    }

    #[test]
    fn parameters_are_encoded_and_what_is_encoded_stays() {
        type Case<'c> = (&'c str, &'c [(&'c str, &'c str)], &'c str);
        let cases: &[Case<'_>] = &[
            ("http://h/", &[], "http://h/"),
            ("http://h/?", &[("a", "1")], "http://h/?a=1"),
            ("http://h/?a=%20+", &[("b", "c d")], "http://h/?a=%20+&b=c%20d"),
            ("http://h/", &[("a", "1"), ("a", "2")], "http://h/?a=1&a=2"),
            ("http://h/", &[("ü[]", "&=+#%/-._~")], "http://h/?%C3%BC%5B%5D=%26%3D%2B%23%25%2F-._~"),
            ("http://h/?a&", &[("b", "")], "http://h/?a&b="),
            ("http://h/#f", &[("a", "1")], "http://h/?a=1#f"),
        ];
        for (url, parameters, expected) in cases {
            let parameters: Vec<_> = parameters.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            assert_eq!(Url::parse(url).unwrap().with_query(&parameters).as_str(), *expected);
        }
    }

    #[test]
    fn user_and_password_are_taken_out_decoded() {
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        let cases = [
            ("http://u:p@h/x", pair("u", "p"), "http://h/x"),
            ("http://u@h/x", pair("u", ""), "http://h/x"),
            ("http://:p@h/x", pair("", "p"), "http://h/x"),
            ("http://a%40b:p%3Aq@h/", pair("a@b", "p:q"), "http://h/"),
            ("http://h/x", None, "http://h/x"),
        ];
        for (text, expected, left) in cases {
            let mut url = Url::parse(text).unwrap();
            assert_eq!((url.take_user_info(), url.as_str()), (expected, left));
        }
    }

    #[test]
    fn origins_and_loopback_are_told_apart() {
        let cases = [
            ("http://LOCALHOST/x", "http://localhost", 80, true),
            ("https://localhost:443/", "https://localhost", 443, true),
            ("http://127.8.0.1:81/", "http://127.8.0.1:81", 81, true),
            ("http://[::1]:8080/", "http://[::1]:8080", 8080, true),
            ("https://example.com", "https://example.com", 443, false),
            ("http://localhost.example.com", "http://localhost.example.com", 80, false),
            ("http://128.0.0.1", "http://128.0.0.1", 80, false),
        ];
        for (text, origin, port, loopback) in cases {
            let url = Url::parse(text).unwrap();
            assert_eq!((url.origin().to_string(), url.origin().port), (origin.to_owned(), port));
            assert_eq!(url.is_loopback(), loopback, "{text}");
        }
    }
}
