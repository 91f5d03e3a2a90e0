//! XPath.

use crate::fuzzed::first_line;
use crate::xpath::{Document, XPath};

/// Compiles the first line as an expression and evaluates it over what is behind it, read as XML and as HTML.
///
/// # Panics
/// A fault lies outside of the expression.
pub fn xpath(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (text, markup) = first_line(text);
    let xpath = match XPath::compile(text) {
        Ok(xpath) => xpath,
        Err(bad) => {
            assert!(text.is_char_boundary(bad.offset) && !bad.message.is_empty(), "{bad:?}");
            return;
        }
    };
    for document in [Document::xml(markup).ok(), Some(Document::html(markup))].into_iter().flatten() {
        let _ = (xpath.find(&document), xpath.nearest(&document));
    }
}
