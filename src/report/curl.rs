//! A command line that sends a request again, with `$NAME` in place of every secret.

use std::borrow::Cow;

use crate::http;
use crate::http::{FormPart, Header, Request, SentFile, Stretch};
use crate::report::{
    evidence::request_body,
    excerpt::is_unprintable,
    hidden::{Named, Veil, is_covered, named, named_in_body},
};
use crate::secret::Piece;

/// One line for a POSIX shell with `$'…'` (bash, zsh, ksh); the variables are to be set before.
pub(crate) fn curl(request: &Request, veil: Veil<'_>) -> String {
    let mut words = vec!["curl".to_owned()];
    words.extend(method(request));
    let url = request.url.as_str();
    if url.contains(['[', ']', '{', '}']) {
        words.push("--globoff".to_owned());
    }
    if request.redirects > 0 {
        words.push(format!("--location --max-redirs {}", request.redirects));
    }
    words.push(quoted(&pieces(url, &named(url, veil.redactor()), veil)));
    let is_form = form(request).is_some();
    words.extend(request.headers.iter().flat_map(|header| header_words(header, is_form, veil)));
    words.extend(body(request, veil));
    words.join(" ")
}

fn method(request: &Request) -> Option<String> {
    let usual = if request.body.is_some() { "POST" } else { "GET" };
    match request.method.as_str() {
        "HEAD" => Some("--head".to_owned()),
        method if method == usual => None,
        method => Some(format!("-X {}", single(method))),
    }
}

fn header_words(header: &Header, is_form: bool, veil: Veil<'_>) -> Option<String> {
    let name = header.name.as_str();
    let value = header.value.as_str();
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("accept-encoding") {
        return Some("--compressed".to_owned());
    }
    let unasked = is("accept") && value == "*/*" || is("user-agent") && value.starts_with("hallpass/");
    // curl draws a boundary of its own.
    let of_form = is("content-type") && is_form;
    if unasked || of_form || is("host") || is("content-length") {
        return None;
    }
    if value.is_empty() {
        return Some(format!("-H {}", single(&format!("{name};"))));
    }
    let known = veil.redactor().pieces(value);
    let value = match veil.redactor().hides_header(name) && !is_covered(&known) {
        true => vec![Piece::Secret(variable(name))],
        false => pieces(value, &named(value, veil.redactor()), veil),
    };
    let label = format!("{name}: ");
    Some(format!("-H {}", quoted(&[vec![Piece::Plain(&label)], value].concat())))
}

fn body(request: &Request, veil: Veil<'_>) -> Vec<String> {
    if let Some(parts) = form(request) {
        return parts.iter().map(|part| part_word(part, veil)).collect();
    }
    let Some(body) = request_body(request) else {
        // Without it curl would send none, and a GET.
        return request.body.iter().map(|_| "--data-raw ''".to_owned()).collect();
    };
    let mut words = Vec::new();
    if body.content_type.is_none() {
        words.push("-H 'content-type:'".to_owned());
    }
    let file = request.body.as_ref().and_then(http::Body::as_file);
    let text = std::str::from_utf8(body.bytes).ok().filter(|text| !text.contains('\0') && !body.is_cut());
    words.push(match (file, text) {
        (Some(file), _) => format!("--data-binary {}", quoted(&pieces(&format!("@{}", file.name), &[], veil))),
        (None, Some(text)) => {
            let found = named_in_body(body.content_type, text, veil.redactor());
            format!("--data-raw {}", quoted(&pieces(text, &found, veil)))
        }
        (None, None) => "--data-binary @body.bin".to_owned(),
    });
    words
}

/// The parts of a form with files, which curl can write as well.
fn form(request: &Request) -> Option<&[FormPart]> {
    let is_form = |header: &Header| {
        header.name.eq_ignore_ascii_case("content-type") && header.value.starts_with("multipart/form-data;")
    };
    let parts = request.body.as_ref()?.parts();
    (!parts.is_empty() && request.headers.iter().any(is_form)).then_some(parts)
}

fn part_word(part: &FormPart, veil: Veil<'_>) -> String {
    let content_type = part.content_type.as_deref().map_or_else(String::new, |it| format!(";type={it}"));
    let bytes = match &part.content {
        Stretch::File(file) => {
            let word = format!("{}={}{content_type}", part.name, of_file(file, part.filename.as_deref()));
            return format!("-F {}", quoted(&pieces(&word, &[], veil)));
        }
        Stretch::Bytes(bytes) => bytes,
    };
    let text = String::from_utf8_lossy(bytes);
    let value = match veil.redactor().hides_member(&part.name) {
        true => vec![Piece::Secret(variable(&part.name))],
        false => pieces(&text, &named(&text, veil.redactor()), veil),
    };
    let filename = part.filename.as_deref().map_or_else(String::new, |it| format!(";filename={}", in_form(it)));
    let parameters = content_type + &filename;
    // `-F` reads a file where a value begins with `@` or `<`, and parameters behind a `;`.
    let is_literal = parameters.is_empty() && text.contains(['@', '<', ';', '"']);
    let flag = if is_literal { "--form-string" } else { "-F" };
    let label = format!("{}=", part.name);
    format!("{flag} {}", quoted(&[vec![Piece::Plain(&label)], value, vec![Piece::Plain(&parameters)]].concat()))
}

