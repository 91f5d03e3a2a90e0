//! `report`: what `hallpass run` writes without being asked. Which formats there are is for the command to say.

use std::path::{Component, Path, PathBuf};

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::Loading;
use crate::yaml::{Entry, Node};

/// A report that is written after each run.
#[derive(Clone, Debug)]
pub(crate) struct DefaultReport {
    /// As written: `junit`.
    pub(crate) format: String,
    /// Where the format was written.
    pub(crate) place: Place,
    /// The file, below the folder of the project file.
    pub(crate) path: PathBuf,
}

impl DefaultReport {
    /// Reads the map of `report`.
    pub(crate) fn load_all(node: &Node, loading: &mut Loading) -> Vec<Self> {
        let entries = loading.map(node);
        entries.iter().filter_map(|entry| Self::load(entry, loading)).collect()
    }

    fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let written = loading.word(&entry.value)?;
        if !stays_below(Path::new(written)) {
            let message = format!("`{written}` does not lie below the project");
            let wrong = Diagnostic::error("bad-path", &entry.value.place, message);
            loading.report(wrong.help("write a path from the folder of hallpass.yaml, such as `target/junit.xml`"));
            return None;
        }
        let path = loading.folder().join(written);
        Some(Self { format: entry.key.clone(), place: entry.key_place.clone(), path })
    }
}

fn stays_below(path: &Path) -> bool {
    let mut parts = path.components().peekable();
    parts.peek().is_some() && parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
