//! The place of one key's token: read without a lock, anything strange being a miss, and replaced as a whole.

use std::{fs, io};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::auth::share::{
    crypt::Cipher,
    entry::Entry,
    file,
    folder::Folder,
    lock::{self, Held},
    name::Salt,
};
use crate::json::Json;
use crate::secret::Secret;

/// What the files of this program look like; those of a later one may look otherwise.
const VERSION: u64 = 2;

/// The place of one key's token.
pub(crate) struct Slot {
    folder: Folder,
    name: String,
    /// None where the identity has no secret of its own.
    cipher: Option<Cipher>,
}

impl Slot {
    /// A place with this name; what is in it is encrypted with the secret, if there is one.
    pub(super) fn new(folder: Folder, name: String, secret: Option<&Secret>, salt: &Salt) -> Self {
        Self { folder, name, cipher: secret.map(|secret| Cipher::new(secret, salt)) }
    }

    /// What is there; nothing where the file is damaged, of somebody else, open to others, of a later version or sealed with another key.
    pub(super) fn read(&self) -> Option<Entry> {
        let bytes = file::read(&self.folder.path.join(self.file()), self.folder.owner)?;
        let json = Json::parse_bytes(&bytes).ok()?;
        if json.get("version")?.as_number()?.to_i64()? != i64::try_from(VERSION).ok()? {
            return None;
        }
        match &self.cipher {
            None => Entry::of_json(json.get("entry")?),
            Some(cipher) => {
                let sealed = STANDARD.decode(json.get("sealed")?.as_str()?).ok()?;
                let opened = cipher.open(&self.name, sealed)?;
                Entry::of_json(&Json::parse_bytes(&opened).ok()?)
            }
        }
    }

    /// Puts something there in place of what there is.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(&self, entry: &Entry) -> io::Result<()> {
        let entry = entry.to_json();
        let content = match &self.cipher {
            None => ("entry", entry),
            Some(cipher) => {
                let sealed = cipher.seal(&self.name, entry.to_text().into_bytes());
                ("sealed", STANDARD.encode(sealed).into())
            }
        };
        let members = [("version", VERSION.into()), content];
        let json = Json::object(members);
        file::replace(&self.folder.path, &self.file(), json.to_text().as_bytes())
    }

    /// Takes away what is there. Whether there was anything.
    ///
    /// # Errors
    /// It cannot be taken away.
    pub(super) fn remove(&self) -> io::Result<bool> {
        match fs::remove_file(self.folder.path.join(self.file())) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The right to write, if nobody has it.
    ///
    /// # Errors
    /// There can be no lock.
    pub(super) fn try_lock(&self) -> io::Result<Option<Held>> {
        lock::try_lock(&self.folder.path.join(format!("{}.lock", self.name)))
    }

    /// Notes for everyone that the API took a token. Whether that is done: it is not while somebody else writes.
    pub(crate) fn accept(&self) -> bool {
        let Ok(Some(_held)) = self.try_lock() else { return false };
        match self.read() {
            Some(entry) if !entry.accepted => self.write(&Entry { accepted: true, ..entry }).is_ok(),
            _ => true,
        }
    }

    fn file(&self) -> String {
        format!("{}.json", self.name)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
        path::PathBuf,
        time::SystemTime,
    };

    use super::*;
    use crate::auth::{
        share::{entry::Kept, file::Owner},
        token::tests::issued,
    };

    /// A slot in a folder of its own.
    fn slot(secret: Option<&str>) -> (tempfile::TempDir, Slot) {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder { path: root.path().to_owned(), owner: Owner::of_new_files(root.path()).unwrap() };
        let salt = Salt::of(&folder).unwrap();
        let slot = Slot::new(folder, "name".to_owned(), secret.map(Secret::new).as_ref(), &salt);
        (root, slot)
    }

    fn entry() -> Entry {
        let kept = Kept { issued: issued("the-token", 3600), asked: SystemTime::now() };
        Entry { generation: 3, token: Some(kept), ..Entry::default() }
    }

    fn path(slot: &Slot) -> PathBuf {
        slot.folder.path.join("name.json")
    }

    #[test]
    fn what_is_written_is_read_and_closed_to_others() {
        for secret in [None, Some("s3cret")] {
            let (_keep, slot) = slot(secret);
            assert!(slot.read().is_none());
            slot.write(&entry()).unwrap();
            assert_eq!(slot.read().unwrap().generation, 3);
            assert_eq!(file::mode(&fs::metadata(path(&slot)).unwrap()), 0o600);
            let text = fs::read_to_string(path(&slot)).unwrap();
            assert_eq!(text.contains("the-token"), secret.is_none(), "{text}");
            assert!(!text.contains("s3cret"));
        }
    }

    #[test]
    fn whatever_is_strange_is_a_miss() {
        let (_keep, slot) = slot(Some("s3cret"));
        slot.write(&entry()).unwrap();
        let good = fs::read_to_string(path(&slot)).unwrap();
        let rows = [
            String::new(),
            "not json".to_owned(),
            good[..good.len() / 2].to_owned(),
            good.replace("\"version\":2", "\"version\":3"),
            good.replace("\"version\":2", "\"version\":\"2\""),
            good.replace("\"sealed\":\"", "\"sealed\":\"AAAA"),
            good.replace("\"sealed\":\"", "\"sealed\":\"!"),
            format!(r#"{{"version":2,"entry":{}}}"#, entry().to_json().to_text()),
        ];
        for text in rows {
            assert_ne!(text, good);
            fs::write(path(&slot), &text).unwrap();
            assert!(slot.read().is_none(), "{text}");
        }
        fs::write(path(&slot), &good).unwrap();
        assert!(slot.read().is_some());
        fs::set_permissions(path(&slot), Permissions::from_mode(0o644)).unwrap();
        assert!(slot.read().is_none(), "open to others");
        slot.write(&entry()).unwrap();
        assert!(slot.read().is_some(), "a strange file is replaced");
    }

    #[test]
    fn that_a_token_was_taken_is_noted_once_nobody_else_writes() {
        let (_keep, slot) = slot(None);
        assert!(slot.accept(), "there is nothing to note it in");
        slot.write(&entry()).unwrap();
        let held = slot.try_lock().unwrap();
        assert!(!slot.accept());
        drop(held);
        assert!(!slot.read().unwrap().accepted);
        assert!(slot.accept());
        assert!(slot.read().unwrap().accepted);
    }
}
