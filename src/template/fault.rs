//! What can be wrong with a template: when it is compiled, when it is rendered.

use crate::json::{Json, TooWide};
use crate::source::Place;

/// Why a text is not a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadTemplate {
    /// What is wrong.
    pub(crate) message: String,
    /// The byte where it is wrong, from the start of the text.
    pub(crate) offset: usize,
    /// What to do instead.
    pub(crate) help: Option<String>,
}

impl BadTemplate {
    /// What is wrong at a byte.
    pub(super) fn at(offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), offset, help: None }
    }

    /// The same with a cure.
    #[must_use]
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Why a template could not be rendered.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum RenderFault {
    /// A variable that is not there; with the nearest name that is.
    #[error("{}", missing(path))]
    Missing { path: String, nearest: Option<String> },
    /// Anything else, and what to do about it.
    #[error("{message}")]
    Other { message: String, help: Option<String> },
    /// One of these, and where the expression stands.
    #[error("{0}")]
    At(Box<RenderFault>, Place),
}

impl RenderFault {
    /// What is wrong, where there is no more to say about it.
    pub(super) fn other(message: impl Into<String>) -> Self {
        Self::Other { message: message.into(), help: None }
    }

    /// What is wrong, and a cure.
    pub(super) fn cured(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Other { message: message.into(), help: Some(help.into()) }
    }

    /// The fault without its place.
    pub(crate) fn plain(&self) -> &Self {
        match self {
            Self::At(fault, _) => fault.plain(),
            other => other,
        }
    }

    /// Where the expression stands, where that is known.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Self::At(_, place) => Some(place),
            Self::Missing { .. } | Self::Other { .. } => None,
        }
    }

    /// What to do about it.
    pub(crate) fn help(&self) -> Option<String> {
        match self {
            Self::At(fault, _) => fault.help(),
            Self::Missing { path, nearest: None } if path.starts_with("env.") => {
                let name = &path["env.".len()..];
                Some(format!("set the environment variable `{name}`, or write it into a file for `--env-file`"))
            }
            Self::Missing { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Missing { path, nearest: None } => Some(format!(
                "define it in `vars`, capture it from an earlier response, or give a fallback: `{{{{default {path} \"none\"}}}}`"
            )),
            Self::Other { help, .. } => help.clone(),
        }
    }
}

fn missing(path: &str) -> String {
    match path.strip_prefix("env.") {
        Some(name) => format!("the environment variable `{name}` is not set"),
        None => format!("the variable `{path}` is not defined"),
    }
}

impl From<TooWide> for RenderFault {
    fn from(wide: TooWide) -> Self {
        Self::other(wide.to_string())
    }
}

/// What a value is, for a sentence: an array, null, the text in backticks.
///
/// A long text is only counted: a part of a secret would not be recognised and hidden.
pub(super) fn described(value: &Json<'_>) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => format!("`{value}`"),
        Json::Number(number) if number.text().len() <= 40 => format!("`{number}`"),
        Json::Number(number) => format!("a number of {} characters", number.text().len()),
        Json::String(text) if text.is_empty() => "an empty text".to_owned(),
        Json::String(text) if text.chars().count() <= 40 => format!("the text `{text}`"),
        Json::String(text) => format!("a text of {} characters", text.chars().count()),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}
