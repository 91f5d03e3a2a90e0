//! Form encoding (`application/x-www-form-urlencoded`, WHATWG URL 5.2).

use url::form_urlencoded::Serializer;

/// Fields as the body of a form, in order.
pub(crate) fn form<'f>(fields: impl Iterator<Item = (&'f String, &'f String)>) -> String {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}
