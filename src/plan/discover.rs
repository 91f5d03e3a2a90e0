//! Finding spec files and loading them.

use std::{
    collections::HashSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::diagnostic::Diagnostic;
use crate::outcome::BrokenFile;
use crate::plan::{Plan, SpecPlan, walk};
use crate::project::Project;
use crate::source::{Place, Root, Source, read_text};
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
    /// Why it must not be read, as said of its path.
    pub(crate) fault: Option<String>,
}

/// A path as it was found, links not followed.
pub(super) struct Written {
    pub(super) path: PathBuf,
    /// Where it leads, if that is known.
    pub(super) real: Option<PathBuf>,
    pub(super) fault: Option<String>,
}

/// Paths that lead to no spec.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotFound {
    #[error("`{0}` does not exist")]
    Missing(String),
    #[error("`{pattern}` is not a glob: {why}")]
    BadGlob { pattern: String, why: String },
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
        if path.is_dir() {
            found.extend(walk::below(&path, &project.root, |_| true));
        } else if fs::symlink_metadata(&path).is_ok() {
            named.push(Written { path, real: None, fault: None });
        } else if written.contains(['*', '?', '[', '{']) {
            found.extend(globbed(written, base, &project.root)?);
        } else {
            return Err(NotFound::Missing(written.clone()));
        }
    }
    let named = named.into_iter().map(|written| shown(written, true, project));
    let mut found: Vec<_> = named.chain(found.into_iter().map(|written| shown(written, false, project))).collect();
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

fn shown(Written { path, real, fault }: Written, is_named: bool, project: &Project) -> Discovered {
    // What cannot be read goes by its own name, not by that of what it leads to.
    let own = || Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?));
    let real = if fault.is_none() { real.or_else(|| path.canonicalize().ok()) } else { None };
    let path = real.or_else(own).unwrap_or(path);
    Discovered { shown: project.shown(&path), path, is_named, fault }
}

fn globbed(pattern: &str, base: &Path, root: &Root) -> Result<Vec<Written>, NotFound> {
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
    Ok(walk::below(&fixed, root, |path| matcher.is_match(path)))
}

type OneLoaded = Result<(Vec<SpecPlan>, Vec<Diagnostic>), BrokenFile>;

fn one(file: &Discovered, project: &Project, known: &Known) -> OneLoaded {
    let broken = |problems| BrokenFile { file: file.shown.clone(), problems };
    let text = match &file.fault {
        Some(fault) => Err(fault.clone()),
        None => read_text(&file.path).map_err(|error| error.to_string()),
    };
    let text =
        text.map_err(|why| broken(vec![Diagnostic::of_file("unreadable", format!("`{}` {why}", file.shown))]))?;
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