/// `@specs/lamp.png`, with the name that it is sent under where that is another.
fn of_file(file: &SentFile, sent_as: Option<&str>) -> String {
    let own = file.name.rsplit('/').next().unwrap_or_default();
    let filename = sent_as.filter(|it| *it != own).map_or_else(String::new, |it| format!(";filename={}", in_form(it)));
    format!("@{}{filename}", in_form(&file.name))
}

/// A name between quotes, where it would be read as two without.
fn in_form(name: &str) -> String {
    match name.contains([',', ';', '"']) {
        true => format!("\"{}\"", name.replace('\\', r"\\").replace('"', "\\\"")),
        false => name.to_owned(),
    }
}

/// A text in order: what was written, and variables for what is secret by registration or by name.
fn pieces<'t>(text: &'t str, named: &[Named], veil: Veil<'_>) -> Vec<Piece<'t>> {
    let mut all = Vec::new();
    let mut at = 0;
    for named in named {
        all.extend(veil.redactor().pieces(&text[at..named.range.start]));
        let value = veil.redactor().pieces(&text[named.range.clone()]);
        match value.as_slice() {
            [Piece::Secret(_)] => all.extend(value),
            _ => all.push(Piece::Secret(variable(&named.name))),
        }
        at = named.range.end;
    }
    all.extend(veil.redactor().pieces(&text[at..]));
    all
}

/// `access-token` → `$ACCESS_TOKEN`.
fn variable(name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    std::iter::once('$').chain(name.chars().map(word)).collect()
}

