//! `--report FORMAT=PATH`.

use std::{path::PathBuf, str::FromStr};

use crate::cli::output::Output;
use crate::outcome::Run;
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

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, path) = text.split_once('=').ok_or("write `format=path`, for example `junit=report.xml`")?;
        let format = match format {
            "json" => Format::Json,
            "junit" => Format::Junit,
            other => return Err(format!("there is no report format `{other}`; there are `json` and `junit`")),
        };
        if path.is_empty() {
            return Err("the path is missing".to_owned());
        }
        Ok(Self { format, path: PathBuf::from(path) })
    }
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
