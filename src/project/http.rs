//! `http`: what holds for every exchange of a project, token requests included.

use std::{collections::BTreeMap, fs, net::IpAddr, path::PathBuf};

use crate::diagnostic::{Diagnostic, nearest};
use crate::http::{ClientCert, HttpSettings, HttpVersion, Proxy};
use crate::source::BadFile;
use crate::spec::{
    Loading,
    auth::{Given, given},
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table, Value};

/// `http` as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct HttpOptions {
    /// All of it but the proxy.
    pub(crate) settings: HttpSettings,
    pub(crate) proxy: Option<WrittenProxy>,
}

/// Which way requests go, as written.
#[derive(Clone, Debug)]
pub(crate) enum WrittenProxy {
    /// `none`: straight to the server.
    None,
    /// The URL of a proxy, perhaps from the environment.
    Url(Given),
}

/// The keys of `http`.
pub(crate) static TABLE: Table = Table {
    what: "`http`",
    fields: &[
        Field::new(
            "ca",
            Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]),
            "Certificates in PEM that are trusted besides those of the machine.",
            "certificates/qa.pem",
        ),
        Field::new(
            "client_cert",
            Shape::Either(&[Shape::Text, Shape::Fields(&CLIENT_CERT)]),
            "The certificate and key in PEM that servers are shown: two files, or one with both.",
            "{cert: client.pem, key: client.key}",
        ),
        Field::new("insecure", Shape::Boolean, "Whether any certificate of a server will do.", "true"),
        Field::new("proxy", given::SHAPE, "The URL of a proxy, or `none`.", "http://proxy.example.com:3128"),
        Field::new(
            "no_proxy",
            Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)]),
            "Hosts that are asked without a proxy, with all below them.",
            "[localhost, internal.example.com]",
        ),
        Field::new(
            "resolve",
            Shape::Map(&Shape::Either(&[Shape::Text, Shape::List(&Shape::Text)])),
            "Host and port to the address that is asked in place of the host's own.",
            "{\"api.example.com:443\": 127.0.0.1}",
        ),
        Field::new("unix_socket", Shape::Text, "The socket that every connection is made to.", "/run/shop.sock"),
        Field::new(
            "http_version",
            Shape::Word(&["1.1", "2"]),
            "The one version that is spoken; `2` without asking for it first where the URL is plain http.",
            "\"2\"",
        ),
        Field::new("max_body", Shape::Text, "How large a decoded body may be; 64 MiB by default.", "256MiB"),
    ],
    elsewhere: &[
        ("timeout", "defaults"),
        ("redirects", "defaults"),
        ("base_url", "the project file itself"),
        ("cert", "client_cert"),
        ("key", "client_cert"),
    ],
};

/// The keys of `client_cert`.
pub(crate) static CLIENT_CERT: Table = Table {
    what: "`client_cert`",
    fields: &[
        Field::new("cert", Shape::Text, "The certificate, and those between it and its root behind it.", "client.pem"),
        Field::new("key", Shape::Text, "Its private key.", "client.key"),
    ],
    elsewhere: &[],
};

/// Reads `http`.
pub(crate) fn load(node: &Node, loading: &mut Loading) -> HttpOptions {
    let mut options = HttpOptions::default();
    let Some(fields) = Fields::read(node, &TABLE, &mut loading.problems) else { return options };
    let settings = &mut options.settings;
    if let Some(node) = fields.get("ca") {
        let files = loading.one_or_many(node);
        settings.ca = files.iter().filter_map(|file| pem(file, loading)).collect();
    }
    if let Some(size) = fields.get("max_body").and_then(|node| size(node, loading)) {
        settings.max_body = size;
    }
    settings.certificate = fields.get("client_cert").and_then(|node| client_cert(node, loading));
    settings.insecure = fields.get("insecure").is_some_and(|node| insecure(node, loading));
    settings.no_proxy = fields.get("no_proxy").map(|node| words(node, loading)).unwrap_or_default();
    settings.resolve = fields.get("resolve").map(|node| resolve(node, loading)).unwrap_or_default();
    settings.unix_socket = fields.entry("unix_socket").and_then(|entry| unix_socket(entry, &fields, loading));
    settings.version = fields.get("http_version").and_then(|node| http_version(node, loading));
    options.proxy = fields.entry("proxy").and_then(|entry| proxy(entry, loading));
    options
}

