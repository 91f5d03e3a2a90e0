//! Templates.

use crate::fuzzed::scope;
use crate::json::Json;
use crate::template::{Extras, RenderFault, Template};

/// Compiles a text and renders it, as a value and as a text.
///
/// # Panics
/// A fault or a variable lies outside of the text; a text that renders as a value renders otherwise as a text.
pub fn template(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Template::compile_with(text, &Extras::default()) {
        Err(bad) => {
            assert!(text.is_char_boundary(bad.offset), "{bad:?}");
            assert!(!bad.message.is_empty());
        }
        Ok(template) => {
            for read in template.references() {
                assert!(text[read.offset..].starts_with(read.path()), "{read:?}");
            }
            // Each in a scope of its own: random values are drawn anew.
            let value = scope::with(|scope| template.render(scope));
            rendered(&value, &scope::with(|scope| template.render_text(scope)));
        }
    }
}

fn rendered(value: &Result<Json<'static>, RenderFault>, text: &Result<String, RenderFault>) {
    for fault in [value.as_ref().err(), text.as_ref().err()].into_iter().flatten() {
        assert!(!fault.to_string().is_empty() && fault.help().is_none_or(|help| !help.is_empty()));
    }
    assert!(text.is_err() || value.is_ok(), "what can be a text can be a value");
}
