//! The provider of `fixtures/idp` as a process: started for one test, ended with it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded::Serializer};

use crate::tls::Certified;

/// Where this is set, a missing provider is a failure.
const REQUIRED: &str = "HALLPASS_REQUIRE_IDP";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters";

/// A provider that runs.
pub(crate) struct Provider {
    process: Child,
    /// The line it printed when it was ready.
    ready: Value,
    /// That of its second port.
    server: Certified,
    /// That of the clients `tls` and `self_signed_tls`.
    client: Certified,
}

impl Provider {
    /// Starts one whose access tokens live this many seconds; none where it is not installed.
    pub(crate) fn start(token_lifetime: u64) -> Option<Self> {
        Self::with(json!({ "token_lifetime": token_lifetime }))
    }

    /// Starts one where the person at the browser says no.
    pub(crate) fn denying() -> Option<Self> {
        Self::with(json!({ "denies": true }))
    }

    fn with(mut settings: Value) -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/idp");
        let missing = missing(&folder);
        if let Some(missing) = missing {
            assert!(std::env::var_os(REQUIRED).is_none(), "{missing}, and {REQUIRED} is set");
            // Not by `eprintln!`: what a test that passes prints that way is not shown.
            let line = format!("skipped: {missing}; run `npm ci` in fixtures/idp\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            return None;
        }
        let (server, client) = (Certified::server(), Certified::client());
        settings["tls"] = json!({
            "certificate": server.certificate, "key": server.key,
            "client_certificate": client.certificate, "client_subject": "CN=robot",
        });
        let mut process = Command::new(node(&folder))
            .arg(folder.join("server.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(process.stdin.as_mut().unwrap(), "{settings}").unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            process.stderr.as_mut().unwrap().read_to_string(&mut line).unwrap();
            panic!("the provider did not start: {line}");
        }
        Some(Self { process, ready: serde_json::from_str(&line).unwrap(), server, client })
    }

    /// What it said of itself: `issuer`, `token_url`, `tls_url`, `resource`, `secret`.
    #[track_caller]
    pub(crate) fn told(&self, name: &str) -> &str {
        self.ready[name].as_str().unwrap()
    }

    /// The private key of the client that signs by this algorithm, in PEM.
    pub(crate) fn key(&self, algorithm: &str) -> &str {
        self.ready["keys"][algorithm].as_str().unwrap()
    }

    /// The certificate of its port with TLS, and that of its clients.
    pub(crate) fn certified(&self) -> (&Certified, &Certified) {
        (&self.server, &self.client)
    }

    /// How many of these there were.
    #[track_caller]
    pub(crate) fn count(&self, name: &str) -> u64 {
        self.send("GET", "/counts", "")[name].as_u64().unwrap()
    }

    /// A refresh token for the client `web` or `native`: the user `qa` logs in with a browser and agrees, and the code is traded.
    pub(crate) fn refresh_token(&self, client: &str) -> String {
        let redirect = format!("{}/callback", self.told("issuer"));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        let asked = form(&[
            ("client_id", client),
            ("response_type", "code"),
            ("redirect_uri", &redirect),
            ("scope", "openid offline_access items.read"),
            ("prompt", "consent"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let page = self.visit(&format!("{}/auth?{asked}", self.told("issuer")));
        let arrived = Url::parse(page["url"].as_str().unwrap()).unwrap();
        let code = arrived.query_pairs().find(|(name, _)| name == "code").unwrap_or_else(|| panic!("{page}")).1;
        let mut traded = vec![
            ("grant_type", "authorization_code"),
            ("client_id", client),
            ("code", &code),
            ("redirect_uri", &redirect),
            ("code_verifier", VERIFIER),
        ];
        traded.extend((client == "web").then(|| ("client_secret", self.told("secret"))));
        let reply = self.send("POST", "/oauth2/token", &form(&traded));
        reply["refresh_token"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned()
    }

    /// Where a person with a browser gets who goes to this address.
    pub(crate) fn visit(&self, url: &str) -> Value {
        self.send("GET", &format!("/person?{}", form(&[("url", url)])), "")
    }

    /// Sends a form and reads JSON.
    fn send(&self, method: &str, target: &str, form: &str) -> Value {
        let issuer = Url::parse(self.told("issuer")).unwrap();
        let host = format!("{}:{}", issuer.host_str().unwrap(), issuer.port().unwrap());
        let mut stream = TcpStream::connect(&host).unwrap();
        // By HTTP/1.0 the body ends with the connection.
        let head = format!("{method} {target} HTTP/1.0\r\nHost: {host}\r\nContent-Length: {}\r\n", form.len());
        write!(stream, "{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        let body = reply.split_once("\r\n\r\n").unwrap().1;
        serde_json::from_str(body).unwrap_or_else(|bad| panic!("{bad} in {reply}"))
    }
}

impl Drop for Provider {
    /// It ends when its standard input does.
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Pairs as a form.
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// What is not installed.
fn missing(folder: &Path) -> Option<&'static str> {
    if !folder.join("node_modules/oidc-provider").exists() {
        return Some("the packages of fixtures/idp are not installed");
    }
    let version = Command::new(node(folder)).arg("--version").output();
    version.is_err().then_some("there is no `node`")
}

/// The one that was installed with the provider, else that of the system.
fn node(folder: &Path) -> PathBuf {
    let own = folder.join("node_modules/.bin/node");
    if own.exists() { own } else { PathBuf::from("node") }
}
