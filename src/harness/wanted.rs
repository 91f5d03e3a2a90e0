//! Which tests the arguments ask for, and which files can hold them.

use std::path::{Path, PathBuf};

use crate::harness::units::printable;
use crate::plan::{Discovered, discover, has_name_of_spec};
use crate::project::Project;

/// The filters of the arguments.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// A test is taken if it matches one of these, or there are none.
    pub(crate) filters: Vec<String>,
    /// A test is left out if it matches one of these.
    pub(crate) skip: Vec<String>,
    /// Whether names are compared whole.
    pub(crate) exact: bool,
}

impl Wanted {
    /// Whether every test is asked for.
    pub(crate) fn is_everything(&self) -> bool {
        self.filters.is_empty() && self.skip.is_empty()
    }

    /// Whether a test of a file is asked for.
    pub(crate) fn takes(&self, name: &str, file: &str) -> bool {
        let matches = |filter: &String| match self.exact {
            true => name == filter || file == filter,
            false => name.contains(filter.as_str()),
        };
        (self.filters.is_empty() || self.filters.iter().any(matches)) && !self.skip.iter().any(matches)
    }

    /// Whether a file that does not load, and is one test itself, may hold what is asked for.
    pub(crate) fn may_be_in(&self, file: &str) -> bool {
        let may = |filter: &String| match self.exact {
            true => is_of(filter, file),
            false => file.contains(filter.as_str()) || may_be_within(filter, file),
        };
        let skipped = |filter: &String| if self.exact { file == filter } else { file.contains(filter.as_str()) };
        (self.filters.is_empty() || self.filters.iter().any(may)) && !self.skip.iter().any(skipped)
    }

    /// The files to open. Where whole names are asked for, these are the files that they name and no others.
    ///
    /// `base` is where `specs` begins.
    ///
    /// # Errors
    /// Why `specs` leads to no spec at all.
    pub(crate) fn files(&self, specs: &str, base: &Path, project: &Project) -> Result<Vec<Discovered>, String> {
        if !self.exact || self.filters.is_empty() {
            return found(specs, base, project);
        }
        let named: Option<Vec<_>> = self.filters.iter().map(|name| named(name, specs, base, project)).collect();
        let mut files = match named {
            Some(named) => named.into_iter().flatten().collect(),
            None => self.among(found(specs, base, project)?),
        };
        files.sort();
        files.dedup();
        Ok(files)
    }

    fn among(&self, files: Vec<Discovered>) -> Vec<Discovered> {
        let of_a_name = |file: &Discovered| self.filters.iter().any(|name| is_of(name, &printable(&file.shown)));
        files.into_iter().filter(of_a_name).collect()
    }
}

/// All specs.
fn found(specs: &str, base: &Path, project: &Project) -> Result<Vec<Discovered>, String> {
    let files = discover(&[specs.to_owned()], base, project).map_err(|error| error.to_string())?;
    if files.is_empty() { Err(format!("`{specs}` leads to no `.yaml` or `.yml`")) } else { Ok(files) }
}

