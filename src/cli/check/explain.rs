//! What a code means: the paragraphs of `docs/diagnostics.md`.

use crate::cli::session::Wrong;
use crate::diagnostic::nearest;

const PAGE: &str = include_str!("../../../docs/diagnostics.md");

/// Every code and what is said of it.
fn paragraphs() -> impl Iterator<Item = (&'static str, &'static str)> {
    PAGE.split("\n## `").skip(1).filter_map(|section| section.split_once('`')).map(|(code, text)| (code, text.trim()))
}

/// What a code means.
///
/// # Errors
/// There is no such code.
pub(super) fn explained(code: &str) -> Result<String, Wrong> {
    let found = paragraphs().find(|(known, _)| *known == code);
    found.map(|(code, text)| format!("{code}\n\n{text}")).ok_or_else(|| unknown(code))
}

/// A code as it is written on the command line.
///
/// # Errors
/// There is no such code.
pub(super) fn code(text: &str) -> Result<String, String> {
    match text == super::WARNINGS || paragraphs().any(|(known, _)| known == text) {
        true => Ok(text.to_owned()),
        false => Err(unknown(text).message),
    }
}

fn unknown(code: &str) -> Wrong {
    let near = nearest(code, paragraphs().map(|(known, _)| known));
    let near = near.map_or_else(String::new, |near| format!(", did you mean `{near}`?"));
    Wrong::message(format!("no message has the code `{code}`{near}"))
}
