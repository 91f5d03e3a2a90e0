//! A key whose value is one of a few words.

use crate::diagnostic::{Diagnostic, nearest};
use crate::spec::Loading;
use crate::yaml::Entry;

/// The meaning of the word that a key is given; anything else is a problem that names what there is.
pub(crate) fn choice<T: Copy>(entry: &Entry, words: &[(&'static str, T)], loading: &mut Loading) -> Option<T> {
    let written = loading.word(&entry.value)?;
    if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == written) {
        return Some(*meaning);
    }
    let wrong = Diagnostic::error("unknown-word", &entry.value.place, format!("`{}` cannot be `{written}`", entry.key));
    let known: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    loading.report(match nearest(written, words.iter().map(|(word, _)| *word)) {
        Some(name) => wrong.label(format!("did you mean `{name}`?")),
        None => wrong.help(format!("it can be {}", known.join(", "))),
    });
    None
}
