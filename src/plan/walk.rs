//! The spec files below a folder. What has the name of a spec and cannot be one is found with its fault, so that the others still run.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use crate::plan::discover::Written;
use crate::project::FILE;
use crate::source::Root;

/// Every `.yaml` and `.yml` below a folder that `takes` wants, but project files. What begins with a dot is left out; links are
/// followed, each real folder is looked into once.
pub(super) fn below(folder: &Path, root: &Root, takes: impl Fn(&Path) -> bool) -> Vec<Written> {
    let is_within = |path: &Path| path.canonicalize().is_ok_and(|real| real.starts_with(root.path()));
    // Who names a folder elsewhere means what is in it.
    let bound = is_within(folder).then_some(root);
    let mut walk = Walk { takes, bound, seen: HashSet::new(), open: vec![folder.to_owned()], found: Vec::new() };
    while let Some(folder) = walk.open.pop() {
        if let Err(error) = walk.look_into(&folder) {
            walk.found.push(Written { fault: Some(format!("cannot be read: {error}")), real: None, path: folder });
        }
    }
    walk.found
}

struct Walk<'r, T> {
    takes: T,
    /// What no link may lead out of.
    bound: Option<&'r Root>,
    seen: HashSet<PathBuf>,
    open: Vec<PathBuf>,
    found: Vec<Written>,
}

impl<T: Fn(&Path) -> bool> Walk<'_, T> {
    fn look_into(&mut self, folder: &Path) -> io::Result<()> {
        let real = folder.canonicalize()?;
        if !self.seen.insert(real.clone()) {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                self.meet(&entry, &real);
            }
        }
        Ok(())
    }

    fn meet(&mut self, entry: &fs::DirEntry, folder: &Path) {
        let path = entry.path();
        let is_folder = match kind(entry) {
            Ok(kind) => kind.is_dir(),
            // A lost link without an extension may have led to a folder of specs.
            Err(_) if path.extension().is_none() => return self.take(path, None),
            Err(_) => false,
        };
        match is_folder && !has_name_of_spec(&path) {
            true => self.open.push(path),
            false if has_name_of_spec(&path) => self.take(path, real(entry, folder)),
            false => {}
        }
    }

    fn take(&mut self, path: PathBuf, real: Option<PathBuf>) {
        if (self.takes)(&path) {
            let fault = real.as_deref().zip(self.bound).and_then(|(real, root)| leads_out(real, root));
            self.found.push(Written { path, real, fault });
        }
    }
}

/// What an entry of a folder is, or what it links to.
fn kind(entry: &fs::DirEntry) -> io::Result<fs::FileType> {
    let own = entry.file_type()?;
    if own.is_symlink() { Ok(fs::metadata(entry.path())?.file_type()) } else { Ok(own) }
}

/// Where an entry of a folder leads, of which it is known where that is. Only links need to be asked.
fn real(entry: &fs::DirEntry, folder: &Path) -> Option<PathBuf> {
    match entry.file_type() {
        Ok(kind) if !kind.is_symlink() => Some(folder.join(entry.file_name())),
        _ => entry.path().canonicalize().ok(),
    }
}

/// Whether discovery takes a path of this name for a spec: `.yaml` or `.yml`, and not the project file.
pub(crate) fn has_name_of_spec(path: &Path) -> bool {
    let is_yaml = path.extension().is_some_and(|it| it == "yaml" || it == "yml");
    is_yaml && path.file_name().is_none_or(|it| it != FILE)
}

/// Why a file is not one of the project, if it is not.
fn leads_out(real: &Path, root: &Root) -> Option<String> {
    let is_outside = !real.starts_with(root.path());
    is_outside.then(|| format!("leads out of the project, to `{}`", real.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn found(root: &Path, takes: impl Fn(&Path) -> bool) -> Vec<String> {
        let mut found: Vec<_> = below(root, &Root::new(root), takes)
            .into_iter()
            .map(|it| {
                format!(
                    "{} {}",
                    it.path.strip_prefix(root).expect("it was found there").display(),
                    it.fault.unwrap_or_default()
                )
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn a_folder_is_searched_without_what_is_hidden_and_links_lead_nowhere_twice() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for name in ["a.yaml", "b.yml", "c.txt", "hallpass.yaml", ".d.yaml", "in/e.yaml", ".in/f.yaml", "i.yaml/j.yaml"]
        {
            fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
            fs::write(root.join(name), "").unwrap();
        }
        symlink(root, root.join("in/back")).unwrap();
        symlink(root.join("c.txt"), root.join("in/g.yaml")).unwrap();
        symlink("nowhere", root.join("in/h.yaml")).unwrap();
        symlink("nowhere", root.join("in/k")).unwrap();
        symlink("nowhere", root.join("in/l.txt")).unwrap();
        let expected = ["a.yaml ", "i.yaml ", "in/e.yaml ", "in/g.yaml ", "in/h.yaml ", "in/k "];
        assert_eq!(found(root, |path| !path.ends_with("b.yml")), expected);
        assert_eq!(found(root, |path| path.ends_with("b.yml")), ["b.yml "]);
    }

    #[test]
    fn no_link_leads_out_of_the_project() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(elsewhere.path().join("a.yaml"), "").unwrap();
        symlink(elsewhere.path().join("a.yaml"), folder.path().join("b.yaml")).unwrap();
        symlink(elsewhere.path(), folder.path().join("c")).unwrap();
        let fault = format!("leads out of the project, to `{}`", elsewhere.path().join("a.yaml").display());
        assert_eq!(found(folder.path(), |_| true), [format!("b.yaml {fault}"), format!("c/a.yaml {fault}")]);
        let there = below(elsewhere.path(), &Root::new(folder.path()), |_| true);
        assert!(there.len() == 1 && there[0].fault.is_none(), "it was asked for");
    }
}
