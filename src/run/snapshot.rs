//! Snapshots as files beside the spec: read to compare with, written where that is asked for.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use uuid::Uuid;

use crate::expect::{Answer, Kept, Mismatch};
use crate::run::{
    case::{CaseRun, Cause},
    spec::SpecRun,
};
use crate::source::BadFile;
use crate::spec::snapshot::{Snapshot, is_below};

/// Where snapshots lie, beside their spec.
const FOLDER: &str = "snapshots";

impl SpecRun<'_> {
    /// In what an answer differs from its snapshot. Where that is asked for, and nothing else is wrong, it is kept anew.
    pub(crate) fn snapshot(
        &self,
        of: &CaseRun<'_>,
        answer: &Answer<'_>,
        is_good: bool,
    ) -> Result<Vec<Mismatch>, Cause> {
        let Some(snapshot) = &of.expect.snapshot else { return Ok(Vec::new()) };
        let layers = self.layers(of.case, of.draws, of.own);
        layers.with(|scope| {
            let name = snapshot.name.render(scope)?;
            if !is_below(&name) {
                let wrong = format!("`{name}` is no file below `{FOLDER}/`");
                return Err(Cause::error(wrong, Some(snapshot.name.place().clone())));
            }
            let kept = match Kept::of(snapshot, answer, &self.world.redactor, scope)? {
                Ok(kept) => kept,
                Err(why) => return Ok(vec![unreadable(snapshot, &name, &why)]),
            };
            let file = self.read(&name).map_err(|bad| Cause::error(bad.to_string(), Some(snapshot.place.clone())))?;
            let differences = file.as_ref().map(|(_, text)| kept.differences(text, snapshot, scope));
            let is_new = differences.as_ref().is_none_or(|differences| !differences.is_empty());
            if is_new && is_good && self.world.settings.update_snapshots {
                self.write(&name, file.map(|(path, _)| path), &kept).map_err(|error| {
                    Cause::error(
                        format!("the snapshot `{name}` cannot be written: {error}"),
                        Some(snapshot.place.clone()),
                    )
                })?;
                return Ok(Vec::new());
            }
            Ok(differences.map_or_else(|| vec![missing(snapshot, &name)], cured))
        })
    }

    /// The path and text of a snapshot, if it is there.
    fn read(&self, name: &str) -> Result<Option<(PathBuf, String)>, BadFile> {
        for name in candidates(name) {
            match self.files.root.find(&self.files.folder.join(FOLDER), &name) {
                Err(BadFile::Missing(_)) => {}
                Err(bad) => return Err(bad),
                Ok(path) => {
                    let text = fs::read_to_string(&path).map_err(|error| BadFile::Unreadable(name, error.into()))?;
                    return Ok(Some((path, text)));
                }
            }
        }
        Ok(None)
    }

    /// Writes a snapshot in place of the one before. Whoever reads it sees the one or the other.
    fn write(&self, name: &str, before: Option<PathBuf>, kept: &Kept) -> io::Result<()> {
        let path = self.files.folder.join(FOLDER).join(match has_extension(name) {
            true => name.to_owned(),
            false => format!("{name}.{}", kept.extension()),
        });
        let folder = path.parent().unwrap_or(&self.files.folder);
        fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        if !folder.starts_with(self.files.root.path()) {
            return Err(io::Error::other("it lies outside of the project"));
        }
        let draft = folder.join(format!(".{}.draft", Uuid::new_v4()));
        let path = folder.join(path.file_name().unwrap_or_default());
        let written = fs::write(&draft, kept.to_text()).and_then(|()| fs::rename(&draft, &path));
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written?;
        if let Some(before) = before.filter(|before| *before != path) {
            fs::remove_file(before)?;
        }
        self.world.wrote(path);
        Ok(())
    }
}

/// The files that a name may mean: with the ending that is written, or with one of those that are chosen.
fn candidates(name: &str) -> Vec<String> {
    match has_extension(name) {
        true => vec![name.to_owned()],
        false => ["json", "txt"].map(|extension| format!("{name}.{extension}")).to_vec(),
    }
}

fn has_extension(name: &str) -> bool {
    Path::new(name).extension().is_some()
}

fn missing(snapshot: &Snapshot, name: &str) -> Mismatch {
    Mismatch {
        place: snapshot.place.clone(),
        path: format!("snapshot {name}"),
        expected: "a snapshot to compare with".to_owned(),
        actual: "nothing".to_owned(),
        message: format!("snapshot {name}: it was never kept, so that there is nothing to compare with"),
        help: Some(CURE.to_owned()),
        diff: None,
    }
}

fn unreadable(snapshot: &Snapshot, name: &str, why: &str) -> Mismatch {
    Mismatch {
        message: format!("snapshot {name}: {why}"),
        actual: "no text".to_owned(),
        help: Some("what is no text is compared by its `sha256`".to_owned()),
        ..missing(snapshot, name)
    }
}

/// The differences, the first with what to do where they are meant.
fn cured(mut differences: Vec<Mismatch>) -> Vec<Mismatch> {
    if let Some(first) = differences.first_mut() {
        first.help = Some(format!("where the new answer is right, {CURE}"));
    }
    differences
}

/// How a snapshot is kept.
const CURE: &str =
    "`hallpass run --update` keeps it (`HALLPASS_UPDATE=1` under cargo); read what was kept before you commit it";
