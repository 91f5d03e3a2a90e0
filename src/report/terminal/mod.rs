//! A run for a person at a terminal: lines and pictures as text, which the doors print.

mod broken;
mod failure;
mod line;
mod summary;

use anstyle::{AnsiColor, Effects, Style};

use crate::diagnostic::{Diagnostic, Drawing, Look};
use crate::outcome::Verdict;
use crate::report::hidden::Veil;
use crate::secret::Redactor;

/// How much is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// What fits into 15 lines.
    Short,
    /// Also further mismatches, headers and bodies.
    More,
    /// Everything there is.
    Everything,
}

impl Verbosity {
    /// What `-v` written so many times asks for.
    pub(crate) fn of_flags(count: u8) -> Self {
        match count {
            0 => Self::Short,
            1 => Self::More,
            _ => Self::Everything,
        }
    }
}

/// Makes the texts. None of them ends with a line break, none holds a secret or a control character of somebody else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal<'r> {
    veil: Veil<'r>,
    look: Look,
    verbosity: Verbosity,
}

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().effects(Effects::BOLD);
const IDLE: Style = AnsiColor::Yellow.on_default();
const ASIDE: Style = Style::new().effects(Effects::DIMMED);

impl<'r> Terminal<'r> {
    /// Tells so much, in this look, and nothing that the redactor hides.
    pub(crate) fn new(redactor: &'r Redactor, look: Look, verbosity: Verbosity) -> Self {
        Self { veil: Veil::new(redactor), look, verbosity }
    }

    fn paint(&self, style: Style, text: &str) -> String {
        match self.look {
            Look::Plain => text.to_owned(),
            Look::Coloured => format!("{}{text}{}", style.render(), style.render_reset()),
        }
    }

    /// The lines of a diagnostic; secrets are hidden in what it quotes.
    fn drawn(&self, diagnostic: &Diagnostic, titled: bool) -> String {
        let redactor = self.veil.redactor();
        diagnostic.draw(Drawing { look: self.look, titled, quoted: &|text| redactor.redact(text) })
    }
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Passed => GOOD,
        Verdict::Failed | Verdict::Error => BAD,
        Verdict::Skipped | Verdict::NotRun => IDLE,
    }
}

#[cfg(test)]
mod tests;
