//! Finding spec files and loading them.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::diagnostic::Diagnostic;
use crate::outcome::BrokenFile;
use crate::plan::{Plan, SpecPlan};
use crate::project::{FILE, Project};
use crate::source::{Place, Source};
use crate::spec::{Known, Spec};

/// A spec file that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Discovered {
    /// The path below the project's root, with `/`.
    pub(crate) shown: String,
    /// What opens it.
    pub(crate) path: PathBuf,
    /// Whether it was asked for by its own path, not by that of a folder.
    pub(crate) is_named: bool,
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
    let (mut found, mut named) = (Vec::new(), Vec::new());
    for written in paths {
        let path = base.join(written);
        if path.is_file() {
            named.push(path);
        } else if path.is_dir() {
            below(&path, |_| true, &mut found)?;
        } else if written.contains(['*', '?', '[', '{']) {
            globbed(written, base, &mut found)?;
        } else {
            return Err(NotFound::Missing(written.clone()));
        }
    }
    let named = named.into_iter().map(|path| shown(path, true, project));
    let mut found: Vec<_> = named.chain(found.into_iter().map(|path| shown(path, false, project))).collect();
    // Of two that are the same file the one that was named comes first.
    found.sort_by(|one, other| one.shown.cmp(&other.shown).then(other.is_named.cmp(&one.is_named)));
    found.dedup_by(|next, first| next.path == first.path);
    Ok(found)
}

/// Loads files into a plan of all their cases. `known` are names from outside of the project.
pub(crate) fn load(files: &[Discovered], project: &Project, known: &Known) -> Plan {
    let names = project.known().and(known);
    let mut plan = Plan::default();
    let mut told = Told::of(files);
    for (file, loaded) in files.iter().zip(in_parallel(files, |file| one(file, project, &names))) {
        match loaded {
            Ok((specs, warnings)) => {
                plan.specs.extend(specs);
                plan.warnings.extend(told.once(&file.shown, warnings));
            }
            Err(broken) => {
                let problems = told.once(&file.shown, broken.problems);
                plan.broken.push(BrokenFile { problems, ..broken });
            }
        }
    }
    plan
}

/// What is wrong in fragments, which every spec that uses them tells.
struct Told<'f> {
    /// Files that are looked at themselves.
    files: HashSet<&'f str>,
    others: HashSet<(String, usize, String)>,
}

impl<'f> Told<'f> {
    fn of(files: &'f [Discovered]) -> Self {
        Self { files: files.iter().map(|file| file.shown.as_str()).collect(), others: HashSet::new() }
    }

    /// The problems of a file without those of other files that are told elsewhere.
    fn once(&mut self, file: &str, mut problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
        problems.retain(|problem| match &problem.place {
            Some(place) if place.file() != file => {
                let key = (place.file().to_owned(), place.range().start, problem.message.clone());
                !self.files.contains(place.file()) && self.others.insert(key)
            }
            _ => true,
        });
        problems
    }
}

fn shown(path: PathBuf, is_named: bool, project: &Project) -> Discovered {
    let path = path.canonicalize().unwrap_or(path);
    Discovered { shown: project.shown(&path), path, is_named }
}

/// The specs below a folder. What begins with a dot is left out; links are followed, each real folder is looked into once.
fn below(folder: &Path, takes: impl Fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> Result<(), NotFound> {
    let mut open = vec![folder.to_owned()];
    let mut seen = HashSet::new();
    while let Some(folder) = open.pop() {
        if !seen.insert(folder.canonicalize().map_err(|error| unreadable(&folder, &error))?) {
            continue;
        }
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))? {
            let entry = entry.map_err(|error| unreadable(&folder, &error))?;
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            match kind(&entry).map_err(|error| unreadable(&path, &error))? {
                kind if kind.is_dir() => open.push(path),
                kind if kind.is_file() && is_spec(&path) && takes(&path) => found.push(path),
                _ => {}
            }
        }
    }
    Ok(())
}

/// What an entry of a folder is, or what it links to.
fn kind(entry: &fs::DirEntry) -> io::Result<fs::FileType> {
    let own = entry.file_type()?;
    if own.is_symlink() { Ok(fs::metadata(entry.path())?.file_type()) } else { Ok(own) }
}

fn is_spec(path: &Path) -> bool {
    let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
    is_yaml && path.file_name().is_none_or(|it| it != FILE)
}

fn unreadable(path: &Path, error: &io::Error) -> NotFound {
    NotFound::Unreadable { path: path.display().to_string(), why: error.to_string() }
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
        Some(spec) if spec.is_fragment && file.is_named => Err(broken(vec![fragment_alone(&source)])),
        Some(spec) if spec.is_fragment => Ok((Vec::new(), loaded.problems)),
        Some(mut spec) => {
            spec.fill_from(&project.defaults);
            Ok((SpecPlan::all(&Arc::from(file.shown.as_str()), spec), loaded.problems))
        }
        None => Err(broken(loaded.problems)),
    }
}

fn fragment_alone(source: &Arc<Source>) -> Diagnostic {
    let start = source.text().find("fragment:").unwrap_or_default();
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    let place = Place::new(source, at(start), at(start + "fragment".len()));
    let wrong = Diagnostic::error("fragment", &place, "a fragment is not run by itself");
    wrong.help("run a spec that uses it, or take `fragment: true` out")
}

/// Does the work of many files on as many threads as there are processors, this one included; results keep the order.
fn in_parallel(files: &[Discovered], work: impl Fn(&Discovered) -> OneLoaded + Sync) -> Vec<OneLoaded> {
    let most = files.len() / 16 + 1;
    if most == 1 {
        return files.iter().map(work).collect();
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(most);
    let size = files.len().div_ceil(threads);
    let (own, others) = files.split_at(size);
    let all_of = |files: &[Discovered]| files.iter().map(&work).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let all_of = &all_of;
        let others: Vec<_> = others.chunks(size).map(|files| scope.spawn(move || all_of(files))).collect();
        let mut all = all_of(own);
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_searched_without_what_is_hidden_and_links_lead_nowhere_twice() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["a.yaml", "b.yml", "c.txt", "hallpass.yaml", ".d.yaml", "in/e.yaml", ".in/f.yaml"] {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), "").unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("in/back")).unwrap();
        std::os::unix::fs::symlink(root.join("c.txt"), root.join("in/g.yaml")).unwrap();
        let mut found = Vec::new();
        below(root, |path| !path.ends_with("b.yml"), &mut found).unwrap();
        found.sort();
        assert_eq!(found, ["a.yaml", "in/e.yaml", "in/g.yaml"].map(|name| root.join(name)));
        std::os::unix::fs::symlink("nowhere", root.join("in/h.yaml")).unwrap();
        let why = below(root, |_| true, &mut found).unwrap_err().to_string();
        assert!(why.contains("in/h.yaml` cannot be read"), "{why}");
    }
}
