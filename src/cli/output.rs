//! What a person sees: results on standard output, diagnostics and progress on standard error. A closed pipe is no error.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice as Choice};
use clap::ColorChoice;

use crate::cli::session::Wrong;
use crate::diagnostic::{Diagnostic, Look};

/// Where a command prints.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    /// What is settled for standard output, which asks the terminal and the environment.
    lines: Choice,
    notes: Choice,
    look: Look,
}

impl Output {
    /// `color` as asked for on the command line; `auto` heeds the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    pub(super) fn new(color: ColorChoice) -> Self {
        let wanted = match color {
            ColorChoice::Auto => Choice::Auto,
            ColorChoice::Always => Choice::Always,
            ColorChoice::Never => Choice::Never,
        };
        let lines = AutoStream::new(io::stdout(), wanted).current_choice();
        let notes = AutoStream::new(io::stderr(), wanted).current_choice();
        Self { lines, notes, look: if lines == Choice::Never { Look::Plain } else { Look::Coloured } }
    }

    /// Prints a result.
    pub(super) fn line(self, text: &str) {
        let mut stream = AutoStream::new(io::stdout(), self.lines);
        let _ = writeln!(stream, "{text}");
    }

    /// Prints something about the work rather than its result.
    pub(super) fn note(self, text: &str) {
        let mut stream = AutoStream::new(io::stderr(), self.notes);
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
        self.look
    }

    /// Whether progress may be drawn over itself.
    pub(super) fn is_interactive(self) -> bool {
        io::stderr().is_terminal() && std::env::var_os("CI").is_none()
    }
}
