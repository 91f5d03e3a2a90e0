//! `Set-Cookie` headers, read as leniently as a browser does (RFC 6265 5.2).

/// A `Set-Cookie` header (RFC 6265 4.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SetCookie {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) secure: bool,
    pub(crate) http_only: bool,
    /// `Strict`, `Lax`, `None`, as written.
    pub(crate) same_site: Option<String>,
    pub(crate) path: Option<String>,
    /// In lower case, without the dot in front.
    pub(crate) domain: Option<String>,
    /// Seconds.
    pub(crate) max_age: Option<i64>,
    /// An HTTP date, as written.
    pub(crate) expires: Option<String>,
}

impl SetCookie {
    /// Reads the value of a header; none where it names no cookie, and such a header is to be ignored.
    pub(crate) fn parse(header: &str) -> Option<Self> {
        let mut parts = header.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let mut cookie = Self::new(blank_trimmed(name), blank_trimmed(value))?;
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            cookie.set(&blank_trimmed(name).to_ascii_lowercase(), blank_trimmed(value));
        }
        Some(cookie)
    }

    fn new(name: &str, value: &str) -> Option<Self> {
        (!name.is_empty()).then(|| Self {
            name: name.to_owned(),
            value: value.to_owned(),
            secure: false,
            http_only: false,
            same_site: None,
            path: None,
            domain: None,
            max_age: None,
            expires: None,
        })
    }

    /// The last attribute of a name counts, and those that mean nothing are ignored.
    fn set(&mut self, name: &str, value: &str) {
        match name {
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => self.same_site = Some(value.to_owned()),
            "path" => self.path = value.starts_with('/').then(|| value.to_owned()),
            "domain" => {
                let domain = value.strip_prefix('.').unwrap_or(value);
                if !domain.is_empty() {
                    self.domain = Some(domain.to_ascii_lowercase());
                }
            }
            "max-age" => self.max_age = seconds(value).or(self.max_age),
            "expires" => self.expires = Some(value.to_owned()),
            _ => {}
        }
    }
}

/// Digits with a minus in front or without; more than fit are as many as fit.
fn seconds(text: &str) -> Option<i64> {
    let (digits, limit) = match text.strip_prefix('-') {
        Some(digits) => (digits, i64::MIN),
        None => (text, i64::MAX),
    };
    let valid = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    valid.then(|| text.parse().unwrap_or(limit))
}

fn blank_trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(name: &str, value: &str) -> SetCookie {
        SetCookie::new(name, value).unwrap()
    }

    #[test]
    fn a_header_is_read_as_a_browser_reads_it() {
        let cases = [
            ("sid=1", Some(cookie("sid", "1"))),
            (" sid = a b \t", Some(cookie("sid", "a b"))),
            ("sid=", Some(cookie("sid", ""))),
            ("sid=a=b", Some(cookie("sid", "a=b"))),
            ("sid=\"q\"", Some(cookie("sid", "\"q\""))),
            ("a=1; Secure; HTTPONLY", Some(SetCookie { secure: true, http_only: true, ..cookie("a", "1") })),
            ("a=1;path=/x; Path=/y", Some(SetCookie { path: Some("/y".into()), ..cookie("a", "1") })),
            ("a=1; path=x", Some(cookie("a", "1"))),
            ("a=1; Domain=.Example.COM", Some(SetCookie { domain: Some("example.com".into()), ..cookie("a", "1") })),
            ("a=1; domain=", Some(cookie("a", "1"))),
            ("a=1; max-age=60", Some(SetCookie { max_age: Some(60), ..cookie("a", "1") })),
            ("a=1; max-age=-1", Some(SetCookie { max_age: Some(-1), ..cookie("a", "1") })),
            ("a=1; max-age=9999999999999999999", Some(SetCookie { max_age: Some(i64::MAX), ..cookie("a", "1") })),
            ("a=1; max-age=1h", Some(cookie("a", "1"))),
            ("a=1; max-age=-", Some(cookie("a", "1"))),
            ("a=1; SameSite=lax", Some(SetCookie { same_site: Some("lax".into()), ..cookie("a", "1") })),
            (
                "a=1; expires=Wed, 21 Oct 2015 07:28:00 GMT",
                Some(SetCookie { expires: Some("Wed, 21 Oct 2015 07:28:00 GMT".into()), ..cookie("a", "1") }),
            ),
            ("a=1; ;; unknown=2; =3", Some(cookie("a", "1"))),
            ("a", None),
            ("=1", None),
            (" =1", None),
            ("", None),
            ("; Secure", None),
        ];
        for (header, expected) in cases {
            assert_eq!(SetCookie::parse(header), expected, "{header}");
        }
    }
}