/// Whether a name is that of a file or of a request in it.
fn is_of(name: &str, file: &str) -> bool {
    name.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// Whether part of a name may be one of a request in a file, of which nobody knows the names.
fn may_be_within(part: &str, file: &str) -> bool {
    match part.split_once("::") {
        Some((path, _)) => file.ends_with(path),
        None => !part.ends_with(".yaml") && !part.ends_with(".yml"),
    }
}

/// The files that a whole name may mean: a request may have `::` in its name, and a file too. None where there is no such file.
fn named(name: &str, specs: &str, base: &Path, project: &Project) -> Option<Vec<Discovered>> {
    let ends = name.match_indices("::").map(|(at, _)| at).chain([name.len()]);
    let files: Vec<_> = ends.filter_map(|end| at(&name[..end], specs, base, project)).collect();
    if files.is_empty() { None } else { Some(files) }
}

fn at(shown: &str, specs: &str, base: &Path, project: &Project) -> Option<Discovered> {
    let path = project.root.path().join(shown).canonicalize().ok()?;
    let is_spec = path.is_file() && project.shown(&path) == shown && is_led_to(&path, specs, base);
    is_spec.then(|| Discovered { shown: shown.to_owned(), path, is_named: false, fault: None })
}

/// Whether discovery would find a file. May deny it where links are on the way.
fn is_led_to(file: &Path, specs: &str, base: &Path) -> bool {
    let start: PathBuf = base.join(specs);
    if start.is_file() {
        return start.canonicalize().is_ok_and(|start| start == file);
    }
    if !has_name_of_spec(file) {
        return false;
    }
    if start.is_dir() {
        let below = start.canonicalize().ok().and_then(|start| file.strip_prefix(start).ok());
        let is_searched = |folder: &Path| !has_name_of_spec(folder);
        let is_hidden = |part: &std::ffi::OsStr| part.as_encoded_bytes().starts_with(b".");
        return below.is_some_and(|it| !it.iter().any(is_hidden) && it.ancestors().skip(1).all(is_searched));
    }
    let glob = globset::GlobBuilder::new(&start.to_string_lossy()).literal_separator(true).build();
    glob.is_ok_and(|glob| glob.compile_matcher().is_match(file))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::spec::Known;

    type Words<'w> = &'w [&'w str];

    fn wanted(exact: bool, filters: &[&str], skip: &[&str]) -> Wanted {
        let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect();
        Wanted { filters: words(filters), skip: words(skip), exact }
    }

    #[test]
    fn filters_and_skips_work_on_names() {
        let table: [(bool, Words<'_>, Words<'_>, Words<'_>); 9] = [
            (false, &[], &[], &["a.yaml::x", "a.yaml::xy", "b.yaml::x"]),
            (false, &["a.yaml", "nothing"], &[], &["a.yaml::x", "a.yaml::xy"]),
            (false, &["::x"], &["xy"], &["a.yaml::x", "b.yaml::x"]),
            (false, &[""], &["a", "b"], &[]),
            (true, &["a.yaml::x"], &[], &["a.yaml::x"]),
            (true, &["a.yaml"], &[], &["a.yaml::x", "a.yaml::xy"]),
            (true, &["a.yaml"], &["a.yaml::x"], &["a.yaml::xy"]),
            (true, &["::x"], &[], &[]),
            (true, &[], &["a.yaml", "b"], &["b.yaml::x"]),
        ];
        for (exact, filters, skip, expected) in table {
            let wanted = wanted(exact, filters, skip);
            let all = ["a.yaml::x", "a.yaml::xy", "b.yaml::x"];
            let taken: Vec<_> = all.into_iter().filter(|name| wanted.takes(name, &name[..6])).collect();
            assert_eq!(taken, expected, "{wanted:?}");
        }
    }

    #[test]
    fn a_broken_file_is_kept_unless_it_cannot_hold_what_is_asked_for() {
        let table: [(bool, Words<'_>, Words<'_>, bool); 13] = [
            (false, &[], &[], true),
            (false, &["items"], &[], true),
            (false, &["create"], &[], true),
            (false, &["items.yaml::create"], &[], true),
            (false, &["::create"], &[], true),
            (false, &["users.yaml::create"], &[], false),
            (false, &["users.yaml"], &[], false),
            (false, &["create"], &["items"], false),
            (false, &["create"], &["users"], true),
            (true, &["shop/items.yaml"], &[], true),
            (true, &["shop/items.yaml::create"], &[], true),
            (true, &["items.yaml::create"], &[], false),
            (true, &["shop/items.yaml::create"], &["shop/items.yaml"], false),
        ];
        for (exact, filters, skip, expected) in table {
            let wanted = wanted(exact, filters, skip);
            assert_eq!(wanted.may_be_in("shop/items.yaml"), expected, "{wanted:?}");
        }
    }

    /// A project with specs, one of them hidden and one outside of `specs`.
    fn project() -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        let specs = ["a.yaml", "shop/b.yml", ".c.yaml", "d::e.yaml", "d", "g.yaml/h.yaml"];
        for path in specs.map(|name| format!("specs/{name}")).into_iter().chain(["other/f.yaml".to_owned()]) {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let project = Project::open(folder.path(), None, &Known::default()).unwrap().project;
        (folder, project)
    }

    #[test]
    fn a_whole_name_opens_the_file_that_it_names() {
        let (_folder, project) = project();
        let base = project.root.path().to_owned();
        let table: [(&str, Words<'_>, Words<'_>); 14] = [
            ("specs", &["specs/a.yaml::x"], &["specs/a.yaml"]),
            ("specs", &["specs/a.yaml"], &["specs/a.yaml"]),
            ("specs", &["specs/a.yaml::x::y"], &["specs/a.yaml"]),
            ("specs", &["specs/shop/b.yml::x", "specs/a.yaml::y"], &["specs/a.yaml", "specs/shop/b.yml"]),
            ("specs", &["specs/d::e.yaml::x"], &["specs/d::e.yaml"]),
            ("specs", &["specs/.c.yaml::x"], &[]),
            ("specs", &["specs/g.yaml/h.yaml::x"], &[]),
            ("specs", &["other/f.yaml::x"], &[]),
            ("specs", &["specs/../specs/a.yaml::x"], &[]),
            ("specs", &["specs/a.yaml::x", "gone.yaml::x"], &["specs/a.yaml"]),
            ("specs/**/*.yml", &["specs/shop/b.yml::x"], &["specs/shop/b.yml"]),
            ("specs/**/*.yml", &["specs/a.yaml::x"], &[]),
            ("specs/a.yaml", &["specs/a.yaml::x"], &["specs/a.yaml"]),
            ("specs/a.yaml", &["specs/shop/b.yml::x"], &[]),
        ];
        for (specs, names, expected) in table {
            let files = wanted(true, names, &[]).files(specs, &base, &project).unwrap();
            let shown: Vec<_> = files.iter().map(|file| file.shown.as_str()).collect();
            assert_eq!(shown, expected, "{specs} {names:?}");
        }
    }

    #[test]
    fn no_spec_at_all_is_an_error_whatever_is_asked_for() {
        let (folder, project) = project();
        fs::create_dir(folder.path().join("empty")).unwrap();
        let base = project.root.path().to_owned();
        for specs in ["empty", "empty/*.yaml", "gone", "specs/[.yaml"] {
            for exact in [false, true] {
                assert!(wanted(exact, &["specs/x.yaml"], &[]).files(specs, &base, &project).is_err(), "{specs}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_found_by_the_name_that_is_listed() {
        let (folder, project) = project();
        let base = project.root.path().to_owned();
        std::os::unix::fs::symlink(folder.path().join("other"), folder.path().join("specs/linked")).unwrap();
        let listed = wanted(false, &[], &[]).files("specs", &base, &project).unwrap();
        let names: Vec<_> = listed.iter().map(|file| file.shown.as_str()).collect();
        assert_eq!(names, ["other/f.yaml", "specs/a.yaml", "specs/d::e.yaml", "specs/g.yaml", "specs/shop/b.yml"]);
        for file in &listed {
            let again = wanted(true, &[&format!("{}::x", file.shown)], &[]).files("specs", &base, &project).unwrap();
            assert_eq!(again, std::slice::from_ref(file));
        }
    }
}
