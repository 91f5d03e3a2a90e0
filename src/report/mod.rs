//! What a run was, told to people and machines. One format a file; every text is redacted last.

mod curl;
mod evidence;
mod excerpt;
mod hidden;
mod hint;
#[cfg(feature = "reports")]
pub(crate) mod json;
#[cfg(feature = "reports")]
pub(crate) mod junit;
#[cfg(all(test, feature = "reports"))]
mod leaks;
#[cfg(test)]
mod samples;
mod terminal;
mod words;
mod write;

pub(crate) use terminal::{Terminal, Verbosity};
pub(crate) use write::write;

use std::collections::HashMap;

use crate::outcome::Outcome;
use crate::secret::Redactor;

/// A text without what must not be told: registered secrets, and what stands behind the name of one.
pub(crate) fn hidden_text(text: &str, redactor: &Redactor) -> String {
    hidden::Veil::new(redactor).text(text).into_owned()
}

/// Outcomes by their file, files in the order they first appear.
pub(crate) fn by_file(outcomes: &[Outcome]) -> Vec<(&str, Vec<&Outcome>)> {
    let mut files: Vec<(&str, Vec<&Outcome>)> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for outcome in outcomes {
        let file = &*outcome.case.file;
        let index = *known.entry(file).or_insert(files.len());
        match files.get_mut(index) {
            Some((_, of_file)) => of_file.push(outcome),
            None => files.push((file, vec![outcome])),
        }
    }
    files
}
