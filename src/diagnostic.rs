//! What is wrong in a file, as a value: message, place, cure. Rendering only; nothing here decides what is wrong.

use crate::source::Place;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// The spec runs; a reviewer should look.
    Warning,
    /// The spec does not run.
    Error,
}

/// One thing that is wrong in a file.
///
/// The message is lower case with no full stop; values stand in backticks.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    /// Whether the spec runs all the same.
    pub(crate) severity: Severity,
    /// A stable name such as `unknown-key`, shown in brackets and explained by `check --explain`.
    pub(crate) code: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// Where; none for a file that could not be read at all.
    pub(crate) place: Option<Place>,
    /// What to say under the quoted text.
    pub(crate) label: String,
    /// Other places that matter, each with its own words.
    pub(crate) related: Vec<(Place, String)>,
    /// What to do about it.
    pub(crate) help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    pub(crate) fn error(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: Some(place.clone()),
            label: String::new(),
            related: Vec::new(),
            help: None,
        }
    }

    /// A warning at a place.
    pub(crate) fn warning(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, place, message)
        }
    }

    /// An error that has no place: the file itself.
    pub(crate) fn of_file(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
        }
    }

    /// The same with words under the quoted text.
    #[must_use]
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with a cure.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with another place that matters.
    #[must_use]
    pub(crate) fn related(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.related.push((place.clone(), label.into()));
        self
    }
}

/// The name of `known` that is nearest to `written`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = written.to_lowercase();
    known
        .into_iter()
        .map(|name| {
            (
                strsim::damerau_levenshtein(&lower, &name.to_lowercase()),
                name,
            )
        })
        .filter(|(distance, name)| {
            *distance <= name.chars().count().max(3) / 3 + usize::from(name.len() > 3)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