/// What a file of the project holds.
fn pem(node: &Node, loading: &mut Loading) -> Option<Vec<u8>> {
    let name = loading.word(node)?.to_owned();
    let found = loading.root().find(loading.folder(), &name);
    let read = found.and_then(|path| fs::read(path).map_err(|error| BadFile::Unreadable(name, error.into())));
    read.map_err(|bad| {
        let wrong = Diagnostic::error("missing-file", &node.place, bad.to_string());
        loading.report(wrong.help("paths start at the folder of hallpass.yaml"));
    })
    .ok()
}

fn client_cert(node: &Node, loading: &mut Loading) -> Option<ClientCert> {
    let (cert, key) = match &node.value {
        Value::Map(_) => {
            let fields = Fields::read(node, &CLIENT_CERT, &mut loading.problems)?;
            let cert = fields.require("cert", &mut loading.problems);
            (cert, fields.require("key", &mut loading.problems))
        }
        _ => (Some(node), Some(node)),
    };
    let (cert, key) = (cert?, key?);
    let certificate = pem(cert, loading);
    let private = if std::ptr::eq(cert, key) { certificate.clone() } else { pem(key, loading) };
    match ClientCert::read(&certificate?, &private?) {
        Ok(certificate) => Some(certificate),
        Err(bad) => {
            let at_fault = if bad.is_key { key } else { cert };
            let message = format!("`{}` {}", at_fault.scalar_text().unwrap_or_default(), bad.message);
            loading.report(Diagnostic::error("bad-certificate", &at_fault.place, message).help(bad.help));
            None
        }
    }
}

fn insecure(node: &Node, loading: &mut Loading) -> bool {
    let insecure = loading.boolean(node).unwrap_or(false);
    if insecure {
        let warning = Diagnostic::warning("insecure", &node.place, "any certificate of a server is accepted");
        loading.report(warning.help("whoever is on the way can read tokens; `ca` trusts one more issuer in its place"));
    }
    insecure
}

fn words(node: &Node, loading: &mut Loading) -> Vec<String> {
    let items = loading.one_or_many(node);
    items.iter().filter_map(|item| loading.word(item).map(str::to_owned)).collect()
}

/// By host and port in lower case.
fn resolve(node: &Node, loading: &mut Loading) -> BTreeMap<String, Vec<IpAddr>> {
    let mut all = BTreeMap::new();
    for entry in loading.map(node) {
        let addresses = addresses(&entry.value, loading);
        match fault_of_endpoint(&entry.key) {
            Some((message, help)) => {
                loading.report(Diagnostic::error("bad-endpoint", &entry.key_place, message).help(help));
            }
            None => drop(all.insert(entry.key.to_ascii_lowercase(), addresses)),
        }
    }
    all
}

fn addresses(node: &Node, loading: &mut Loading) -> Vec<IpAddr> {
    let mut all = Vec::new();
    for item in loading.one_or_many(node) {
        let Some(text) = loading.word(item) else { continue };
        match text.trim_matches(['[', ']']).parse() {
            Ok(address) => all.push(address),
            Err(_) => {
                let wrong = Diagnostic::error("bad-address", &item.place, format!("`{text}` is not an IP address"));
                loading.report(wrong.help("for example `127.0.0.1`; the port is that of the URL"));
            }
        }
    }
    all
}

fn fault_of_endpoint(key: &str) -> Option<(String, String)> {
    let parts = key.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse::<u16>().ok()?)));
    match parts {
        None if key.contains("://") => {
            Some((format!("`{key}` is a URL, not a host and its port"), "write `api.example.com:443`".to_owned()))
        }
        None => Some((format!("`{key}` has no port"), format!("write `{key}:443` for https, `{key}:80` for http"))),
        Some(("", _)) => Some((format!("`{key}` names no host"), "write `api.example.com:443`".to_owned())),
        Some((host, _)) if host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() => {
            Some((format!("`{host}` is an address already"), "write the address in the URL".to_owned()))
        }
        Some(_) => None,
    }
}