/// One word of a shell: variables are expanded, everything else stays as it is.
fn quoted(pieces: &[Piece<'_>]) -> String {
    let pieces = joined(pieces);
    if pieces.iter().any(|(is_variable, _)| *is_variable)
        && let Some(word) = double(&pieces)
    {
        return word;
    }
    let parts = pieces.iter().map(|(is_variable, text)| match is_variable {
        false => single(text),
        true => Cow::Owned(format!("\"{text}\"")),
    });
    let word: String = parts.collect();
    if word.is_empty() { "''".to_owned() } else { word }
}

/// Whether each part is a variable, and its text; plain parts are never neighbours.
fn joined(pieces: &[Piece<'_>]) -> Vec<(bool, String)> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for piece in pieces {
        match (piece, parts.last_mut()) {
            (Piece::Plain(text), Some((false, before))) => before.push_str(text),
            (Piece::Plain(text), _) => parts.push((false, (*text).to_owned())),
            (Piece::Secret(variable), _) => parts.push((true, variable.clone())),
        }
    }
    parts
}

/// The word in one pair of `"`, where nothing in it means anything there.
fn double(parts: &[(bool, String)]) -> Option<String> {
    let means = |c: char| is_unprintable(c) || matches!(c, '"' | '\\' | '$' | '`' | '!');
    let goes_on = |text: &str| text.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let unclear = parts.iter().any(|(is_variable, text)| !is_variable && text.contains(means));
    let run_together = parts.windows(2).any(|pair| pair[0].0 && goes_on(&pair[1].1));
    let words: String = parts.iter().map(|(_, text)| text.as_str()).collect();
    (!unclear && !run_together).then(|| format!("\"{words}\""))
}

/// A text as one word; control characters as escapes of `$'…'`.
fn single(text: &str) -> Cow<'_, str> {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | '%' | '+' | ',');
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    if !text.contains(is_unprintable) {
        return Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")));
    }
    let mut word = String::from("$'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => word.extend(['\\', c]),
            '\n' => word.push_str("\\n"),
            '\r' => word.push_str("\\r"),
            '\t' => word.push_str("\\t"),
            _ if is_unprintable(c) => word.extend(c.to_string().bytes().map(|byte| format!("\\x{byte:02x}"))),
            _ => word.push(c),
        }
    }
    Cow::Owned(word + "'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::request;
    use crate::secret::{Redactor, Secret};

    fn line(request: &Request) -> String {
        let redactor = Redactor::new();
        let _ = redactor.register("auth.service.token", &Secret::new("tok-1234"));
        curl(request, Veil::new(&redactor))
    }

    #[test]
    fn a_request_becomes_a_command_line() {
        let plain = request("GET", "https://api/items?q=a%20b", &[("accept", "*/*"), ("accept-encoding", "gzip")], "");
        assert_eq!(line(&plain), "curl 'https://api/items?q=a%20b' --compressed");
        let json = [("content-type", "application/json"), ("x-it's", "$HOME"), ("x-empty", "")];
        let post = request("POST", "https://api/items", &json, r#"{"a":"it's"}"#);
        let expected = r#"curl https://api/items -H 'content-type: application/json' -H 'x-it'\''s: $HOME' -H 'x-empty;' --data-raw '{"a":"it'\''s"}'"#;
        assert_eq!(line(&post), expected);
        let empty = Request { body: Some("".into()), ..request("POST", "https://api/x", &[], "") };
        assert_eq!(line(&empty), "curl https://api/x --data-raw ''");
        let head = Request { redirects: 3, ..request("HEAD", "https://api/x", &[], "") };
        assert_eq!(line(&head), "curl --head --location --max-redirs 3 https://api/x");
        let purge = request("PURGE", "https://api/x?a[]=1", &[], "a\nb'c\u{1b}");
        let expected = r"curl -X PURGE --globoff 'https://api/x?a[]=1' -H 'content-type:' --data-raw $'a\nb\'c\x1b'";
        assert_eq!(line(&purge), expected);
    }

    #[test]
    fn secrets_become_variables_that_the_shell_expands() {
        let headers = [("Authorization", "Bearer tok-1234"), ("Cookie", "sid=9"), ("content-type", "application/json")];
        let body = r#"{"password":"hunter2","pin_secret":1,"x":"tok-1234","secret":7}"#;
        let expected = r#"curl "https://api/x?access_token=$ACCESS_TOKEN&y=$AUTH_SERVICE_TOKEN" -H "Authorization: Bearer $AUTH_SERVICE_TOKEN" -H "Cookie: $COOKIE" -H 'content-type: application/json' --data-raw '{"password":"'"$PASSWORD"'","pin_secret":1,"x":"'"$AUTH_SERVICE_TOKEN"'","secret":'"$SECRET"'}'"#;
        let request = request("POST", "https://api/x?access_token=abc&y=tok-1234", &headers, body);
        assert_eq!(line(&request), expected);
    }

    #[test]
    fn a_form_with_files_is_written_with_f() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| {
            let path = folder.path().join("it");
            std::fs::write(&path, b"PNG").unwrap();
            Stretch::File(SentFile::look(path, name.to_owned(), name).unwrap())
        };
        let text = |text: &'static str| Stretch::Bytes(text.into());
        let part = |name: &str, filename: Option<&str>, content_type: Option<&str>, content| FormPart {
            name: name.to_owned(),
            filename: filename.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
            content,
        };
        let rows = [
            (part("title", None, None, text("blue lamp")), "-F 'title=blue lamp'"),
            (part("up", Some("a.png"), Some("image/png"), file("specs/a.png")), "-F 'up=@specs/a.png;type=image/png'"),
            (part("up", Some("b.png"), None, file("specs/a.png")), "-F 'up=@specs/a.png;filename=b.png'"),
            (part("up", Some("a;b"), None, file("x/a;b")), r#"-F 'up=@"x/a;b"'"#),
            (part("up", Some("tok-1234"), None, file("tok-1234")), r#"-F "up=@$AUTH_SERVICE_TOKEN""#),
            (
                part("meta", None, Some("application/json"), text("{\"id\":7}")),
                r#"-F 'meta={"id":7};type=application/json'"#,
            ),
            (part("note", Some("n.txt"), None, text("hello")), "-F 'note=hello;filename=n.txt'"),
            (part("note", None, None, text("<b>")), "--form-string 'note=<b>'"),
            (part("password", None, None, text("hunter2")), r#"-F "password=$PASSWORD""#),
            (part("key", None, None, text("tok-1234")), r#"-F "key=$AUTH_SERVICE_TOKEN""#),
        ];
        let (parts, words): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let headers = [("content-type", "multipart/form-data; boundary=own")];
        let form = http::multipart(parts, "own");
        let mut post = Request { body: Some(form), ..request("POST", "https://api/x", &headers, "") };
        assert_eq!(line(&post), format!("curl https://api/x {}", words.join(" ")));
        post.headers[0].value = "multipart/mixed; boundary=own".to_owned();
        assert!(line(&post).contains("--data-raw"), "{}", line(&post));
    }

    #[test]
    fn a_file_is_named_and_not_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        std::fs::write(&path, b"text").unwrap();
        let file = SentFile::look(path, "specs/my notes.txt".to_owned(), "").unwrap();
        let put = Request {
            body: Some(http::Body::file(file)),
            ..request("PUT", "https://api/x", &[("content-type", "text/plain")], "")
        };
        let expected = "curl -X PUT https://api/x -H 'content-type: text/plain' --data-binary '@specs/my notes.txt'";
        assert_eq!(line(&put), expected);
    }

    #[test]
    fn what_a_shell_would_read_otherwise_is_kept_apart() {
        let rows = [
            (vec![Piece::Plain("a!"), Piece::Secret("$X".to_owned())], r#"'a!'"$X""#),
            (vec![Piece::Secret("$X".to_owned()), Piece::Plain("yz")], r#""$X"yz"#),
            (vec![Piece::Plain("a b"), Piece::Plain("c"), Piece::Secret("$X".to_owned())], r#""a bc$X""#),
            (vec![Piece::Plain("$A ")], "'$A '"),
            (vec![], "''"),
        ];
        for (pieces, word) in rows {
            assert_eq!(quoted(&pieces), word);
        }
    }
}
