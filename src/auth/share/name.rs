//! Names of files from keys of tokens: hashed with random bytes that lie beside them, so that a list of names allows no guessing.

use std::path::PathBuf;

use crate::auth::{
    key::{Key, Keys},
    share::{
        file,
        folder::{BadFolder, Folder},
        random,
    },
};

/// The file with the random bytes.
const FILE: &str = "salt";
const LENGTH: usize = 32;

/// The random bytes of a folder.
#[derive(Clone)]
pub(super) struct Salt([u8; LENGTH]);

/// Why a folder has no random bytes.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoSalt {
    #[error(transparent)]
    Folder(#[from] BadFolder),
    #[error("`{0}` is damaged or open to others; remove it")]
    Damaged(PathBuf),
}

impl Salt {
    /// The random bytes of a folder: those that the first of all processes made.
    ///
    /// # Errors
    /// They cannot be made, or are not ours alone.
    pub(super) fn of(folder: &Folder) -> Result<Self, NoSalt> {
        let path = folder.path.join(FILE);
        if !path.exists() {
            let made = file::make_once(&folder.path, FILE, &random::<LENGTH>());
            made.map_err(|error| BadFolder::Unusable(path.clone(), error))?;
        }
        let bytes = file::read(&path, folder.owner).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(NoSalt::Damaged(path))
    }

    /// The name of the file for what has this key.
    pub(super) fn name(&self, key: impl Fn(&Keys) -> Key) -> String {
        key(&Keys::salted(&self.0)).name()
    }

    /// The bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;

    use super::*;
    use crate::auth::{
        grant::tests::{client, grant},
        share::file::Owner,
    };
    use crate::secret::Secret;
    use crate::spec::auth::ClientAuth;

    const URL: &str = "https://id.example.com/oauth2/token";

    fn folder() -> (tempfile::TempDir, Folder) {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().to_owned();
        let owner = Owner::of_new_files(&path).unwrap();
        (root, Folder { path, owner })
    }

    #[test]
    fn one_folder_gives_one_name_and_another_gives_another() {
        let ((_keep, one), (_too, other)) = (folder(), folder());
        let name = |folder: &Folder| Salt::of(folder).unwrap().name(|keys| keys.of(&grant(URL)));
        assert_eq!(name(&one), name(&one));
        assert_ne!(name(&one), name(&other));
        assert_eq!(name(&one).len(), 64);
        let mut another = grant(URL);
        another.client = client("id", &Secret::new("another"), ClientAuth::Basic);
        assert_ne!(Salt::of(&one).unwrap().name(|keys| keys.of(&another)), name(&one));
    }

    #[test]
    fn damaged_random_bytes_are_not_used() {
        let (_keep, folder) = folder();
        for bytes in [&b""[..], b"short", &[0; LENGTH + 1]] {
            file::replace(&folder.path, FILE, bytes).unwrap();
            assert!(matches!(Salt::of(&folder), Err(NoSalt::Damaged(_))));
        }
        fs::remove_file(folder.path.join(FILE)).unwrap();
        assert!(Salt::of(&folder).is_ok());
    }
}
