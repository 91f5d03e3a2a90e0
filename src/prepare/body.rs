//! The body of a request in bytes, and the media type it has unless a header says otherwise.

use std::{fs, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;

use crate::prepare::{Unprepared, graphql, multipart, rendered};
use crate::source::{BadFile, Place};
use crate::spec::{
    Text,
    body::{Body, BodyForm, decoded},
};
use crate::template::{Files, Scope};

/// A body that can be sent.
pub(crate) struct Rendered {
    pub(crate) bytes: Bytes,
    pub(crate) content_type: String,
}

/// Renders a body.
///
/// `content_type` is what the headers of the request say.
///
/// # Errors
/// A template that cannot be rendered, base64 that is none, a file that is not there.
pub(crate) fn render(
    body: &Body,
    content_type: Option<&str>,
    scope: &Scope<'_>,
    files: &Files,
) -> Result<Rendered, Unprepared> {
    let (bytes, content_type) = match &body.form {
        BodyForm::Json(value) => (value.render(scope)?.to_text().into(), "application/json"),
        BodyForm::Form(pairs) => {
            let fields = rendered(pairs, scope)?;
            let fields = fields.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
            (crate::http::form(fields).into(), "application/x-www-form-urlencoded")
        }
        BodyForm::Text(text) => (text.render(scope)?.into_owned().into(), "text/plain; charset=utf-8"),
        BodyForm::Xml(text) => (text.render(scope)?.into_owned().into(), "application/xml"),
        BodyForm::Base64(text) => (binary(text, scope)?.into(), "application/octet-stream"),
        BodyForm::GraphQl(asked) => (graphql::render(asked, scope, files)?.into(), "application/json"),
        BodyForm::File(name) => {
            let File { bytes, content_type, .. } = file(name, scope, files)?;
            (bytes.into(), content_type)
        }
        BodyForm::Multipart(fields) => return multipart::render(fields, content_type, scope, files),
    };
    Ok(Rendered { bytes, content_type: content_type.to_owned() })
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn binary(text: &Text, scope: &Scope<'_>) -> Result<Vec<u8>, Unprepared> {
    let bytes = decoded(&text.render(scope)?);
    bytes.map_err(|message| Unprepared::new(message, Some(text.place().clone())))
}

/// A file that was read.
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    /// By its extension.
    pub(crate) content_type: &'static str,
    /// What it is called on disk.
    pub(crate) name: String,
}

/// Reads a file that a request names.
///
/// # Errors
/// A template that cannot be rendered; a file that is not there, cannot be read or lies outside of the project.
pub(crate) fn file(name: &Text, scope: &Scope<'_>, files: &Files) -> Result<File, Unprepared> {
    let written = name.render(scope)?;
    let wrong = |bad: BadFile, place: &Place| Unprepared {
        help: Some("paths start at the folder of the spec and end below the project's root".to_owned()),
        ..Unprepared::new(bad.to_string(), Some(place.clone()))
    };
    let path = files.root.find(&files.folder, &written).map_err(|bad| wrong(bad, name.place()))?;
    let own_name = Path::new(&*written).file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = fs::read(&path)
        .map_err(|error| wrong(BadFile::Unreadable(written.into_owned(), error.into()), name.place()))?;
    Ok(File { bytes, content_type: media_type(&path), name: own_name })
}

/// The media type of a file by its extension.
pub(crate) fn media_type(path: &Path) -> &'static str {
    let extension = path.extension().map(|it| it.to_string_lossy().to_lowercase()).unwrap_or_default();
    match extension.as_str() {
        "json" => "application/json",
        "xml" => "application/xml",
        "yaml" | "yml" => "application/yaml",
        "html" | "htm" => "text/html; charset=utf-8",
        "txt" | "log" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "svg" => "image/svg+xml",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_of_a_file_gives_its_type() {
        for (name, expected) in
            [("a.PNG", "image/png"), ("a.tar.gz", "application/gzip"), ("a", "application/octet-stream")]
        {
            assert_eq!(media_type(Path::new(name)), expected, "{name}");
        }
    }
}
