//! What holds for every connection of a project: whom it trusts, which way it goes, what it speaks.

use std::{collections::BTreeMap, net::IpAddr, path::PathBuf};

use percent_encoding::percent_decode_str;

use crate::http::{BadUrl, ClientCert, Url};

/// What holds for every exchange.
#[derive(Clone, Debug)]
pub(crate) struct HttpSettings {
    /// How many bytes a decoded body may have.
    pub(crate) max_body: u64,
    /// Roots to trust besides those of the machine, each one or more certificates in PEM.
    pub(crate) ca: Vec<Vec<u8>>,
    /// What a server that asks for a certificate is shown where the request has none of its own.
    pub(crate) certificate: Option<ClientCert>,
    /// Whether any certificate of a server will do.
    pub(crate) insecure: bool,
    pub(crate) proxy: Proxying,
    /// Hosts that are never asked through a proxy, with all below them; `*` is every host.
    pub(crate) no_proxy: Vec<String>,
    /// The addresses of an endpoint (`api.example.com:443`, in lower case) in place of those that its name has.
    pub(crate) resolve: BTreeMap<String, Vec<IpAddr>>,
    /// Where every connection is made in place of the host.
    pub(crate) unix_socket: Option<PathBuf>,
    /// The one version that is spoken; what the server prefers where there is none.
    pub(crate) version: Option<HttpVersion>,
}

/// Which way requests go.
#[derive(Clone, Debug, Default)]
pub(crate) enum Proxying {
    /// As the environment says.
    #[default]
    Environment,
    /// Straight to the server, whatever the environment says.
    None,
    /// Through this one.
    Through(Proxy),
    /// It is not known which: why, and the cure. Nothing can be sent.
    Unknown(String, Option<String>),
}

/// A proxy: `http`, `https`, `socks5` (the name is looked up here) or `socks5h` (there).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proxy(pub(super) ::url::Url);

/// A version of HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HttpVersion {
    Http1,
    Http2,
}

impl Default for HttpSettings {
    /// Bodies up to 64 MiB, and nothing that the machine does not say.
    fn default() -> Self {
        Self {
            max_body: 64 << 20,
            ca: Vec::new(),
            certificate: None,
            insecure: false,
            proxy: Proxying::default(),
            no_proxy: Vec::new(),
            resolve: BTreeMap::new(),
            unix_socket: None,
            version: None,
        }
    }
}

impl HttpSettings {
    /// Whether a URL is asked without a proxy, whatever the environment says.
    pub(super) fn is_direct(&self, url: &Url) -> bool {
        let by_rule = match self.proxy {
            // No proxy of the environment can reach this machine.
            Proxying::Environment => url.is_loopback(),
            Proxying::None | Proxying::Unknown(..) => true,
            Proxying::Through(_) => false,
        };
        let host = url.host().trim_matches(['[', ']']);
        by_rule || self.no_proxy.iter().any(|rule| covers(rule, host))
    }

    /// What a connection for a URL is made to, as far as the settings tell.
    pub(super) fn target(&self, url: &Url) -> Target {
        match (&self.unix_socket, &self.proxy) {
            (Some(path), _) => Target {
                name: format!("the socket `{}`", path.display()),
                cure: "start the server that makes it, or correct `http.unix_socket`",
            },
            (None, Proxying::Through(proxy)) if !self.is_direct(url) => Target {
                name: format!("the proxy {}", proxy.endpoint()),
                cure: "start it, correct `http.proxy`, or name the host in `http.no_proxy`",
            },
            _ => Target {
                name: url.endpoint(),
                cure: "nobody listens there: start the server, or correct the URL or `base_url`",
            },
        }
    }
}

/// What a connection for a URL is made to.
#[derive(Debug)]
pub(super) struct Target {
    /// What messages call it: `api.example.com:443`.
    pub(super) name: String,
    /// What to do where nobody listens there.
    pub(super) cure: &'static str,
}

/// Whether a rule of `no_proxy` is about a host: its name or one above it, its address, or `*`.
fn covers(rule: &str, host: &str) -> bool {
    let rule = rule.trim_matches(['[', ']']).trim_start_matches('.').to_ascii_lowercase();
    let above = host.strip_suffix(rule.as_str()).is_some_and(|below| below.is_empty() || below.ends_with('.'));
    rule == "*" || above
}

const KINDS: &[&str] = &["http", "https", "socks5", "socks5h"];

