//! Files that a spec names: found beside it, never above the project's root. Whether one that is read when a request is sent is there
//! already is for `check` to say.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::source::{BadFile, Place, Root, Source, read_text};
use crate::spec::{Loading, Spec, Text, schema};
use crate::yaml;
use crate::yaml::Node;

/// A file that is read when a request is sent, and where it is named.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    place: Place,
}

impl Loading {
    /// The path and text of a file that `node` names, found beside the spec.
    pub(crate) fn read_beside(&mut self, node: &Node) -> Option<(PathBuf, String)> {
        let path = self.path_beside(node)?;
        let name = node.scalar_text().unwrap_or_default().to_owned();
        let read = read_text(&path).map_err(|why| BadFile::Unreadable(name, why));
        Some((path, read.map_err(|bad| self.missing_file(node, &bad)).ok()?))
    }

    /// The path of a file that `node` names beside this one.
    pub(crate) fn path_beside(&mut self, node: &Node) -> Option<PathBuf> {
        let name = self.word(node)?.to_owned();
        let folder = self.folder().to_owned();
        let found = self.root().find(&folder, &name);
        found.map_err(|bad| self.missing_file(node, &bad)).ok()
    }

    /// The name of a file that is sent: it may not be there yet, but is no folder and does not lie outside of the project.
    pub(crate) fn sent_file(&mut self, node: &Node) -> Option<Text> {
        let text = self.text(node)?;
        let found = text.fixed().map(|name| self.root().find(self.folder(), name));
        match found {
            None | Some(Ok(_)) => {}
            Some(Err(BadFile::Missing(name))) => self.note_file(name, text.place().clone()),
            Some(Err(bad)) => self.missing_file(node, &bad),
        }
        Some(text)
    }

    /// Notes a file that is read when a request is sent.
    pub(crate) fn note_file(&mut self, name: String, place: Place) {
        self.files.push(Named { name, place });
    }

    /// Notes a file that is not there, or not where it may be.
    fn missing_file(&mut self, node: &Node, bad: &BadFile) {
        let wrong = Diagnostic::error("missing-file", &node.place, bad.to_string());
        self.report(wrong.help(bad.cure()));
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

/// Every file that a spec will read and that cannot be read now. Paths start at the folder of the file that names them.
pub(crate) fn missing(spec: &Spec, root: &Root) -> Vec<Diagnostic> {
    let found = spec.files.iter().filter_map(|file| {
        let folder = file.place.source().path().parent()?;
        let bad = root.find(folder, &file.name).err()?;
        let wrong = Diagnostic::error("missing-file", &file.place, bad.to_string());
        Some(wrong.help(bad.cure()))
    });
    found.collect()
}
