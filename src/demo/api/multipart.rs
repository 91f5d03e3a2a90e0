//! `/multipart`, by any method: the parts of a form as they came.

use axum::{
    http::{HeaderMap, StatusCode, header},
    response::Response,
};
use bytes::Bytes;

use crate::demo::answer::{header_text, json};
use crate::demo::api::{plain::sha256, problem::Problem};
use crate::http::boundary;
use crate::json::Json;

/// One part of a form that came.
#[derive(Debug, PartialEq, Eq)]
struct Part<'p> {
    name: String,
    filename: Option<String>,
    content_type: Option<String>,
    bytes: &'p [u8],
}

/// `POST /multipart`
pub(super) async fn echo(headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    let content_type = header_text(&headers, header::CONTENT_TYPE).unwrap_or_default();
    let wrong = |status, why| Problem::new(status, why);
    let boundary = boundary(content_type).ok_or_else(|| {
        wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be multipart/form-data with a boundary")
    })?;
    let parts = form_parts(&body, boundary)
        .ok_or_else(|| wrong(StatusCode::BAD_REQUEST, "the body is not a form of this boundary"))?;
    let parts = Json::Array(parts.iter().map(described).collect());
    Ok(json(StatusCode::OK, &Json::object([("parts", parts)])))
}

fn described(part: &Part<'_>) -> Json<'static> {
    let text = |text: Option<&str>| text.map_or(Json::Null, |text| text.to_owned().into());
    Json::object([
        ("name", part.name.clone().into()),
        ("filename", text(part.filename.as_deref())),
        ("content_type", text(part.content_type.as_deref())),
        ("text", text(std::str::from_utf8(part.bytes).ok())),
        ("size", part.bytes.len().into()),
        ("sha256", sha256(part.bytes).into()),
    ])
}

/// The parts of a form; none where it is not one of this boundary.
fn form_parts<'b>(body: &'b [u8], boundary: &str) -> Option<Vec<Part<'b>>> {
    let line = format!("--{boundary}");
    let mut rest = body.strip_prefix(line.as_bytes())?;
    let next = format!("\r\n--{boundary}");
    let mut parts = Vec::new();
    while rest != b"--\r\n" {
        let end = find(rest, next.as_bytes())?;
        parts.push(part(rest[..end].strip_prefix(b"\r\n")?)?);
        rest = &rest[end + next.len()..];
    }
    Some(parts)
}

fn part(text: &[u8]) -> Option<Part<'_>> {
    let end = find(text, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&text[..end]).ok()?;
    let disposition = head.lines().next()?.strip_prefix("Content-Disposition: form-data")?;
    let content_type = head.lines().find_map(|line| line.strip_prefix("Content-Type: "));
    Some(Part {
        name: parameter(disposition, "name")?,
        filename: parameter(disposition, "filename"),
        content_type: content_type.map(str::to_owned),
        bytes: &text[end + 4..],
    })
}

fn parameter(disposition: &str, name: &str) -> Option<String> {
    let value = disposition.split("; ").find_map(|it| it.strip_prefix(name)?.strip_prefix("=\""))?;
    let value = value.strip_suffix('"')?;
    Some(value.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{FormPart, Stretch, multipart};

    #[test]
    fn what_was_written_is_read_back() {
        let part = |name: &str, filename: Option<&str>, content_type: Option<&str>, bytes: &'static [u8]| FormPart {
            name: name.to_owned(),
            filename: filename.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
            content: Stretch::Bytes(bytes.into()),
        };
        let written = vec![
            part("title", None, None, "blue lämp".as_bytes()),
            part("odd \"name\"\r\n", Some("a \"b\".png"), Some("image/png"), b"\x89PNG\r\n--\r\n\r\n\0"),
            part("empty", None, None, b""),
        ];
        let body = multipart(written.clone(), "XyZ");
        let body = body.bytes().unwrap();
        let read = form_parts(body, "XyZ").unwrap();
        assert_eq!(read.len(), 3);
        for (read, written) in read.iter().zip(&written) {
            assert_eq!((&read.name, &read.filename), (&written.name, &written.filename));
            assert_eq!((&read.content_type, read.bytes), (&written.content_type, &written.content.beginning()[..]));
        }
        for (body, boundary) in
            [(&body[..], "Xy"), (&body[..40], "XyZ"), (b"", "XyZ"), (b"--XyZ\r\n\r\n--XyZ--\r\n", "XyZ")]
        {
            assert_eq!(form_parts(body, boundary), None);
        }
    }
}
