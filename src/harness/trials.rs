//! Tests as libtest-mimic drives them: each only waits for its cases.

use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use libtest_mimic::{Arguments, ColorSetting, Completion, Conclusion, Failed, FormatSetting, Trial};

use crate::harness::{
    arguments::{Format, Options},
    board::{Board, Ending},
    junit,
    units::{Content, Member, Unit},
};

/// What all tests share.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    pub(crate) board: Arc<Board>,
    /// Whether tests that are not meant to run do run.
    pub(crate) run_ignored: bool,
    /// Whether nothing runs at all.
    pub(crate) only_benchmarks: bool,
    /// Whether each tells how long it took.
    pub(crate) times: bool,
    pub(crate) log: Option<Log>,
}

/// Where one line for each test is written. The first error is kept.
#[derive(Clone, Debug)]
pub(crate) struct Log(Arc<Mutex<(File, io::Result<()>)>>);

impl Log {
    /// Begins a file anew.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn create(path: &Path) -> Result<Self, String> {
        let file = File::create(path).map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
        Ok(Self(Arc::new(Mutex::new((file, Ok(()))))))
    }

    /// Adds a line.
    pub(crate) fn line(&self, line: &str) {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let written = writeln!(log.0, "{line}");
        if log.1.is_ok() {
            log.1 = written;
        }
    }

    /// # Errors
    /// A line could not be written.
    pub(crate) fn end(&self) -> Result<(), String> {
        let mut log = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut log.1, Ok(())).map_err(|error| format!("the log file cannot be written: {error}"))
    }
}

/// Runs tests one after the other and prints how they end; `others` are the names of tests that were not asked for.
pub(crate) fn run(units: Vec<Unit>, others: Vec<String>, options: &Options, stage: &Stage) -> Conclusion {
    let format = match options.format {
        Format::Pretty => FormatSetting::Pretty,
        Format::Terse => FormatSetting::Terse,
        Format::Json => FormatSetting::Json,
        Format::Junit => return junit::run(&units, others.len(), stage),
    };
    let arguments = Arguments {
        test_threads: Some(1),
        format: Some(format),
        color: Some(if options.coloured { ColorSetting::Always } else { ColorSetting::Never }),
        // Tests were chosen already. This way those that were not asked for are counted as filtered out, at the price of one flag each.
        ignored: true,
        ..Arguments::default()
    };
    let chosen = units.into_iter().map(|unit| {
        let stage = stage.clone();
        Trial::ignorable_test(unit.name.clone(), move || stage.perform(&unit)).with_ignored_flag(true)
    });
    let others = others.into_iter().map(|name| Trial::test(name, || Ok(())));
    libtest_mimic::run(&arguments, chosen.chain(others).collect())
}

impl Stage {
    /// Whether a case is meant to run.
    pub(crate) fn runs(&self, member: &Member) -> bool {
        !self.only_benchmarks && (self.run_ignored || member.ignored.is_none())
    }

    fn perform(&self, unit: &Unit) -> Result<Completion, Failed> {
        let (ending, took) = self.told(unit);
        if let (Some(took), true) = (took, self.times) {
            // The line says `test NAME ... ` by now. That nobody reads it is found out when it goes on.
            let _ = write!(io::stdout(), "<{:.3}s> ", took.as_secs_f64());
        }
        match ending {
            Ending::Passed => Ok(Completion::Completed),
            Ending::Failed(text) => Err(text.into()),
            Ending::Left(why) if why.is_empty() => Ok(Completion::ignored()),
            Ending::Left(why) => Ok(Completion::ignored_with(why)),
        }
    }

    /// How a test ended and how long it took; the log is told.
    pub(crate) fn told(&self, unit: &Unit) -> (Ending, Option<Duration>) {
        let (ending, took) = self.ending(unit);
        if let Some(log) = &self.log {
            log.line(&log_line(&ending, &unit.name));
        }
        (ending, took)
    }

    /// How a test ended, and how long it took if it was run.
    pub(crate) fn ending(&self, unit: &Unit) -> (Ending, Option<Duration>) {
        if self.only_benchmarks {
            return (Ending::Left(unit.ignored.clone().unwrap_or_default()), None);
        }
        match (&unit.content, &unit.ignored) {
            (_, Some(why)) if !self.run_ignored => (Ending::Left(why.clone()), None),
            (Content::Broken(text), _) => (Ending::Failed(text.clone()), None),
            (Content::Cases(members), _) => self.together(members),
        }
    }

    /// Waits for all cases of a test: it failed if one of them did, and passed if one of them did and none failed.
    fn together(&self, members: &[Member]) -> (Ending, Option<Duration>) {
        let (mut failures, mut left, mut passed, mut took) = (Vec::new(), None, false, Duration::ZERO);
        for member in members.iter().filter(|member| self.runs(member)) {
            let (ending, time) = self.board.wait(&member.id);
            took += time;
            match ending {
                Ending::Passed => passed = true,
                Ending::Failed(text) => failures.push((member.id.as_str(), text)),
                Ending::Left(why) => left = left.or(Some(why)),
            }
        }
        let ending = match (failures.is_empty(), passed, left) {
            (false, ..) => Ending::Failed(all_of(&failures, members.len())),
            (true, false, Some(why)) => Ending::Left(why),
            (true, ..) => Ending::Passed,
        };
        (ending, Some(took))
    }
}

