//! What a failed test says.

use crate::diagnostic::Look;
use crate::outcome::{BrokenFile, Outcome};
use crate::report::{Terminal, Verbosity};
use crate::secret::Redactor;

/// Tells how a case failed, without its secrets.
pub(crate) fn of_case(outcome: &Outcome, redactor: &Redactor, look: Look) -> String {
    Terminal::new(redactor, look, Verbosity::Short).failure(outcome)
}

/// Tells all that is wrong in a file.
pub(crate) fn of_file(file: &BrokenFile, look: Look) -> String {
    let problems: Vec<_> = file.problems.iter().map(|problem| problem.render(look)).collect();
    problems.join("\n\n")
}
