//! The end of a run: counts, tokens, and what did not pass.

use super::{ASIDE, BAD, GOOD, IDLE, Terminal, Verbosity};
use crate::auth::AuthSummary;
use crate::outcome::{Run, Tally, Verdict};
use crate::report::{evidence::told, words};

/// Up to this many failures are not listed again.
const FEW: usize = 3;
/// So many are listed unless everything is to be told.
const MANY: usize = 50;

impl Terminal<'_> {
    /// How the run ended.
    pub(crate) fn summary(&self, run: &Run) -> String {
        let tally = run.tally();
        let mut lines = vec![self.counts(&tally, run)];
        if tally.failed + tally.error > 0 {
            let seed = run.seed;
            lines.push(self.paint(ASIDE, &format!("seed {seed} (`--seed {seed}` draws the same random values)")));
        }
        lines.extend(run.auth.iter().flat_map(|auth| self.auth(auth)));
        lines.extend(self.not_passed(run));
        self.veil.last(lines.join("\n"))
    }

    fn counts(&self, tally: &Tally, run: &Run) -> String {
        let painted = |(count, what): (usize, &str)| {
            let style = match what {
                "passed" => GOOD,
                "failed" | "error" | "errors" => BAD,
                _ => IDLE,
            };
            self.paint(style, &format!("{count} {what}"))
        };
        let counts: Vec<_> = words::tally(tally).into_iter().map(painted).collect();
        let counts = if counts.is_empty() { "no case was run".to_owned() } else { counts.join(", ") };
        let interrupted = if run.interrupted { "interrupted: " } else { "" };
        format!("{interrupted}{counts} in {}", words::elapsed(run.duration))
    }

    /// `auth service: 1 fetched, 499 shared, 0 renewed`, and what a person should know.
    fn auth(&self, auth: &AuthSummary) -> Vec<String> {
        let name = told(&auth.identity, self.veil);
        let mut text =
            format!("auth {name}: {} fetched, {} shared, {} renewed", auth.fetched, auth.shared, auth.renewed);
        for (count, what) in [(auth.replayed, "replayed"), (auth.failed, "failed")] {
            if count > 0 {
                text += &format!(", {count} {what}");
            }
        }
        let notes = auth.notes.iter().map(|note| format!("auth {name}: {}", told(note, self.veil)));
        std::iter::once(text).chain(notes).collect()
    }

    fn not_passed(&self, run: &Run) -> Vec<String> {
        let broken = run.broken.iter().map(|file| (Verdict::Error, file.file.clone()));
        let bad = run.outcomes.iter().filter(|outcome| matches!(outcome.verdict, Verdict::Failed | Verdict::Error));
        let all: Vec<_> = broken.chain(bad.map(|outcome| (outcome.verdict, outcome.case.id()))).collect();
        if all.len() <= FEW {
            return Vec::new();
        }
        let shown = if self.verbosity == Verbosity::Everything { all.len() } else { MANY };
        let line = |(verdict, id): &(Verdict, String)| {
            format!("{} {}", self.paint(BAD, super::line::word(*verdict)), told(id, self.veil))
        };
        let mut lines: Vec<_> = all.iter().take(shown).map(line).collect();
        if shown < all.len() {
            lines.push(format!("and {} more (-vv lists them)", all.len() - shown));
        }
        lines
    }
}
