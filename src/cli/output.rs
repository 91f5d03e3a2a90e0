//! What a person sees: results on standard output, diagnostics and progress on standard error. A closed pipe is no error.

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use clap::ColorChoice;

use crate::cli::session::Wrong;
use crate::diagnostic::{Diagnostic, Look};

/// Where a command prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    color: ColorChoice,
}

impl Output {
    /// `color` as asked for on the command line; `auto` heeds the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub(super) fn new(color: ColorChoice) -> Self {
        Self { color }
    }

    /// Prints a result.
    pub(super) fn line(self, text: &str) {
        let mut stream = AutoStream::new(io::stdout(), self.choice());
        let _ = writeln!(stream, "{text}");
    }

    /// Prints something about the work rather than its result.
    pub(super) fn note(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr(), self.choice());
        let _ = writeln!(stream, "{text}");
    }

    /// Prints what is wrong in files.
    pub(super) fn diagnostics(self, problems: &[Diagnostic]) {
        for problem in problems {
            self.note(&format!("{}\n", problem.render(self.look())));
        }
    }

    /// Prints why a command cannot do its work.
    pub(super) fn wrong(self, wrong: &Wrong) {
        let help = wrong.help.as_ref().map_or_else(String::new, |help| format!("\n  = help: {help}"));
        self.note(&format!("error: {}{help}", wrong.message));
    }

    /// How texts are to be drawn; streams take colours out again where they are not wanted.
    pub(super) fn look(self) -> Look {
        match AutoStream::choice(&io::stdout()) {
            _ if self.color == ColorChoice::Always => Look::Coloured,
            _ if self.color == ColorChoice::Never => Look::Plain,
            anstream::ColorChoice::Never => Look::Plain,
            _ => Look::Coloured,
        }
    }

    /// Whether progress may be drawn over itself.
    pub(super) fn is_interactive(self) -> bool {
        io::stderr().is_terminal() && std::env::var_os("CI").is_none()
    }

    fn choice(self) -> anstream::ColorChoice {
        match self.color {
            ColorChoice::Auto => anstream::ColorChoice::Auto,
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
        }
    }
}