impl Proxy {
    /// A proxy by its URL, which may hold user and password.
    ///
    /// # Errors
    /// Another kind of proxy, no host, a path.
    pub(crate) fn parse(text: &str) -> Result<Self, BadUrl> {
        let text = text.trim();
        let Some((scheme, _)) = text.split_once("://") else {
            return Err(BadUrl("a proxy is a URL such as `http://proxy.example.com:3128`".to_owned()));
        };
        if !KINDS.contains(&scheme.to_ascii_lowercase().as_str()) {
            return Err(BadUrl(format!("`{scheme}` is no kind of proxy that is known here: {}", KINDS.join(", "))));
        }
        // What is wrong with it must not be quoted: it may hold a password.
        let url = ::url::Url::parse(text).map_err(|error| BadUrl(format!("the proxy is not a URL: {error}")))?;
        match url.host_str().is_none_or(str::is_empty) {
            true => Err(BadUrl("the proxy names no host".to_owned())),
            false if !matches!(url.path(), "" | "/") => {
                Err(BadUrl(format!("a proxy has no path, and this one has `{}`", url.path())))
            }
            false => Ok(Self(url)),
        }
    }

    /// The password in its URL, as it is written there and decoded.
    pub(crate) fn password(&self) -> Option<(&str, String)> {
        let written = self.0.password()?;
        Some((written, percent_decode_str(written).decode_utf8_lossy().into_owned()))
    }

    /// Host and port, without user and password.
    pub(super) fn endpoint(&self) -> String {
        let port = self.0.port_or_known_default().unwrap_or(1080);
        format!("{}:{port}", self.0.host_str().unwrap_or_default())
    }
}

impl HttpVersion {
    /// The version as it is written: `1.1`, `2`.
    pub(crate) const WORDS: &[(&str, Self)] = &[("1.1", Self::Http1), ("2", Self::Http2)];

    /// What may be agreed on in a TLS handshake (RFC 7301).
    pub(super) fn protocols(this: Option<Self>) -> Vec<Vec<u8>> {
        let all: &[&[u8]] = match this {
            None => &[b"h2", b"http/1.1"],
            Some(Self::Http1) => &[b"http/1.1"],
            Some(Self::Http2) => &[b"h2"],
        };
        all.iter().map(|name| name.to_vec()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_url_of_a_known_kind() {
        let rows = [
            ("http://proxy:3128", Ok("proxy:3128")),
            ("HTTP://proxy", Ok("proxy:80")),
            ("https://proxy/", Ok("proxy:443")),
            ("socks5://qa:s3cret@127.0.0.1:9050", Ok("127.0.0.1:9050")),
            ("socks5h://[::1]", Ok("[::1]:1080")),
            ("proxy:3128", Err("a proxy is a URL such as `http://proxy.example.com:3128`")),
            ("ftp://proxy", Err("`ftp` is no kind of proxy that is known here: http, https, socks5, socks5h")),
            ("http://", Err("the proxy is not a URL: empty host")),
            ("http://proxy/path", Err("a proxy has no path, and this one has `/path`")),
        ];
        for (text, expected) in rows {
            let found = Proxy::parse(text).map(|proxy| proxy.endpoint()).map_err(|bad| bad.to_string());
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{text}");
        }
        let proxy = Proxy::parse("http://qa:p%40ss@proxy").unwrap();
        assert_eq!(proxy.password(), Some(("p%40ss", "p@ss".to_owned())));
    }

    #[test]
    fn some_hosts_are_asked_without_a_proxy() {
        let through = Proxying::Through(Proxy::parse("http://proxy").unwrap());
        let rows: &[(&Proxying, &[&str], &str, bool)] = &[
            (&Proxying::Environment, &[], "http://localhost/", true),
            (&Proxying::Environment, &[], "http://api.test/", false),
            (&Proxying::Environment, &["api.test"], "http://api.test/", true),
            (&Proxying::None, &[], "http://api.test/", true),
            (&through, &[], "http://localhost/", false),
            (&through, &["localhost"], "http://localhost/", true),
            (&through, &["api.test"], "http://v2.API.test/", true),
            (&through, &[".api.test"], "http://api.test/", true),
            (&through, &["pi.test"], "http://api.test/", false),
            (&through, &["::1"], "http://[::1]:80/", true),
            (&through, &["[::1]"], "http://[::1]:80/", true),
            (&through, &["*"], "http://api.test/", true),
        ];
        for (proxy, no_proxy, url, expected) in rows {
            let no_proxy = no_proxy.iter().map(|rule| (*rule).to_owned()).collect();
            let settings = HttpSettings { proxy: (*proxy).clone(), no_proxy, ..HttpSettings::default() };
            assert_eq!(settings.is_direct(&Url::parse(url).unwrap()), *expected, "{proxy:?} {url}");
        }
    }
}
