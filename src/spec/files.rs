//! Files that are read when a request is sent: whether they are there already is for `check` to say.

use crate::diagnostic::Diagnostic;
use crate::source::{Place, Root};
use crate::spec::{Loading, Spec, Text};

/// A file that is read when a request is sent, and where it is named.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    name: String,
    place: Place,
}

impl Loading {
    /// Notes the file that a text names, unless a template stands in it.
    pub(crate) fn note_file(&mut self, text: &Text) {
        if let Some(name) = text.fixed() {
            self.files.push(Named { name: name.to_owned(), place: text.place().clone() });
        }
    }

    /// Notes a file that an expression reads.
    pub(crate) fn note_file_at(&mut self, name: &str, place: Place) {
        self.files.push(Named { name: name.to_owned(), place });
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
