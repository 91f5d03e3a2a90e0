//! Files and folders that only this user may read. Where the system has no such rights nothing is made.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use crate::auth::share::random;

/// Nothing that is shared is larger than this many bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The user that owns a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner(u32);

impl Owner {
    /// Who owns what this process makes in a folder: asked of a file that is made for it.
    pub(super) fn of_new_files(folder: &Path) -> io::Result<Self> {
        let probe = folder.join(temporary("probe"));
        let made = create(&probe).and_then(|file| file.metadata());
        let _ = fs::remove_file(&probe);
        Self::of(&made?).ok_or_else(|| io::ErrorKind::Unsupported.into())
    }
}

/// The name of a file that is only there for a moment: one like no other, which a sweep knows.
pub(super) fn temporary(name: &str) -> String {
    format!(".{name}.{:016x}{TEMPORARY}", u64::from_ne_bytes(random()))
}

/// How such names end.
pub(super) const TEMPORARY: &str = ".tmp";

/// Makes a file that was not there, for this user only.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    for_us_alone(&mut options);
    options.open(path)
}

/// Opens a file to lock it; makes it where it is not there.
pub(super) fn open_for_lock(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    for_us_alone(&mut options);
    options.open(path)
}

/// Makes a file with this content, whole or not at all: readers never see a part of it.
pub(super) fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(temporary(name));
    let written = create(&draft).and_then(|mut file| file.write_all(bytes));
    let replaced = written.and_then(|()| fs::rename(&draft, folder.join(name)));
    if replaced.is_err() {
        let _ = fs::remove_file(&draft);
    }
    replaced
}

/// As [`replace`], but a file that is there already stays as it is.
pub(super) fn make_once(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(temporary(name));
    let written = create(&draft).and_then(|mut file| file.write_all(bytes));
    let linked = written.and_then(|()| fs::hard_link(&draft, folder.join(name)));
    let _ = fs::remove_file(&draft);
    match linked {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        linked => linked,
    }
}

/// What a file holds; nothing unless it is a real file of this owner that nobody else may read.
pub(super) fn read(path: &Path, owner: Owner) -> Option<Vec<u8>> {
    let is_ours = |about: &Metadata| about.is_file() && is_private(about, owner) && about.len() <= LARGEST;
    if !fs::symlink_metadata(path).is_ok_and(|about| is_ours(&about)) {
        return None;
    }
    let file = File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.metadata().ok().filter(is_ours)?;
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// Whether this owner and nobody else may read it.
pub(super) fn is_private(about: &Metadata, owner: Owner) -> bool {
    mode(about) & 0o077 == 0 && Owner::of(about) == Some(owner)
}

#[cfg(unix)]
mod system {
    use std::{
        fs::{DirBuilder, Metadata, OpenOptions},
        io,
        os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
        path::Path,
    };

    use super::Owner;

    impl Owner {
        /// The owner of what this is about.
        pub(in crate::auth::share) fn of(about: &Metadata) -> Option<Self> {
            Some(Self(about.uid()))
        }

        /// The owner as a number.
        pub(in crate::auth::share) fn number(self) -> u32 {
            self.0
        }
    }

    /// Who may do what with it.
    pub(in crate::auth::share) fn mode(about: &Metadata) -> u32 {
        about.mode() & 0o7777
    }

    /// Lets nobody else read what is made.
    pub(super) fn for_us_alone(options: &mut OpenOptions) {
        options.mode(0o600);
    }

    /// Makes a folder that nobody else may enter.
    pub(in crate::auth::share) fn make_folder(path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }
}

#[cfg(not(unix))]
mod system {
    use std::{
        fs::{Metadata, OpenOptions},
        io,
        path::Path,
    };

    use super::Owner;

    impl Owner {
        /// Not known here.
        pub(in crate::auth::share) fn of(_: &Metadata) -> Option<Self> {
            None
        }

        /// The owner as a number.
        pub(in crate::auth::share) fn number(self) -> u32 {
            self.0
        }
    }

    /// Not known here: everybody may do everything.
    pub(in crate::auth::share) fn mode(_: &Metadata) -> u32 {
        0o777
    }

    /// Nothing is made here.
    pub(super) fn for_us_alone(_: &mut OpenOptions) {}

    /// Nothing is made here.
    pub(in crate::auth::share) fn make_folder(_: &Path) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

use system::for_us_alone;
pub(super) use system::{make_folder, mode};

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn a_file_is_read_only_where_it_is_real_ours_and_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let owner = Owner::of_new_files(folder.path()).unwrap();
        replace(folder.path(), "it", b"content").unwrap();
        let path = folder.path().join("it");
        assert_eq!(mode(&fs::metadata(&path).unwrap()), 0o600);
        assert_eq!(read(&path, owner).as_deref(), Some(&b"content"[..]));
        assert_eq!(read(&path, Owner(owner.0 + 1)), None, "of another");
        symlink(&path, folder.path().join("link")).unwrap();
        assert_eq!(read(&folder.path().join("link"), owner), None, "a link");
        assert_eq!(read(folder.path(), owner), None, "a folder");
        assert_eq!(read(&folder.path().join("missing"), owner), None, "missing");
        for open in [0o640, 0o604, 0o620, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(open)).unwrap();
            assert_eq!(read(&path, owner), None, "{open:o}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        File::options().write(true).open(&path).unwrap().set_len(LARGEST + 1).unwrap();
        assert_eq!(read(&path, owner), None, "too large");
    }

    #[test]
    fn what_is_made_once_stays_and_what_is_replaced_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let owner = Owner::of_new_files(folder.path()).unwrap();
        for text in ["first", "second"] {
            make_once(folder.path(), "once", text.as_bytes()).unwrap();
            replace(folder.path(), "often", text.as_bytes()).unwrap();
        }
        assert_eq!(read(&folder.path().join("once"), owner).unwrap(), b"first");
        assert_eq!(read(&folder.path().join("often"), owner).unwrap(), b"second");
        fs::create_dir(folder.path().join("in the way")).unwrap();
        assert!(replace(folder.path(), "in the way", b"x").is_err());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    }
}
