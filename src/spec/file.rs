//! Files that a spec names: found beside it, never above the project's root.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{diagnostic::Diagnostic, json::Json, spec::Loading, spec::schema, source::Source, yaml, yaml::Node};

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
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, io::Error),
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

    /// The real path of a file named in `folder`.
    ///
    /// # Errors
    /// The file is missing, or lies outside of the root once symbolic links are resolved.
    pub(crate) fn find(&self, folder: &Path, name: &str) -> Result<PathBuf, BadFile> {
        let path = folder.join(name).canonicalize().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => BadFile::Missing(name.to_owned()),
            _ => BadFile::Unreadable(name.to_owned(), error),
        })?;
        if path.starts_with(&self.0) {
            Ok(path)
        } else {
            Err(BadFile::Outside(name.to_owned(), self.0.display().to_string()))
        }
    }
}

impl Loading {
    /// The path and text of a file that `node` names, found beside the spec.
    pub(crate) fn read_beside(&mut self, node: &Node) -> Option<(PathBuf, String)> {
        let name = self.word(node)?.to_owned();
        let folder = self.folder().to_owned();
        let read = self.root().find(&folder, &name).and_then(|path| {
            let text = fs::read_to_string(&path).map_err(|error| BadFile::Unreadable(name.clone(), error))?;
            Ok((path, text))
        });
        read.map_err(|bad| {
            let wrong = Diagnostic::error("missing-file", &node.place, bad.to_string());
            self.report(wrong.help("paths start at the folder of the spec and end below the project's root"));
        })
        .ok()
    }

    /// The JSON or YAML of a file that `node` names.
    pub(crate) fn parse_data(&mut self, node: &Node, path: &Path, text: &str) -> Option<Json<'static>> {
        if path.extension().is_some_and(|extension| extension == "json") {
            return match Json::parse(text) {
                Ok(json) => Some(json.into_owned()),
                Err(bad) => {
                    self.report(Diagnostic::error("bad-file", &node.place, format!("the file is not JSON: {bad}")));
                    None
                }
            };
        }
        let name = node.scalar_text().unwrap_or_default();
        let parsed = yaml::parse(&Source::new(name, path, text.to_owned()));
        self.problems.extend(parsed.problems);
        parsed.root.as_ref().map(schema::plain)
    }
}
