//! The text of a file that an author wrote, or why it gives none: nothing is opened that would wait, nothing is read without end.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How many bytes a text may have, in MiB.
const MOST_MIB: u64 = 16;

/// Why a file gives no text, as said of its name.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoText {
    #[error("cannot be read: {0}")]
    Failed(#[from] io::Error),
    #[error("is a link to `{0}`, which does not exist")]
    Lost(PathBuf),
    #[error("is a folder, not a file")]
    Folder,
    #[error("is not a regular file")]
    Irregular,
    #[error("has more than {MOST_MIB} MiB")]
    Large,
    #[error("is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
}

/// What a file holds.
///
/// # Errors
/// There is no such file, it is something else, it cannot be read, it is too large, or it is not UTF-8.
pub(crate) fn read_text(path: &Path) -> Result<String, NoText> {
    if size_of(path)? > MOST_MIB << 20 {
        return Err(NoText::Large);
    }
    String::from_utf8(fs::read(path)?).map_err(|error| NoText::NotUtf8(error.utf8_error().valid_up_to()))
}

/// How many bytes a regular file has. Anything else may never end, or wait for a writer.
///
/// # Errors
/// There is no such file, or it is something else.
pub(crate) fn size_of(path: &Path) -> Result<u64, NoText> {
    match fs::metadata(path) {
        Ok(about) if about.is_file() => Ok(about.len()),
        Ok(about) if about.is_dir() => Err(NoText::Folder),
        Ok(_) => Err(NoText::Irregular),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(fs::read_link(path).map_or(NoText::Failed(error), NoText::Lost))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str| read_text(&folder.path().join(name)).unwrap_err().to_string();
        fs::write(folder.path().join("latin1"), b"caf\xe9").unwrap();
        fs::File::create(folder.path().join("large")).unwrap().set_len((16 << 20) + 1).unwrap();
        fs::File::create(folder.path().join("as large")).unwrap().set_len(16 << 20).unwrap();
        assert_eq!(said(""), "is a folder, not a file");
        assert!(said("nothing").starts_with("cannot be read: "), "{}", said("nothing"));
        assert_eq!(said("latin1"), "is not UTF-8 from byte 3 on");
        assert_eq!(said("large"), "has more than 16 MiB");
        assert_eq!(read_text(&folder.path().join("as large")).unwrap().len(), 16 << 20);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_sockets_are_named_too() {
        let folder = tempfile::tempdir().unwrap();
        let said = |name: &str| read_text(&folder.path().join(name)).unwrap_err().to_string();
        std::os::unix::fs::symlink("nowhere", folder.path().join("lost")).unwrap();
        std::os::unix::fs::symlink("circle", folder.path().join("circle")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
        assert_eq!(said("lost"), "is a link to `nowhere`, which does not exist");
        assert!(said("circle").starts_with("cannot be read: "), "{}", said("circle"));
        assert_eq!(said("socket"), "is not a regular file");
    }
}
