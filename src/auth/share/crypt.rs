//! Encryption of what is shared, with a key that only who knows the identity's secret can make.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf::{HKDF_SHA256, Salt as Extractor},
};

use crate::auth::share::{name::Salt, random};
use crate::secret::Secret;

/// What the key is for (RFC 5869 3.2).
const USE: &[u8] = b"hallpass shared token 1";

/// Seals and opens: AES-256-GCM with a key by HKDF.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    /// The cipher of a secret in a folder.
    pub(super) fn new(secret: &Secret, salt: &Salt) -> Self {
        let extracted = Extractor::new(HKDF_SHA256, salt.bytes()).extract(secret.expose().as_bytes());
        let expanded = extracted.expand(&[USE], &AES_256_GCM).expect("HKDF gives keys of 32 bytes");
        Self(LessSafeKey::new(UnboundKey::from(expanded)))
    }

    /// Seals bytes under a name: a nonce, what is encrypted, its tag.
    pub(super) fn seal(&self, name: &str, mut bytes: Vec<u8>) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = random();
        let sealed = self.0.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(name.as_bytes()),
            &mut bytes,
        );
        sealed.expect("AES-GCM seals up to 64 GiB");
        [&nonce[..], &bytes].concat()
    }

    /// What was sealed under this name with this secret; nothing for anything else.
    pub(super) fn open(&self, name: &str, mut sealed: Vec<u8>) -> Option<Vec<u8>> {
        let mut bytes = sealed.split_off(NONCE_LEN.min(sealed.len()));
        let nonce = Nonce::try_assume_unique_for_key(&sealed).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(name.as_bytes()), &mut bytes).ok()?;
        Some(opened.to_vec())
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use crate::auth::share::{file::Owner, folder::Folder};

    fn salt() -> Salt {
        let root = tempfile::tempdir().unwrap();
        let owner = Owner::of_new_files(root.path()).unwrap();
        Salt::of(&Folder { path: root.path().to_owned(), owner }).unwrap()
    }

    #[test]
    fn what_is_sealed_is_opened_by_the_same_secret_salt_and_name_only() {
        let (one, other) = (salt(), salt());
        let cipher = |secret: &str, salt| Cipher::new(&Secret::new(secret), salt);
        let sealed = cipher("s", &one).seal("name", b"token".to_vec());
        assert!(!sealed.windows(5).any(|part| part == b"token"));
        assert_ne!(sealed, cipher("s", &one).seal("name", b"token".to_vec()), "each seal has a nonce of its own");
        let mut damaged = sealed.clone();
        damaged[NONCE_LEN] ^= 1;
        let rows = [
            (cipher("s", &one), "name", sealed.clone(), true),
            (cipher("t", &one), "name", sealed.clone(), false),
            (cipher("s", &other), "name", sealed.clone(), false),
            (cipher("s", &one), "other", sealed.clone(), false),
            (cipher("s", &one), "name", damaged, false),
            (cipher("s", &one), "name", sealed[..20].to_vec(), false),
            (cipher("s", &one), "name", Vec::new(), false),
        ];
        for (number, (cipher, name, sealed, opens)) in rows.into_iter().enumerate() {
            assert_eq!(cipher.open(name, sealed).is_some_and(|it| it == b"token"), opens, "row {number}");
        }
    }
}
