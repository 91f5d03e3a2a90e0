//! A report becomes a file, whole or not at all.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the report `{path}` cannot be written: {cause}")]
pub(crate) struct Unwritten {
    path: String,
    cause: io::Error,
}

/// Writes a report beside its place and moves it there, so that nobody reads half of it; missing folders are made.
///
/// What is no file (`/dev/stdout`, a pipe) is written to as it is.
///
/// # Errors
/// The folder or the file cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Unwritten> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let written = match fs::metadata(&target) {
        Ok(there) if !there.is_file() && !there.is_dir() => fs::write(&target, text),
        Ok(there) if there.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
        _ => replace(&target, text),
    };
    written.map_err(|cause| Unwritten { path: path.display().to_string(), cause })
}

fn replace(target: &Path, text: &str) -> io::Result<()> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
    }
    let beside = beside(target)?;
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, target));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn beside(target: &Path) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let temporary = format!(".{}.{}.tmp", name.to_string_lossy(), uuid::Uuid::new_v4().simple());
    Ok(target.with_file_name(temporary))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_replaces_the_last_one_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out/deep/report.xml");
        write(&path, "a long first one").unwrap();
        write(&path, "second").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn an_error_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let rows = [
            (folder.path().to_owned(), "it is a folder"),
            (folder.path().join("file/report.xml"), "report.xml"),
            (PathBuf::from(".."), "it is a folder"),
            (PathBuf::new(), "it names no file"),
        ];
        for (path, words) in rows {
            let message = write(&path, "x").unwrap_err().to_string();
            assert!(message.starts_with(&format!("the report `{}` cannot be written: ", path.display())), "{message}");
            assert!(message.contains(words), "{message}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_and_a_device_stay_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        write(Path::new("/dev/null"), "nothing").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
