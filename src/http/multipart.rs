//! Forms with files (`multipart/form-data`, RFC 7578).

use bytes::Bytes;

use crate::http::body::{Body, FormPart, Stretch};

/// The body of a form. The boundary must occur in no part.
pub(crate) fn multipart(parts: Vec<FormPart>, boundary: &str) -> Body {
    let mut stretches = Vec::new();
    let mut text = Vec::new();
    for part in &parts {
        text.extend_from_slice(head(part, boundary).as_bytes());
        match &part.content {
            Stretch::Bytes(bytes) => text.extend_from_slice(bytes),
            file @ Stretch::File(_) => {
                stretches.extend([Stretch::Bytes(Bytes::from(std::mem::take(&mut text))), file.clone()]);
            }
        }
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    stretches.push(Stretch::Bytes(text.into()));
    Body::of(stretches, parts)
}

fn head(part: &FormPart, boundary: &str) -> String {
    let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(&part.name));
    if let Some(filename) = &part.filename {
        head.push_str(&format!("; filename=\"{}\"", escaped(filename)));
    }
    if let Some(content_type) = &part.content_type {
        head.push_str(&format!("\r\nContent-Type: {}", one_line(content_type)));
    }
    head + "\r\n\r\n"
}

/// The boundary that a content type of `multipart/…` names.
pub(crate) fn boundary(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';');
    let essence = parameters.next()?.trim();
    let is_multipart = essence.get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/"));
    let named =
        |parameter: &'_ str| parameter.trim().get(..9).is_some_and(|name| name.eq_ignore_ascii_case("boundary="));
    let parameter = parameters.find(|parameter| named(parameter)).filter(|_| is_multipart)?;
    Some(parameter.trim()[9..].trim_matches('"')).filter(|boundary| !boundary.is_empty())
}

/// A name between quotes, as browsers write it (WHATWG HTML, multipart form data).
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::body::SentFile;

    fn part(name: &str, filename: Option<&str>, content_type: Option<&str>, content: Stretch) -> FormPart {
        FormPart {
            name: name.to_owned(),
            filename: filename.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
            content,
        }
    }

    fn bytes(bytes: &'static [u8]) -> Stretch {
        Stretch::Bytes(Bytes::from_static(bytes))
    }

    #[test]
    fn a_form_is_written_as_rfc_7578_says() {
        let parts = vec![
            part("title", None, None, bytes("blue lämp".as_bytes())),
            part("odd \"name\"\r\n", Some("a \"b\".png"), Some("image/png"), bytes(b"\x89PNG\0")),
        ];
        let body = multipart(parts, "XyZ");
        let expected = "--XyZ\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nblue lämp\r\n\
            --XyZ\r\nContent-Disposition: form-data; name=\"odd %22name%22%0D%0A\"; filename=\"a %22b%22.png\"\r\n\
            Content-Type: image/png\r\n\r\n";
        let written = body.bytes().unwrap();
        assert!(written.starts_with(expected.as_bytes()), "{}", String::from_utf8_lossy(written));
        assert!(written.ends_with(b"\0\r\n--XyZ--\r\n"));
        assert_eq!(multipart(Vec::new(), "XyZ").bytes().unwrap()[..], b"--XyZ--\r\n"[..]);
    }

    #[test]
    fn a_file_stays_on_disk_between_the_bytes_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        std::fs::write(&path, b"PNG").unwrap();
        let file = Stretch::File(SentFile::look(path, "specs/a.png".to_owned(), "a.png").unwrap());
        let body = multipart(vec![part("a", Some("a.png"), None, file), part("b", None, None, bytes(b"x"))], "XyZ");
        assert!(body.bytes().is_none() && body.files().map(|file| file.name.as_str()).eq(["specs/a.png"]));
        let mut chunks = body.chunks();
        let mut all = Vec::new();
        while let Some(chunk) = chunks.next().unwrap() {
            all.extend_from_slice(&chunk);
        }
        let head = "--XyZ\r\nContent-Disposition: form-data; name=";
        let expected = format!("{head}\"a\"; filename=\"a.png\"\r\n\r\nPNG\r\n{head}\"b\"\r\n\r\nx\r\n--XyZ--\r\n");
        assert_eq!(String::from_utf8(all).unwrap(), expected);
        assert_eq!((body.size(), &body.beginning()[..]), (expected.len() as u64, expected.as_bytes()));
    }

    #[test]
    fn a_content_type_may_name_its_boundary() {
        let rows = [
            ("multipart/form-data; boundary=abc", Some("abc")),
            ("Multipart/Mixed; charset=utf-8; BOUNDARY=\"a b\"", Some("a b")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("text/plain; boundary=abc", None),
            ("", None),
        ];
        for (content_type, expected) in rows {
            assert_eq!(boundary(content_type), expected, "{content_type}");
        }
    }
}
