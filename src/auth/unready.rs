//! Why an identity cannot be used before anything was sent.

use crate::source::Place;

/// Why an identity cannot be used: a variable that is not set, a file that is not there.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Unready {
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    pub(crate) place: Place,
}

/// Something wrong at a place.
pub(crate) fn unready(message: impl Into<String>, place: &Place) -> Unready {
    Unready { message: message.into(), help: None, place: place.clone() }
}

impl Unready {
    /// The same with a cure.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
