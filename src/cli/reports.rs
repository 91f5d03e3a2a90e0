//! `--report FORMAT=PATH`.

use std::{path::PathBuf, str::FromStr};

use crate::cli::output::Output;
use crate::diagnostic::Diagnostic;
use crate::outcome::Run;
use crate::project::DefaultReport;
use crate::report;
use crate::secret::Redactor;

/// A report that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReportArgument {
    format: Format,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    Junit,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "json" => Ok(Self::Json),
            "junit" => Ok(Self::Junit),
            other => Err(format!("there is no report format `{other}`; there are `json` and `junit`")),
        }
    }
}

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write `format=path`, for example `junit=report.xml`")?;
        let format = format.parse()?;
        if path.is_empty() {
            return Err("the path is missing".to_owned());
        }
        Ok(Self { format, path: PathBuf::from(path) })
    }
}

impl ReportArgument {
    /// The word of its format, and its path.
    pub(super) fn shown(&self) -> (String, String) {
        let format = match self.format {
            Format::Json => "json",
            Format::Junit => "junit",
        };
        (format.to_owned(), self.path.display().to_string())
    }
}

/// What is wrong with the reports of a project file: formats that there are not.
pub(super) fn unknown(defaults: &[DefaultReport]) -> Vec<Diagnostic> {
    let bad = |report: &DefaultReport| {
        let why = report.format.parse::<Format>().err()?;
        Some(Diagnostic::error("unknown-word", &report.place, why))
    };
    defaults.iter().filter_map(bad).collect()
}

/// The reports to write: those of the command line, and those of the project in other formats.
pub(super) fn wanted(asked: &[ReportArgument], defaults: &[DefaultReport]) -> Vec<ReportArgument> {
    let of_project = defaults.iter().filter_map(|report| {
        let format: Format = report.format.parse().ok()?;
        let is_asked = asked.iter().any(|argument| argument.format == format);
        (!is_asked).then(|| ReportArgument { format, path: report.path.clone() })
    });
    asked.iter().cloned().chain(of_project).collect()
}

/// Writes every report; whether all could be written.
pub(super) fn write(reports: &[ReportArgument], run: &Run, redactor: &Redactor, output: Output) -> bool {
    let mut all = true;
    for wanted in reports {
        let text = match wanted.format {
            Format::Json => report::json::json(run, redactor),
            Format::Junit => report::junit::junit(run, redactor),
        };
        if let Err(error) = report::write(&wanted.path, &text) {
            output.note(&format!("error: {error}"));
            all = false;
        }
    }
    all
}
