//! Finding spec files and loading them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::diagnostic::Diagnostic;
use crate::outcome::BrokenFile;
use crate::plan::{Plan, SpecPlan};
use crate::project::{FILE, Project};
use crate::source::Source;
use crate::spec::{Known, Spec};

/// A spec file that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Discovered {
    /// The path below the project's root, with `/`.
    pub(crate) shown: String,
    /// What opens it.
    pub(crate) path: PathBuf,
}

/// Paths that lead to no spec.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotFound {
    #[error("`{0}` does not exist")]
    Missing(String),
    #[error("`{pattern}` is not a glob: {why}")]
    BadGlob { pattern: String, why: String },
    #[error("`{path}` cannot be read: {why}")]
    Unreadable { path: String, why: String },
}

/// The spec files that paths lead to: a file, every `.yaml` and `.yml` below a folder, or a glob. Sorted, each once.
///
/// `base` is where relative paths begin.
///
/// # Errors
/// A path that is neither a glob nor there.
pub(crate) fn discover(paths: &[String], base: &Path, project: &Project) -> Result<Vec<Discovered>, NotFound> {
    let mut found = Vec::new();
    for written in paths {
        let path = base.join(written);
        if path.is_file() {
            found.push(path);
        } else if path.is_dir() {
            below(&path, |_| true, &mut found)?;
        } else if written.contains(['*', '?', '[', '{']) {
            globbed(written, base, &mut found)?;
        } else {
            return Err(NotFound::Missing(written.clone()));
        }
    }
    let mut found: Vec<_> = found.into_iter().map(|path| shown(path, project)).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Loads files into a plan of all their cases. `known` are names from outside of the project.
pub(crate) fn load(files: &[Discovered], project: &Project, known: &Known) -> Plan {
    let names = project.known().and(known);
    let mut plan = Plan::default();
    for loaded in in_parallel(files, |file| one(file, project, &names)) {
        match loaded {
            Ok((specs, warnings)) => {
                plan.specs.extend(specs);
                plan.warnings.extend(warnings);
            }
            Err(broken) => plan.broken.push(broken),
        }
    }
    plan
}

fn shown(path: PathBuf, project: &Project) -> Discovered {
    let path = path.canonicalize().unwrap_or(path);
    Discovered { shown: project.shown(&path), path }
}

fn below(folder: &Path, takes: impl Fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> Result<(), NotFound> {
    let walk = ignore::WalkBuilder::new(folder).standard_filters(false).hidden(true).follow_links(true).build();
    for entry in walk {
        let entry = entry
            .map_err(|error| NotFound::Unreadable { path: folder.display().to_string(), why: error.to_string() })?;
        let path = entry.path();
        let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
        let is_project = path.file_name().is_some_and(|it| it == FILE);
        if is_yaml && !is_project && path.is_file() && takes(path) {
            found.push(path.to_owned());
        }
    }
    Ok(())
}

fn globbed(pattern: &str, base: &Path, found: &mut Vec<PathBuf>) -> Result<(), NotFound> {
    let bad = |error: globset::Error| NotFound::BadGlob { pattern: pattern.to_owned(), why: error.kind().to_string() };
    let whole = base.join(pattern);
    let glob = globset::GlobBuilder::new(&whole.to_string_lossy()).literal_separator(true).build().map_err(bad)?;
    let matcher = glob.compile_matcher();
    let fixed: PathBuf = whole
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    if !fixed.is_dir() {
        return Err(NotFound::Missing(pattern.to_owned()));
    }
    below(&fixed, |path| matcher.is_match(path), found)
}

type OneLoaded = Result<(Vec<SpecPlan>, Vec<Diagnostic>), BrokenFile>;

fn one(file: &Discovered, project: &Project, known: &Known) -> OneLoaded {
    let broken = |problems| BrokenFile { file: file.shown.clone(), problems };
    let bytes = fs::read(&file.path).map_err(|error| {
        broken(vec![Diagnostic::of_file("unreadable", format!("`{}` cannot be read: {error}", file.shown))])
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        broken(vec![Diagnostic::of_file("unreadable", format!("`{}` is not UTF-8 from byte {at} on", file.shown))])
    })?;
    let source = Source::new(file.shown.clone(), file.path.clone(), text);
    let loaded = Spec::load(&source, known, &project.root);
    match loaded.spec {
        Some(mut spec) => {
            spec.fill_from(&project.defaults);
            Ok((SpecPlan::all(&Arc::from(file.shown.as_str()), spec), loaded.problems))
        }
        None => Err(broken(loaded.problems)),
    }
}

/// Does the work of many files on as many threads as there are processors; results keep the order.
fn in_parallel(files: &[Discovered], work: impl Fn(&Discovered) -> OneLoaded + Sync) -> Vec<OneLoaded> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len() / 16 + 1);
    if threads == 1 {
        return files.iter().map(work).collect();
    }
    let size = files.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let work = &work;
        let parts: Vec<_> =
            files.chunks(size).map(|part| scope.spawn(move || part.iter().map(work).collect::<Vec<_>>())).collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}
