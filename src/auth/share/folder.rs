//! The folder that processes share: chosen, made, and checked to be ours alone.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use ring::digest::{SHA256, digest};

use crate::auth::share::{
    Sharing,
    file::{self, Owner},
    sweep,
};
use crate::hex::hex;

/// How the names of folders of runs begin.
pub(super) const RUN: &str = "run-";
/// The folder of all runs of a user.
pub(super) const USER: &str = "user";

/// Who shares a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The processes of one run.
    Run,
    /// All processes of a user.
    User,
}

/// A folder that is ours alone.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) owner: Owner,
}

/// Why no folder can be shared.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadFolder {
    #[error("`{0}` belongs to another user; set `XDG_RUNTIME_DIR` to a folder of your own")]
    Foreign(PathBuf),
    #[error("others may enter `{0}` (mode {1:o}); `chmod 700` it, or remove it")]
    TooOpen(PathBuf, u32),
    #[error("`{0}` is not a folder but a link or a file; remove it")]
    NotAFolder(PathBuf),
    #[error(
        "`{0}` lies in the project or in a `target` folder, and those get uploaded; set `XDG_RUNTIME_DIR` to a folder elsewhere"
    )]
    Inside(PathBuf),
    #[error("`{0}` cannot be used: {1}")]
    Unusable(PathBuf, io::Error),
}

impl Folder {
    /// Makes or finds the folder of a scope, and sweeps around it. `project` is the folder that it must not lie in.
    ///
    /// # Errors
    /// There is no place for it, or what is there is not ours alone.
    pub(super) fn open(sharing: &Sharing, scope: Scope, project: &Path, now: SystemTime) -> Result<Self, BadFolder> {
        let base = base(sharing, project)?;
        sweep::sweep(&base, now);
        let name = match scope {
            Scope::User => USER.to_owned(),
            Scope::Run => format!("{RUN}{}", run_name(sharing.run.as_deref().unwrap_or_default())),
        };
        ours(base.path.join(name))
    }
}

/// The folder of everything that is shared by this user.
fn base(sharing: &Sharing, project: &Path) -> Result<Folder, BadFolder> {
    let runtime = sharing.runtime.as_deref().filter(|path| path.is_absolute() && path.is_dir());
    let place = runtime.unwrap_or(&sharing.temporary);
    let unusable = |error| BadFolder::Unusable(place.to_owned(), error);
    let real = place.canonicalize().map_err(unusable)?;
    if real.starts_with(project) || real.iter().any(|part| part == "target") {
        return Err(BadFolder::Inside(real));
    }
    let name = match runtime {
        Some(_) => "hallpass".to_owned(),
        None => format!("hallpass-{}", Owner::of_new_files(&real).map_err(unusable)?.number()),
    };
    ours(real.join(name))
}

/// Makes a folder where there is none; what is there must be a real folder that is ours alone.
fn ours(path: PathBuf) -> Result<Folder, BadFolder> {
    match file::make_folder(&path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(BadFolder::Unusable(path, error)),
        _ => {}
    }
    let about = match fs::symlink_metadata(&path) {
        Ok(about) => about,
        Err(error) => return Err(BadFolder::Unusable(path, error)),
    };
    if !about.is_dir() {
        return Err(BadFolder::NotAFolder(path));
    }
    let mode = file::mode(&about);
    if mode & 0o077 != 0 {
        return Err(BadFolder::TooOpen(path, mode));
    }
    match Owner::of_new_files(&path) {
        Ok(owner) if Owner::of(&about) == Some(owner) => Ok(Folder { path, owner }),
        Ok(_) => Err(BadFolder::Foreign(path)),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Err(BadFolder::Foreign(path)),
        Err(error) => Err(BadFolder::Unusable(path, error)),
    }
}

