//! Env files: `NAME=value` lines that templates read as `env.NAME`.

use std::{io, path::Path};

/// An env file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BadEnvFile {
    #[error("`{0}` cannot be read: {1}")]
    Unreadable(String, io::Error),
    #[error("`{file}` has a line that is none: {why}")]
    BadLine { file: String, why: String },
}

/// The names and values of an env file, in its order.
///
/// # Errors
/// It cannot be read, or has a line that is not `NAME=value`.
pub(crate) fn read_env_file(path: &Path) -> Result<Vec<(String, String)>, BadEnvFile> {
    let file = path.display().to_string();
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(dotenvy::Error::Io(error)) => return Err(BadEnvFile::Unreadable(file, error)),
        Err(other) => return Err(BadEnvFile::BadLine { file, why: other.to_string() }),
    };
    // The text of the line may hold a secret: only its place is told.
    let bad = |error: dotenvy::Error| match error {
        dotenvy::Error::LineParse(_, at) => format!("it is wrong from its character {} on", at + 1),
        other => other.to_string(),
    };
    lines.map(|line| line.map_err(|error| BadEnvFile::BadLine { file: file.clone(), why: bad(error) })).collect()
}
