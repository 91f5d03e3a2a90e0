//! Proof that who trades a code is who asked for it (RFC 7636).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
};

use crate::secret::Secret;

/// A text that cannot be guessed: 256 bits in 43 characters that URLs leave as they are.
pub(super) fn random_text() -> Secret {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).expect("every supported system gives random bytes");
    Secret::new(URL_SAFE_NO_PAD.encode(bytes))
}

/// The challenge of a verifier by the method `S256` (RFC 7636 4.2).
pub(super) fn challenge(verifier: &Secret) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.expose().as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn random_texts_are_long_and_differ() {
        let (one, other) = (random_text(), random_text());
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), 43);
        assert!(one.expose().chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')));
    }
}