/// The name of a run as a name of a folder, whatever it is made of.
fn run_name(run: &str) -> String {
    hex(&digest(&SHA256, run.as_bytes()).as_ref()[..16])
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn sharing(runtime: Option<&Path>, temporary: &Path) -> Sharing {
        Sharing {
            run: Some("a/../run".to_owned()),
            runtime: runtime.map(Path::to_owned),
            temporary: temporary.to_owned(),
            ..Sharing::default()
        }
    }

    fn open(runtime: &Path) -> Result<Folder, String> {
        let nowhere = Path::new("/nowhere");
        Folder::open(&sharing(Some(runtime), nowhere), Scope::User, nowhere, SystemTime::now())
            .map_err(|bad| bad.to_string())
    }

    fn close(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_runtime_folder_comes_before_the_temporary_one() {
        let (runtime, temporary) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (runtime, temporary) = (runtime.path().canonicalize().unwrap(), temporary.path().canonicalize().unwrap());
        let owner = Owner::of_new_files(&runtime).unwrap().number();
        let in_temporary = temporary.join(format!("hallpass-{owner}"));
        let rows = [
            (Some(runtime.as_path()), runtime.join("hallpass")),
            (Some(Path::new("relative")), in_temporary.clone()),
            (Some(Path::new("/missing/folder")), in_temporary.clone()),
            (None, in_temporary),
        ];
        for (given, base) in rows {
            for (scope, name) in [(Scope::User, "user"), (Scope::Run, "run-")] {
                let folder =
                    Folder::open(&sharing(given, &temporary), scope, Path::new("/nowhere"), SystemTime::now()).unwrap();
                assert_eq!(folder.path.parent(), Some(base.as_path()));
                assert!(folder.path.file_name().unwrap().to_str().unwrap().starts_with(name));
                for made in [&folder.path, &base] {
                    assert_eq!(file::mode(&fs::metadata(made).unwrap()), 0o700);
                }
            }
        }
    }

    #[test]
    fn runs_have_folders_of_their_own() {
        assert_eq!(run_name("a"), run_name("a"));
        assert_ne!(run_name("a"), run_name("b"));
        assert_eq!(run_name("../../etc").len(), 32);
    }

    #[test]
    fn a_folder_that_is_not_ours_alone_is_refused() {
        let runtime = tempfile::tempdir().unwrap();
        let base = runtime.path().canonicalize().unwrap().join("hallpass");
        assert!(open(runtime.path()).is_ok());
        for open_to in [0o750, 0o705, 0o770, 0o1777] {
            close(&base, open_to);
            let expected = format!("others may enter `{}` (mode {open_to:o}); ", base.display());
            assert!(open(runtime.path()).unwrap_err().starts_with(&expected));
        }
        close(&base, 0o700);
        close(&base.join("user"), 0o755);
        assert!(open(runtime.path()).unwrap_err().starts_with("others may enter"));
        fs::remove_dir_all(&base).unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        symlink(elsewhere.path(), &base).unwrap();
        assert!(open(runtime.path()).unwrap_err().ends_with("is not a folder but a link or a file; remove it"));
        fs::remove_file(&base).unwrap();
        fs::write(&base, "").unwrap();
        assert!(open(runtime.path()).unwrap_err().ends_with("is not a folder but a link or a file; remove it"));
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0, "nothing was made there");
    }

    #[test]
    fn a_folder_of_another_user_is_refused() {
        let runtime = tempfile::tempdir().unwrap();
        let base = runtime.path().join("hallpass");
        fs::create_dir(&base).unwrap();
        close(&base, 0o700);
        // Only root can give a folder away.
        if std::os::unix::fs::chown(&base, Some(54_321), None).is_ok() {
            assert!(open(runtime.path()).unwrap_err().contains("belongs to another user"));
        }
    }

    #[test]
    fn nothing_is_shared_where_it_would_be_uploaded() {
        let project = tempfile::tempdir().unwrap();
        let project = project.path().canonicalize().unwrap();
        let target = tempfile::tempdir().unwrap();
        let target = target.path().canonicalize().unwrap().join("target/debug");
        for inside in [project.clone(), project.join("run"), target] {
            fs::create_dir_all(&inside).unwrap();
            let opened = Folder::open(&sharing(Some(&inside), &inside), Scope::User, &project, SystemTime::now());
            assert!(matches!(opened, Err(BadFolder::Inside(_))), "{inside:?}");
        }
    }
}
