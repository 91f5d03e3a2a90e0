//! The key that assertions of a client are signed with, as written (RFC 7523).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::diagnostic::Diagnostic;
use crate::spec::{
    Loading,
    auth::{choice::choice, client::ClientAuth, fixed::required_secret, given::Given, minted::Algorithm},
};
use crate::yaml::Fields;

/// A key and how it signs.
#[derive(Clone, Debug)]
pub(crate) struct Signing {
    pub(crate) key: Given,
    pub(crate) key_id: Option<Given>,
    pub(crate) algorithm: Algorithm,
    /// Of the certificate that the key belongs to, in hexadecimal digits.
    pub(crate) thumbprint: Option<Given>,
    pub(crate) dates: Dates,
}

/// When an assertion begins and ends, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dates {
    /// How far back it begins.
    pub(crate) back: u64,
    /// How long it is good from there.
    pub(crate) lasts: u64,
}

/// What is said of a text that is no thumbprint, and the cure.
pub(crate) const BAD_THUMBPRINT: &str = "`thumbprint` is not the thumbprint of a certificate";
pub(crate) const THUMBPRINT_HELP: &str =
    "40 (SHA-1) or 64 (SHA-256) hexadecimal digits, as `openssl x509 -noout -fingerprint -in cert.pem` prints them";

/// A thumbprint in hexadecimal digits as a member of a JOSE header (RFC 7515 4.1.7, 4.1.8): `x5t`, or `x5t#S256` for SHA-256.
pub(crate) fn thumbprint(text: &str) -> Option<(&'static str, String)> {
    let digits: Vec<_> = text.chars().filter(|c| *c != ':' && !c.is_whitespace()).map(|c| c.to_digit(16)).collect();
    let digits: Vec<u32> = digits.into_iter().collect::<Option<_>>()?;
    let name = match digits.len() {
        40 => "x5t",
        64 => "x5t#S256",
        _ => return None,
    };
    let bytes: Vec<u8> = digits.chunks(2).filter_map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok()).collect();
    Some((name, URL_SAFE_NO_PAD.encode(bytes)))
}

/// The keys that say how something is signed.
const KEYS: [&str; 3] = ["key", "key_id", "alg"];

impl Signing {
    /// Reads `key`, `key_id` and `alg`, where the client or its grant signs anything; where nothing does, they are problems.
    pub(crate) fn load(
        fields: &Fields<'_>,
        auth: ClientAuth,
        secret: Option<&Given>,
        grant_signs: bool,
        loading: &mut Loading,
    ) -> Option<Option<Self>> {
        match auth {
            ClientAuth::SecretJwt if grant_signs => {
                let message =
                    "`client_auth: secret_jwt` and an assertion of the grant would be signed by different keys";
                let wrong = Diagnostic::error("two-signatures", fields.place(), message);
                loading.report(wrong.help("use `client_auth: private_key_jwt` or `post`"));
                None
            }
            ClientAuth::SecretJwt => {
                let unused = refuse(fields, &["key"], "`client_auth: secret_jwt` signs with `client_secret`", loading);
                let signing = Self::with(fields, secret.cloned(), Algorithm::Hs256, Some(true), loading);
                signing.filter(|_| !unused).map(Some)
            }
            ClientAuth::PrivateKeyJwt => {
                let key = required_secret(fields, "key", loading);
                Self::with(fields, key, Algorithm::Rs256, Some(false), loading).map(Some)
            }
            ClientAuth::Tls if !grant_signs => {
                let unused = refuse(fields, &["key_id", "alg"], "nothing is signed by `client_auth: tls`", loading);
                (!unused).then_some(None)
            }
            _ if grant_signs => {
                let key = required_secret(fields, "key", loading);
                Self::with(fields, key, Algorithm::Rs256, None, loading).map(Some)
            }
            _ => {
                let why = format!("nothing is signed by `client_auth: {}`", auth.word());
                (!refuse(fields, &KEYS, &why, loading)).then_some(None)
            }
        }
    }

    /// `symmetric` says which algorithms fit, where not all do.
    fn with(
        fields: &Fields<'_>,
        key: Option<Given>,
        usual: Algorithm,
        symmetric: Option<bool>,
        loading: &mut Loading,
    ) -> Option<Self> {
        let fitting: Vec<_> = Algorithm::WORDS
            .iter()
            .filter(|(_, it)| symmetric.is_none_or(|wanted| it.is_symmetric() == wanted))
            .copied()
            .collect();
        let algorithm = match fields.entry("alg") {
            Some(entry) => choice(entry, &fitting, loading),
            None => Some(usual),
        };
        let key_id = fields.get("key_id").map(|node| Given::load(node, loading));
        Some(Self {
            key: key?,
            key_id: key_id.map_or(Some(None), |it| it.map(Some))?,
            algorithm: algorithm?,
            thumbprint: None,
            dates: Dates { back: 0, lasts: 60 },
        })
    }
}

/// Reports those of these keys that are written; whether any is.
fn refuse(fields: &Fields<'_>, names: &[&str], why: &str, loading: &mut Loading) -> bool {
    let written: Vec<_> = fields.entries().iter().filter(|entry| names.contains(&entry.key.as_str())).collect();
    for entry in &written {
        let wrong = Diagnostic::error("unused-key", &entry.key_place, format!("`{}` is not used: {why}", entry.key));
        loading.report(wrong.help("write `client_auth: private_key_jwt`, or leave it out"));
    }
    !written.is_empty()
}
