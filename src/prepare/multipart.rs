//! The body of a form with files. Its boundary is drawn, so that a seed repeats it.

use crate::hex::hex;
use crate::http;
use crate::http::{FormPart, Stretch};
use crate::json::Json;
use crate::prepare::{
    Unprepared,
    body::{self, Rendered},
};
use crate::spec::{
    Text,
    multipart::{Content, FormField, Part},
};
use crate::template::{Files, Scope};

/// Renders a form. `content_type` is what the headers of the request say; the boundary that it names is used.
///
/// # Errors
/// A template that cannot be rendered, a file that is not there.
pub(super) fn render(
    fields: &[FormField],
    content_type: Option<&str>,
    scope: &Scope<'_>,
    files: &Files,
) -> Result<Rendered, Unprepared> {
    let mut parts = Vec::new();
    for field in fields {
        let name = field.name.render(scope)?;
        for part in &field.parts {
            parts.extend(rendered(part, &name, scope, files)?);
        }
    }
    let boundary = content_type.and_then(http::boundary).map_or_else(|| drawn(scope), str::to_owned);
    let body = http::multipart(parts, &boundary);
    Ok(Rendered { body, content_type: format!("multipart/form-data; boundary={boundary}") })
}

/// A part; none where its value is a template that yields null.
fn rendered(part: &Part, name: &str, scope: &Scope<'_>, files: &Files) -> Result<Option<FormPart>, Unprepared> {
    let bytes = |text: String| Stretch::Bytes(text.into());
    let (content, filename, own_type) = match &part.content {
        Content::File(name) => {
            let file = body::file(name, scope, files)?;
            (Stretch::File(file.sent), Some(file.name), Some(file.content_type))
        }
        Content::Value(value) => match &*value.render(scope)? {
            Json::Null => return Ok(None),
            Json::String(text) => (bytes(text.clone().into_owned()), None, None),
            json @ (Json::Array(_) | Json::Object(_)) => (bytes(json.to_text()), None, Some("application/json")),
            scalar => (bytes(scalar.to_text()), None, None),
        },
    };
    let written = |text: &Option<Text>| -> Result<Option<String>, Unprepared> {
        Ok(text.as_ref().map(|text| text.render(scope)).transpose()?.map(std::borrow::Cow::into_owned))
    };
    Ok(Some(FormPart {
        name: name.to_owned(),
        filename: written(&part.filename)?.or(filename),
        content_type: written(&part.content_type)?.or(own_type.map(str::to_owned)),
        content,
    }))
}

/// A boundary that occurs in no part by chance alone: 128 random bits.
fn drawn(scope: &Scope<'_>) -> String {
    format!("hallpass-{}", hex(scope.draws.bytes::<16>()))
}
