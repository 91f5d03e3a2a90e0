//! What a demo is started with. The defaults are a small shop with three clients and one user.

use std::time::Duration;

/// How the servers of a [`Demo`](super::Demo) behave.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long an access token is accepted.
    pub token_lifetime: Duration,
    /// What the provider says about that.
    pub expires_in: ExpiresIn,
    /// Who may ask for tokens.
    pub clients: Vec<Client>,
    /// People who may ask for tokens through a client, log in at `/session` and use `/basic`.
    pub users: Vec<User>,
    /// What opens `/key`.
    pub api_key: String,
    /// The secret that tokens for `/signed` are signed with (HS256).
    pub signing_key: String,
    /// The name of the key that requests below `/aws/` are signed with (Signature Version 4).
    pub access_key_id: String,
    /// That key.
    pub secret_access_key: String,
    /// What has to come with it; empty where the key is there for good.
    pub session_token: String,
    /// How long a code of `/device_authorization` can be entered.
    pub device_lifetime: Duration,
    /// How often a device may ask whether its code was entered.
    pub device_interval: Duration,
    /// Whether a refresh token is replaced each time it is used.
    pub rotate_refresh_tokens: bool,
    /// Whether the provider answers at the origin of the API, as where one gateway stands before both.
    pub one_origin: bool,
    /// Whether the API refuses every token, as one with a wrong audience would.
    pub api_always_unauthorized: bool,
    /// Whether the API answers an expired token with 200 and an empty object, as some do, and not with 401.
    pub expired_is_empty: bool,
    /// How long the token endpoint takes for each answer.
    pub token_latency: Duration,
    /// How long the API takes for each answer.
    pub api_latency: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            token_lifetime: Duration::from_secs(3),
            expires_in: ExpiresIn::Honest,
            clients: vec![
                Client::new("shop-reader", "reader-secret", &["items.read"]),
                Client::new("shop-editor", "editor-secret+/=&\"é", &["items.read", "items.write", "orders.read"]),
                Client::new("shop-cli", "", &["items.read", "items.write"]),
            ],
            users: vec![User { name: "qa".to_owned(), password: "qa pass+word%".to_owned() }],
            api_key: "demo-key-7f3a9c".to_owned(),
            signing_key: "demo-signing-key-0f2b71".to_owned(),
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
            session_token: String::new(),
            device_lifetime: Duration::from_secs(600),
            device_interval: Duration::from_secs(1),
            rotate_refresh_tokens: true,
            one_origin: false,
            api_always_unauthorized: false,
            expired_is_empty: false,
            token_latency: Duration::ZERO,
            api_latency: Duration::ZERO,
        }
    }
}

/// What a token reply says in `expires_in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpiresIn {
    /// The real lifetime in seconds.
    Honest,
    /// This JSON text, whatever the real lifetime is: `3600`, `"3600"`, `-1`.
    Claimed(String),
    /// Nothing.
    Absent,
}

/// A program that may ask for tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its name.
    pub id: String,
    /// Its password; empty where it has none, and asks for people only (RFC 6749, section 2.1).
    pub secret: String,
    /// What it may ask for; all of it where it asks for nothing.
    pub scopes: Vec<String>,
    /// The public half of the key that it signs assertions with: an uncompressed point of a curve, an Ed25519 key, or an
    /// `RSAPublicKey` in DER.
    pub public_key: Option<Vec<u8>>,
    /// The certificate in DER that alone says who it is (RFC 8705), where there is one; its tokens are bound to it. It is
    /// read in the header `Client-Cert`, where whatever ends TLS in front of the demo says what it was shown (RFC 9440).
    pub certificate: Option<Vec<u8>>,
    /// Whether its tokens are bound to a key that it proves to hold.
    pub dpop: Dpop,
}

/// What a client has to prove of the key that its tokens are bound to (RFC 9449).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dpop {
    /// A token is bound where a proof comes with its request.
    #[default]
    Allowed,
    /// No token without a proof.
    Required,
    /// Proofs need a nonce that the server gave, each good for one request.
    WithNonce,
}

impl Client {
    /// A client.
    #[must_use]
    pub fn new(id: &str, secret: &str, scopes: &[&str]) -> Self {
        let scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        let (id, secret) = (id.to_owned(), secret.to_owned());
        Self { id, secret, scopes, public_key: None, certificate: None, dpop: Dpop::Allowed }
    }

    /// The same with the public half of the key that it signs assertions with.
    #[must_use]
    pub fn with_key(self, public_key: &[u8]) -> Self {
        Self { public_key: Some(public_key.to_owned()), ..self }
    }

    /// The same with the certificate that says who it is.
    #[must_use]
    pub fn with_certificate(self, der: &[u8]) -> Self {
        Self { certificate: Some(der.to_owned()), ..self }
    }

    /// The same with what it has to prove of the key that its tokens are bound to.
    #[must_use]
    pub fn with_dpop(self, dpop: Dpop) -> Self {
        Self { dpop, ..self }
    }
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name to log in with.
    pub name: String,
    /// The password.
    pub password: String,
}
