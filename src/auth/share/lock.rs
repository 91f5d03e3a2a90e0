//! One process at a time: a lock on a file beside the entry, freed by the system when its holder dies.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
    time::Duration,
};

use crate::auth::share::file;

/// The lock, until dropped.
#[derive(Debug)]
pub(super) struct Held(#[expect(dead_code, reason = "open for as long as the lock is held")] File);

/// The lock, if nobody holds it.
///
/// # Errors
/// The file cannot be made, or its file system knows no locks.
pub(super) fn try_lock(path: &Path) -> io::Result<Option<Held>> {
    let file = file::open_for_lock(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(Held(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// How long to wait before the lock is tried again: a little more each time, and differently in each process.
pub(super) fn pause(attempt: u64) -> Duration {
    let own = u64::from(std::process::id() % 7);
    Duration::from_millis((5 + 3 * attempt + own).min(50))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_the_lock_until_it_lets_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it.lock");
        let held = try_lock(&path).unwrap();
        assert!(held.is_some());
        assert!(try_lock(&path).unwrap().is_none());
        drop(held);
        assert!(try_lock(&path).unwrap().is_some());
        assert!(try_lock(&folder.path().join("missing/it.lock")).is_err());
    }

    #[test]
    fn pauses_grow_to_fifty_milliseconds() {
        assert!(pause(0) < pause(1));
        assert!((0..1000).map(pause).all(|pause| pause <= Duration::from_millis(50)));
        assert_eq!(pause(u64::from(u32::MAX)), Duration::from_millis(50));
    }
}
