//! Form encoding (`application/x-www-form-urlencoded`, WHATWG URL 5.2).

use url::form_urlencoded::{Serializer, byte_serialize};

/// Fields as the body of a form, in order.
pub(crate) fn form(fields: impl Iterator<Item = (impl AsRef<str>, impl AsRef<str>)>) -> String {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

/// One text as a form writes it.
pub(crate) fn form_encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}