/// The failures among so many cases. What several of them say alike is said once.
fn all_of(failures: &[(&str, String)], cases: usize) -> String {
    match failures {
        [(_, text)] if cases == 1 => text.clone(),
        [(_, text), rest @ ..] if !rest.is_empty() && rest.iter().all(|(_, other)| other == text) => text.clone(),
        _ => failures.iter().map(|(id, text)| format!("{id}\n{text}")).collect::<Vec<_>>().join("\n\n"),
    }
}

fn log_line(ending: &Ending, name: &str) -> String {
    match ending {
        Ending::Passed => format!("ok {name}"),
        Ending::Failed(_) => format!("failed {name}"),
        Ending::Left(why) if why.is_empty() => format!("ignored {name}"),
        Ending::Left(why) => format!("ignored: {why} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::units::tests::unit;

    fn stage(pinned: &[(&str, Ending)]) -> Stage {
        let board = Arc::new(Board::default());
        for (id, ending) in pinned {
            board.pin((*id).to_owned(), ending.clone(), Duration::from_millis(2));
        }
        board.close("the run ended without it".to_owned());
        Stage { board, run_ignored: false, only_benchmarks: false, times: false, log: None }
    }

    fn file(members: &[(&str, Option<&str>)]) -> Unit {
        let member =
            |(id, why): &(&str, Option<&str>)| Member { id: (*id).to_owned(), ignored: why.map(str::to_owned) };
        Unit { content: Content::Cases(members.iter().map(member).collect()), ..unit("a.yaml", None) }
    }

    #[test]
    fn a_file_ends_as_its_requests_do() {
        let (failed, left) = (Ending::Failed("no".to_owned()), Ending::Left("late".to_owned()));
        let table: [(&[Ending], Ending); 6] = [
            (&[Ending::Passed, Ending::Passed], Ending::Passed),
            (&[Ending::Passed, failed.clone()], Ending::Failed("a.yaml::1\nno".to_owned())),
            (&[failed.clone(), failed.clone()], failed.clone()),
            (&[left.clone(), Ending::Passed], Ending::Passed),
            (&[left.clone(), left.clone()], left),
            (&[failed], Ending::Failed("a.yaml::0\nno\n\na.yaml::1\nthe run ended without it".to_owned())),
        ];
        for (endings, expected) in table {
            let pinned: Vec<_> = ["a.yaml::0", "a.yaml::1"].into_iter().zip(endings.iter().cloned()).collect();
            let (ending, took) = stage(&pinned).ending(&file(&[("a.yaml::0", None), ("a.yaml::1", None)]));
            assert_eq!(ending, expected);
            assert!(took.is_some_and(|took| took >= Duration::from_millis(2)));
        }
    }

    #[test]
    fn what_is_not_meant_to_run_is_not_waited_for_unless_asked_for() {
        let pinned = [("a.yaml::0", Ending::Passed)];
        let half = file(&[("a.yaml::0", None), ("a.yaml::1", Some("later"))]);
        assert_eq!(stage(&pinned).ending(&half).0, Ending::Passed);
        let all = Stage { run_ignored: true, ..stage(&pinned) };
        assert_eq!(all.ending(&half).0, Ending::Failed("a.yaml::1\nthe run ended without it".to_owned()));
        let ignored = unit("a.yaml::1", Some("later"));
        assert_eq!(stage(&pinned).ending(&ignored), (Ending::Left("later".to_owned()), None));
        assert_eq!(all.ending(&ignored).0, Ending::Failed("the run ended without it".to_owned()));
    }

    #[test]
    fn there_are_no_benchmarks() {
        let stage = Stage { only_benchmarks: true, ..stage(&[]) };
        assert_eq!(stage.ending(&unit("a.yaml::0", None)), (Ending::Left(String::new()), None));
        assert_eq!(stage.ending(&unit("a.yaml::0", Some("later"))).0, Ending::Left("later".to_owned()));
    }

    #[test]
    fn the_log_has_a_line_for_each_test() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::create(&folder.path().join("log")).unwrap();
        for ending in [Ending::Passed, Ending::Failed("x".into()), Ending::Left("why".into()), Ending::Left("".into())]
        {
            log.line(&log_line(&ending, "a.yaml::x"));
        }
        log.end().unwrap();
        let written = std::fs::read_to_string(folder.path().join("log")).unwrap();
        assert_eq!(written, "ok a.yaml::x\nfailed a.yaml::x\nignored: why a.yaml::x\nignored a.yaml::x\n");
        assert!(Log::create(&folder.path().join("no/log")).unwrap_err().contains("cannot be written"));
    }
}
