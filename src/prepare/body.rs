//! The body of a request in bytes, and the media type it has unless a header says otherwise.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::http;
use crate::http::SentFile;
use crate::prepare::{Unprepared, graphql, multipart, rendered};
use crate::source::BadFile;
use crate::spec::{
    Text,
    body::{Body, BodyForm, decoded},
};
use crate::template::{Files, Scope};

/// A body that can be sent.
pub(crate) struct Rendered {
    pub(crate) body: http::Body,
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
    let (body, content_type): (http::Body, _) = match &body.form {
        BodyForm::Json(value) => (value.render(scope)?.to_text().into(), "application/json"),
        BodyForm::Form(pairs) => {
            let fields = rendered(pairs, scope)?;
            let fields = fields.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
            (http::form(fields).into(), "application/x-www-form-urlencoded")
        }
        BodyForm::Text(text) => (text.render(scope)?.into_owned().into(), "text/plain; charset=utf-8"),
        BodyForm::Xml(text) => (text.render(scope)?.into_owned().into(), "application/xml"),
        BodyForm::Base64(text) => (binary(text, scope)?.into(), "application/octet-stream"),
        BodyForm::GraphQl(asked) => (graphql::render(asked, scope, files)?.into(), "application/json"),
        BodyForm::File(name) => {
            let File { sent, content_type, .. } = file(name, scope, files)?;
            (http::Body::file(sent), content_type)
        }
        BodyForm::Multipart(fields) => return multipart::render(fields, content_type, scope, files),
    };
    Ok(Rendered { body, content_type: content_type.to_owned() })
}

/// Standard base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn binary(text: &Text, scope: &Scope<'_>) -> Result<Vec<u8>, Unprepared> {
    let bytes = decoded(&text.render(scope)?);
    bytes.map_err(|message| Unprepared::new(message, Some(text.place().clone())))
}

/// A file that is sent.
pub(crate) struct File {
    pub(crate) sent: SentFile,
    /// By its extension.
    pub(crate) content_type: &'static str,
    /// What it is called on disk.
    pub(crate) name: String,
}

/// Looks at a file that a request sends.
///
/// # Errors
/// A template that cannot be rendered; a file that is not there, is no regular one, cannot be read or lies outside of the project.
pub(crate) fn file(name: &Text, scope: &Scope<'_>, files: &Files) -> Result<File, Unprepared> {
    let (path, written) = found(name, scope, files)?;
    let own_name = Path::new(&written).file_name().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let content_type = media_type(&path);
    let shown = files.root.shown(&path);
    let sent = SentFile::look(path, shown, &written).map_err(|bad| misnamed(&bad, name))?;
    Ok(File { sent, content_type, name: own_name })
}

/// Reads a file that a request names.
///
/// # Errors
/// As [`file`].
pub(crate) fn read(name: &Text, scope: &Scope<'_>, files: &Files) -> Result<Vec<u8>, Unprepared> {
    let (path, written) = found(name, scope, files)?;
    fs::read(&path).map_err(|error| misnamed(&BadFile::Unreadable(written, error.into()), name))
}

/// Where a file is, and what the spec calls it.
fn found(name: &Text, scope: &Scope<'_>, files: &Files) -> Result<(PathBuf, String), Unprepared> {
    let written = name.render(scope)?.into_owned();
    let path = files.root.find(&files.folder, &written).map_err(|bad| misnamed(&bad, name))?;
    Ok((path, written))
}

fn misnamed(bad: &BadFile, name: &Text) -> Unprepared {
    Unprepared { help: Some(bad.cure().to_owned()), ..Unprepared::new(bad.to_string(), Some(name.place().clone())) }
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
