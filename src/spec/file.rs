//! Files that a spec names: found beside it, never above the project's root.

use std::path::{Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::source::{BadFile, Source, read_text};
use crate::spec::{Loading, Text, schema};
use crate::yaml;
use crate::yaml::Node;

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
            Some(Err(BadFile::Missing(_))) => self.note_file(&text),
            Some(Err(bad)) => self.missing_file(node, &bad),
        }
        Some(text)
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
