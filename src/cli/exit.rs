//! Exit codes, and which of several wins.

use std::process::ExitCode;

use crate::outcome::{Run, Verdict};

/// How a command ended; the worse one is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// All passed.
    Passed,
    /// Nothing was selected.
    Nothing,
    /// A case failed.
    Failed,
    /// The environment failed: no token, unreachable.
    Environment,
    /// The command line or a spec is wrong.
    Usage,
    /// A signal ended it.
    Interrupted,
}

impl Exit {
    /// The code that the process ends with.
    pub(super) fn code(self) -> ExitCode {
        ExitCode::from(self.number())
    }

    /// How a run ended.
    pub(super) fn of(run: &Run) -> Self {
        let cases = run.outcomes.iter().map(|outcome| match outcome.verdict {
            Verdict::Failed => Self::Failed,
            Verdict::Error => Self::Environment,
            Verdict::Passed | Verdict::Skipped | Verdict::NotRun => Self::Passed,
        });
        let nothing = if run.outcomes.is_empty() { Self::Nothing } else { Self::Passed };
        let broken = if run.broken.is_empty() { nothing } else { Self::Usage };
        let interrupted = if run.interrupted { Self::Interrupted } else { Self::Passed };
        cases.chain([broken, interrupted]).max().unwrap_or(nothing)
    }

    fn number(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::Nothing => 4,
            Self::Interrupted => 130,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_wins() {
        let table = [
            (vec![Exit::Passed, Exit::Failed], 1),
            (vec![Exit::Failed, Exit::Environment], 3),
            (vec![Exit::Environment, Exit::Usage, Exit::Failed], 2),
            (vec![Exit::Passed, Exit::Nothing], 4),
            (vec![Exit::Usage, Exit::Interrupted], 130),
        ];
        for (all, expected) in table {
            assert_eq!(all.iter().max().unwrap().number(), expected, "{all:?}");
        }
    }
}
