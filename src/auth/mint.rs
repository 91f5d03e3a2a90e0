//! Signing JWTs (RFC 7515, 7518, 8037): a key once, then header and claims in, compact text out.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use ring::{
    hmac,
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
        RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair,
    },
};

use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::Algorithm;

/// A key to sign with.
pub(crate) enum SigningKey {
    Hmac(hmac::Key),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// Why a text is no key for an algorithm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(crate) struct BadKey {
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

/// The signed token: `header.claims.signature`.
pub(crate) fn mint(header: &Json<'_>, claims: &Json<'_>, key: &SigningKey) -> String {
    let part = |json: &Json<'_>| URL_SAFE_NO_PAD.encode(json.to_text());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

impl SigningKey {
    /// Reads a key: the secret itself for HMAC, else a private key in PEM.
    ///
    /// # Errors
    /// A text that holds no such key.
    pub(crate) fn read(algorithm: Algorithm, text: &Secret) -> Result<Self, BadKey> {
        let hmac = |kind| Ok(Self::Hmac(hmac::Key::new(kind, text.expose().as_bytes())));
        match algorithm {
            Algorithm::Hs256 => hmac(hmac::HMAC_SHA256),
            Algorithm::Hs384 => hmac(hmac::HMAC_SHA384),
            Algorithm::Hs512 => hmac(hmac::HMAC_SHA512),
            Algorithm::Rs256 => Ok(Self::Rsa(Box::new(rsa(text)?), &RSA_PKCS1_SHA256)),
            Algorithm::Ps256 => Ok(Self::Rsa(Box::new(rsa(text)?), &RSA_PSS_SHA256)),
            Algorithm::Es256 | Algorithm::Es384 => ecdsa(algorithm, text),
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&pkcs8(text)?);
                pair.map(|pair| Self::Ed25519(Box::new(pair))).map_err(|why| unfit(algorithm, &why))
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Hmac(key) => hmac::sign(key, message).as_ref().to_vec(),
            Self::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(*encoding, &random, message, &mut signature)
                    .expect("the signature is as long as the modulus");
                signature
            }
            Self::Ecdsa(pair) => {
                let signature = pair.sign(&random, message).expect("every supported system gives random bytes");
                signature.as_ref().to_vec()
            }
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey")
    }
}

fn rsa(text: &Secret) -> Result<RsaKeyPair, BadKey> {
    let (label, der) = pem(text)?;
    let pair = match label.as_str() {
        "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der),
        _ => RsaKeyPair::from_pkcs8(&der),
    };
    pair.map_err(|why| unfit(Algorithm::Rs256, &why))
}

fn ecdsa(algorithm: Algorithm, text: &Secret) -> Result<SigningKey, BadKey> {
    let kind = match algorithm {
        Algorithm::Es384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
        _ => &ECDSA_P256_SHA256_FIXED_SIGNING,
    };
    let pair = EcdsaKeyPair::from_pkcs8(kind, &pkcs8(text)?, &SystemRandom::new());
    pair.map(|pair| SigningKey::Ecdsa(Box::new(pair))).map_err(|why| unfit(algorithm, &why))
}

/// What ring cannot use: the wrong kind of key, a curve of another size, less than 2048 bits.
fn unfit(algorithm: Algorithm, why: &ring::error::KeyRejected) -> BadKey {
    let help = match algorithm {
        Algorithm::Es256 => "`ES256` needs a key on the curve P-256",
        Algorithm::Es384 => "`ES384` needs a key on the curve P-384",
        Algorithm::EdDsa => "`EdDSA` needs an Ed25519 key",
        _ => "an RSA key of 2048 to 4096 bits is needed",
    };
    BadKey { message: format!("the private key does not fit the algorithm: {why}"), help }
}

fn pkcs8(text: &Secret) -> Result<Vec<u8>, BadKey> {
    let (label, der) = pem(text)?;
    if label == "PRIVATE KEY" {
        return Ok(der);
    }
    Err(BadKey {
        message: format!("a key in the form `{label}` cannot be read"),
        help: "turn it into PKCS #8: `openssl pkcs8 -topk8 -nodes -in key.pem`",
    })
}

/// The label and the bytes of the private key in a text (RFC 7468). Line breaks may be written as `\n`, as environments often have them.
fn pem(text: &Secret) -> Result<(String, Vec<u8>), BadKey> {
    let text = text.expose().replace("\\n", "\n");
    let none = || BadKey {
        message: "it holds no private key in PEM".to_owned(),
        help: "it begins with `-----BEGIN PRIVATE KEY-----`; a public key or a certificate cannot sign",
    };
    let mut labels = text.split("-----BEGIN ").skip(1).filter_map(|block| block.split_once("-----"));
    let (label, rest) = labels.find(|(label, _)| label.ends_with("PRIVATE KEY")).ok_or_else(none)?;
    if label.starts_with("ENCRYPTED") || rest.contains("Proc-Type:") {
        let help = "take its password away: `openssl pkey -in key.pem -out plain.pem`";
        return Err(BadKey { message: "the private key is locked by a password".to_owned(), help });
    }
    let body: String = rest.split("-----").next().unwrap_or_default().split_whitespace().collect();
    Ok((label.to_owned(), STANDARD.decode(body).map_err(|_| none())?))
}

#[cfg(test)]
mod tests;
