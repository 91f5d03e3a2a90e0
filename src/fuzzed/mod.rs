//! What is fuzzed: rooms that read what others wrote, each behind a function of bytes.
//!
//! `tests/fuzz` runs these with a fuzzer, the tests here with what it has found (`fixtures/fuzz`). Whatever the bytes
//! are, nothing panics, and no small input takes long. Only there for tests and under `cfg(fuzzing)`.

mod json;
mod json_path;
mod load;
mod matcher;
mod scope;
mod template;
#[cfg(test)]
mod tests;
mod told;
mod xpath;

pub use self::{json::json, json_path::json_path, load::load, matcher::matcher, template::template, xpath::xpath};

/// The text before the first line break, and the text behind it.
fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}