fn unix_socket(entry: &Entry, fields: &Fields<'_>, loading: &mut Loading) -> Option<PathBuf> {
    for unused in ["proxy", "no_proxy", "resolve"].iter().filter_map(|name| fields.entry(name)) {
        let message = format!("`{}` says nothing beside `unix_socket`", unused.key);
        loading.report(Diagnostic::error("unused-key", &unused.key_place, message).help("leave one of them out"));
    }
    let path = loading.word(&entry.value)?;
    if !cfg!(unix) {
        let wrong = Diagnostic::error("no-sockets", &entry.key_place, "this system has no such sockets");
        loading.report(wrong.help("leave `unix_socket` out"));
        return None;
    }
    Some(loading.folder().join(path))
}

fn http_version(node: &Node, loading: &mut Loading) -> Option<HttpVersion> {
    let text = loading.word(node)?;
    let found = HttpVersion::WORDS.iter().find(|(word, _)| *word == text).map(|(_, version)| *version);
    if found.is_none() {
        let wrong = Diagnostic::error("unknown-word", &node.place, format!("`http_version` cannot be `{text}`"));
        let near = nearest(text, HttpVersion::WORDS.iter().map(|(word, _)| *word));
        loading.report(match near {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None => wrong.help("it can be `\"1.1\"` or `\"2\"`"),
        });
    }
    found
}

fn proxy(entry: &Entry, loading: &mut Loading) -> Option<WrittenProxy> {
    let node = &entry.value;
    if matches!(&node.value, Value::String(word) if word == "none") {
        return Some(WrittenProxy::None);
    }
    let before = loading.uses.len();
    let given = Given::load(node, loading)?;
    if let Some(other) = loading.uses[before..].iter().find(|read| read.name != "env") {
        let message = format!("`{}` is not known yet where connections are made", other.name);
        let wrong = Diagnostic::error("too-early", &other.place, message);
        loading.report(wrong.help("`proxy` may read the environment: `{{env.NAME}}`"));
        return None;
    }
    if let Given::Command(command) = &given {
        let wrong = Diagnostic::error("too-early", &command.place, "no command has run yet where connections are made");
        loading.report(wrong.help("`proxy` may read the environment: `{env: NAME}`"));
        return None;
    }
    match given.fixed().map(Proxy::parse) {
        Some(Err(bad)) => {
            loading.report(
                Diagnostic::error("bad-proxy", &given::masked(node), bad.to_string())
                    .help("for example `http://proxy.example.com:3128`, or `none` for none at all"),
            );
            return None;
        }
        Some(Ok(proxy)) if proxy.password().is_some() => loading.report(given::literal_secret("proxy", node)),
        _ => {}
    }
    Some(WrittenProxy::Url(given))
}

fn size(node: &Node, loading: &mut Loading) -> Option<u64> {
    let text = loading.word(node)?;
    let size = bytes(text);
    if size.is_none() {
        let wrong = Diagnostic::error("bad-size", &node.place, format!("`{text}` is not a size"));
        loading.report(wrong.help("write bytes, or a number and a unit: `500kB`, `16MiB`, `1GiB`"));
    }
    size
}

/// The bytes that a text such as `16MiB` means; at least one.
fn bytes(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "" | "B" => 1,
        "kB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    number.checked_mul(unit).filter(|bytes| *bytes > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_bytes_or_a_number_and_a_unit() {
        let table = [
            ("1000", Some(1000)),
            ("500kB", Some(500_000)),
            ("16 MiB", Some(16 << 20)),
            ("1GiB", Some(1 << 30)),
            ("0", None),
            ("16", Some(16)),
            ("16Mb", None),
            ("-1", None),
            ("", None),
            ("99999999999999999999", None),
            ("99999999999GiB", None),
        ];
        for (text, expected) in table {
            assert_eq!(bytes(text), expected, "{text}");
        }
    }
}
