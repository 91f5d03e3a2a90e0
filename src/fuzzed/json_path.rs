//! Paths.

use crate::fuzzed::first_line;
use crate::json::Json;
use crate::json_path::JsonPath;

/// Compiles the first line as a path and finds its values in the JSON behind it.
///
/// # Panics
/// A fault lies outside of the path; a path to one value finds two, or something and nothing at once.
pub fn json_path(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (text, document) = first_line(text);
    let path = match JsonPath::compile(text) {
        Ok(path) => path,
        Err(bad) => {
            assert!(text.is_char_boundary(bad.offset) && !bad.message.is_empty(), "{bad:?}");
            return;
        }
    };
    let Ok(document) = Json::parse(document) else { return };
    let found = path.find(&document);
    let nearest = path.nearest(&document);
    if path.is_singular() {
        assert!(found.len() <= 1, "{} values", found.len());
        assert!(found.is_empty() || nearest.is_none(), "{nearest:?}");
    }
}
