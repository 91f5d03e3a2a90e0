//! A file that does not load, with all that is wrong in it.

use super::{Terminal, line::word, style};
use crate::diagnostic::Diagnostic;
use crate::outcome::{BrokenFile, Verdict};
use crate::report::{evidence::told, excerpt::printable};

impl Terminal<'_> {
    /// Everything that is wrong in a file.
    pub(crate) fn broken(&self, file: &BrokenFile) -> String {
        let word = self.paint(style(Verdict::Error), word(Verdict::Error));
        let mut parts = vec![format!("{word} {} does not load", told(&file.file, self.veil))];
        parts.extend(file.problems.iter().map(|problem| self.diagnostic(problem)));
        self.veil.last(parts.join("\n\n"))
    }

    /// One thing that is wrong in a file, or worth a look.
    pub(crate) fn diagnostic(&self, problem: &Diagnostic) -> String {
        self.veil.last(self.drawn(&self.clean(problem), true))
    }

    /// The same with nothing in its words that must not be printed.
    fn clean(&self, problem: &Diagnostic) -> Diagnostic {
        let told = |text: &str| {
            let hidden = self.veil.text(text);
            hidden.lines().map(printable).collect::<Vec<_>>().join("\n")
        };
        Diagnostic {
            message: told(&problem.message),
            label: told(&problem.label),
            related: problem.related.iter().map(|(place, label)| (place.clone(), told(label))).collect(),
            help: problem.help.as_deref().map(told),
            ..problem.clone()
        }
    }
}
