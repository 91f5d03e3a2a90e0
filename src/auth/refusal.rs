//! Why a token endpoint gave no token.

use std::time::Duration;

use crate::auth::grant::Part;

/// Why there is no token, whoever asked for it.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The endpoint, what it answered, and what it said: `the token endpoint https://… answered 404 with an HTML page`.
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// What is at fault.
    pub(crate) part: Part,
    /// `invalid_grant` and the like (RFC 6749 5.2); empty where the reply has none.
    pub(crate) code: String,
    pub(crate) lasts: Lasts,
}

/// How long a refusal is likely to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasts {
    /// Asking again cannot help: remembered for the run.
    Forever,
    /// The same, for as long as another process remembers it.
    Until(Duration),
    /// The endpoint is at fault; it may have said when to ask again.
    AWhile { retry_after: Option<Duration> },
}

impl Refusal {
    /// A refusal that lasts.
    pub(crate) fn new(message: impl Into<String>, part: Part) -> Self {
        Self { message: message.into(), help: None, part, code: String::new(), lasts: Lasts::Forever }
    }

    /// The same with a cure.
    #[must_use]
    pub(crate) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same with the error of the reply.
    #[must_use]
    pub(crate) fn code(self, code: &str) -> Self {
        Self { code: code.to_owned(), ..self }
    }

    /// The same, to be asked again.
    #[must_use]
    pub(crate) fn passing(self, retry_after: Option<Duration>) -> Self {
        Self { lasts: Lasts::AWhile { retry_after }, ..self }
    }

    /// Whether asking again may help.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self.lasts, Lasts::AWhile { .. })
    }

    /// A fetch that ended without a result.
    pub(crate) fn broken_off() -> Self {
        Self::new("the token request broke off", Part::Whole).passing(Some(Duration::ZERO))
    }
}
