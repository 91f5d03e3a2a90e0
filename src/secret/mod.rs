//! Secret text, and its removal from whatever is printed.
//!
//! Where secrets come from belongs to `project` and `auth`; they register what they hold before it could be printed.

mod forms;
mod jwt;
mod names;
mod redactor;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

pub(crate) use names::{is_secret_header, is_secret_member};
pub(crate) use redactor::{Piece, Redactor, Registered};

/// What stands in print where a secret was.
pub(crate) const REDACTED: &str = "[redacted]";

/// A text that is never printed: a token, a password, a key. It is wiped from memory when dropped.
#[derive(Clone)]
pub(crate) struct Secret(SecretString);

impl Secret {
    /// Takes a text into custody.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself, for the socket and for comparisons.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_the_text() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        assert_eq!(secret.clone().expose(), "hunter2");
    }
}
