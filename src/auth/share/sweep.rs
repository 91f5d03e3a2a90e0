//! What earlier runs left behind: their folders go after a day, and so do drafts of files whose writer died.

use std::{
    fs::{self, DirEntry},
    path::Path,
    time::{Duration, SystemTime},
};

use crate::auth::share::{
    file::TEMPORARY,
    folder::{Folder, RUN, USER},
};

/// How long what is left behind stays.
const DAY: Duration = Duration::from_secs(86_400);

/// Removes what is old below the folder of everything shared. What cannot be removed stays.
pub(super) fn sweep(base: &Folder, now: SystemTime) {
    each_old(&base.path, now, |entry, is_folder| {
        if is_folder && name(entry).starts_with(RUN) {
            let _ = fs::remove_dir_all(entry.path());
        }
    });
    for folder in [base.path.clone(), base.path.join(USER)] {
        each_old(&folder, now, |entry, is_folder| {
            if !is_folder && name(entry).starts_with('.') && name(entry).ends_with(TEMPORARY) {
                let _ = fs::remove_file(entry.path());
            }
        });
    }
}

/// Shows everything in a folder that has not changed for a day, and whether it is a real folder.
fn each_old(folder: &Path, now: SystemTime, act: impl Fn(&DirEntry, bool)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let Ok(about) = entry.metadata() else { continue };
        let changed = about.modified().ok();
        if changed.and_then(|changed| now.duration_since(changed).ok()).is_some_and(|age| age > DAY) {
            act(&entry, about.is_dir());
        }
    }
}

fn name(entry: &DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs::File, os::unix::fs::symlink};

    use super::*;
    use crate::auth::share::file::Owner;

    fn age(path: &Path, hours: u64) {
        let when = SystemTime::now() - Duration::from_secs(hours * 3600);
        File::open(path).unwrap().set_modified(when).unwrap();
    }

    #[test]
    fn only_what_is_old_and_left_behind_goes() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path();
        let (outside, owner) = (tempfile::tempdir().unwrap(), Owner::of_new_files(path).unwrap());
        for folder in ["run-old", "run-new", "user", "other"] {
            fs::create_dir(path.join(folder)).unwrap();
            fs::write(path.join(folder).join("entry"), "").unwrap();
            fs::write(path.join(folder).join(".entry.1.tmp"), "").unwrap();
            age(&path.join(folder).join(".entry.1.tmp"), 25);
        }
        fs::write(outside.path().join("keep"), "").unwrap();
        symlink(outside.path(), path.join("run-link")).unwrap();
        age(outside.path(), 25);
        for (folder, hours) in [("run-old", 25), ("run-new", 23), ("user", 25), ("other", 25)] {
            age(&path.join(folder), hours);
        }
        sweep(&Folder { path: path.to_owned(), owner }, SystemTime::now());
        let rows = [
            ("run-old", false),
            ("run-new/entry", true),
            ("user/entry", true),
            ("user/.entry.1.tmp", false),
            ("other/entry", true),
            ("run-link/keep", true),
        ];
        for (name, stays) in rows {
            assert_eq!(path.join(name).exists(), stays, "{name}");
        }
    }
}
