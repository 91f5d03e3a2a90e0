//! Forms with files (`multipart/form-data`, RFC 7578), and the parts of one that was sent.

/// One part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormPart<'p> {
    pub(crate) name: String,
    /// None where it is a plain value.
    pub(crate) filename: Option<String>,
    /// None where it is plain text.
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: std::borrow::Cow<'p, [u8]>,
}

/// The body of a form. The boundary must occur in no part.
pub(crate) fn multipart(parts: &[FormPart<'_>], boundary: &str) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(&part.name));
        if let Some(filename) = &part.filename {
            head.push_str(&format!("; filename=\"{}\"", escaped(filename)));
        }
        if let Some(content_type) = &part.content_type {
            head.push_str(&format!("\r\nContent-Type: {}", one_line(content_type)));
        }
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(&part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
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

/// The parts of a form that [`multipart`] wrote; none where it is another.
pub(crate) fn form_parts<'b>(body: &'b [u8], boundary: &str) -> Option<Vec<FormPart<'b>>> {
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

fn part(text: &[u8]) -> Option<FormPart<'_>> {
    let end = find(text, b"\r\n\r\n")?;
    let head = std::str::from_utf8(&text[..end]).ok()?;
    let disposition = head.lines().next()?.strip_prefix("Content-Disposition: form-data")?;
    let content_type = head.lines().find_map(|line| line.strip_prefix("Content-Type: "));
    Some(FormPart {
        name: parameter(disposition, "name")?,
        filename: parameter(disposition, "filename"),
        content_type: content_type.map(str::to_owned),
        bytes: text[end + 4..].into(),
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

    fn parts() -> Vec<FormPart<'static>> {
        let part = |name: &str, filename: Option<&str>, content_type: Option<&str>, bytes: &'static [u8]| FormPart {
            name: name.to_owned(),
            filename: filename.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
            bytes: bytes.into(),
        };
        vec![
            part("title", None, None, "blue lämp".as_bytes()),
            part("odd \"name\"\r\n", Some("a \"b\".png"), Some("image/png"), b"\x89PNG\r\n--\r\n\r\n\0"),
            part("empty", None, None, b""),
        ]
    }

    #[test]
    fn a_form_is_written_as_rfc_7578_says() {
        let body = multipart(&parts()[..2], "XyZ");
        let expected = "--XyZ\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nblue lämp\r\n\
            --XyZ\r\nContent-Disposition: form-data; name=\"odd %22name%22%0D%0A\"; filename=\"a %22b%22.png\"\r\n\
            Content-Type: image/png\r\n\r\n";
        assert!(body.starts_with(expected.as_bytes()), "{}", String::from_utf8_lossy(&body));
        assert!(body.ends_with(b"\0\r\n--XyZ--\r\n"));
        assert_eq!(multipart(&[], "XyZ"), b"--XyZ--\r\n");
    }

    #[test]
    fn what_was_written_is_read_back() {
        let body = multipart(&parts(), "XyZ");
        assert_eq!(form_parts(&body, "XyZ"), Some(parts()));
        for (body, boundary) in
            [(&body[..], "Xy"), (&body[..40], "XyZ"), (b"", "XyZ"), (b"--XyZ\r\n\r\n--XyZ--\r\n", "XyZ")]
        {
            assert_eq!(form_parts(body, boundary), None);
        }
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
