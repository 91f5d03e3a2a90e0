//! The folder that bounds a project: no file that an author names lies outside of it.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::source::text::{NoText, size_of};

/// The folder that no file of a spec may lie outside of.
#[derive(Clone, Debug)]
pub(crate) struct Root(PathBuf);

/// Why a file could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadFile {
    #[error("`{0}` does not exist")]
    Missing(String),
    #[error("`{0}` lies outside of the project `{1}`")]
    Outside(String, String),
    #[error("`{0}` {1}")]
    Unreadable(String, NoText),
}

impl BadFile {
    /// What to do about it.
    pub(crate) fn cure(&self) -> &'static str {
        match self {
            Self::Unreadable(_, NoText::Folder | NoText::Irregular) => "name a regular file",
            _ => "paths start at the folder of the file they stand in and end below the project's root",
        }
    }
}

impl Root {
    /// The project's root; symbolic links are resolved.
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A path as messages and ids show it: below the root, with `/`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let below = path.strip_prefix(&self.0).unwrap_or(path);
        below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    /// The real path of a file named in `folder`.
    ///
    /// # Errors
    /// The file is missing, is none, or lies outside of the root once symbolic links are resolved.
    pub(crate) fn find(&self, folder: &Path, name: &str) -> Result<PathBuf, BadFile> {
        let path = folder.join(name).canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => BadFile::Missing(name.to_owned()),
            _ => BadFile::Unreadable(name.to_owned(), error.into()),
        })?;
        if !path.starts_with(&self.0) {
            return Err(BadFile::Outside(name.to_owned(), self.0.display().to_string()));
        }
        match size_of(&path) {
            Ok(_) => Ok(path),
            Err(why) => Err(BadFile::Unreadable(name.to_owned(), why)),
        }
    }
}
