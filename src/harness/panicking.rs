//! Panics as messages.

use std::{
    any::Any,
    panic::{UnwindSafe, catch_unwind},
};

/// Does the work.
///
/// # Errors
/// The words of its panic.
pub(crate) fn caught<T>(work: impl FnOnce() -> T + UnwindSafe) -> Result<T, String> {
    catch_unwind(work).map_err(|panic| words(panic.as_ref()))
}

/// The words of a panic.
pub(crate) fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("a panic without a message").to_owned()
}

#[cfg(test)]
mod tests {
    use std::panic::panic_any;

    use super::*;

    #[test]
    fn a_panic_is_told_in_its_own_words() {
        assert_eq!(caught(|| 5), Ok(5));
        assert_eq!(caught(|| panic_any("plain")), Err::<(), _>("plain".to_owned()));
        assert_eq!(caught(|| panic_any("made".to_owned())), Err::<(), _>("made".to_owned()));
        assert_eq!(caught(|| panic_any(7)), Err::<(), _>("a panic without a message".to_owned()));
    }
}
