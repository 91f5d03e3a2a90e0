//! Bodies as they are sent: forms with files and GraphQL queries.

use std::{collections::BTreeMap, fs, time::SystemTime};

use crate::json::Json;
use crate::prepare::{Means, Unprepared, prepare};
use crate::secret::Redactor;
use crate::source::{Root, Source};
use crate::spec::{
    Loading,
    request::{Request, Stage},
};
use crate::template::{Draws, Files, Scope};
use crate::yaml;

/// The content type and body of a request with these keys.
fn sent(keys: &str, seed: u64) -> Result<(String, String), Unprepared> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.png"), b"PNG").unwrap();
    fs::write(folder.path().join("q.graphql"), "{ item { {{not a template}} } }\n").unwrap();
    let source = Source::new("a.yaml", folder.path().join("a.yaml"), format!("{{name: it, post: /x, {keys}}}"));
    let files = Files { root: Root::new(folder.path()), folder: folder.path().to_owned() };
    let mut loading = Loading::new(&source, files.root.clone());
    let request = Request::load(&yaml::parse(&source).root.unwrap(), Stage::Requests, &mut loading);
    assert!(loading.problems.is_empty(), "{keys}: {:?}", loading.problems);
    let vars = Json::parse(r#"{"id": 7, "none": null, "word": "blue", "all": {"id": 8}, "list": [1, "a"]}"#).unwrap();
    let vars: BTreeMap<String, Json<'static>> =
        vars.into_owned().as_object().unwrap().iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
    let draws = Draws::new(seed, "a");
    let scope = Scope { layers: vec![&vars], draws: &draws, files: &files, now: SystemTime::UNIX_EPOCH };
    let base = crate::http::Url::parse("http://a.test/").unwrap();
    let redactor = Redactor::new();
    let timeout = std::time::Duration::from_secs(1);
    let means = Means { base: Ok(Some(&base)), files: &files, timeout, redactor: &redactor, jar: None };
    let request = prepare(&request.unwrap(), &scope, &means)?;
    let content_type = request.headers.iter().find(|header| header.name == "Content-Type").unwrap();
    Ok((content_type.value.clone(), String::from_utf8(request.body.unwrap().beginning().to_vec()).unwrap()))
}

#[test]
fn a_form_with_files_is_sent_with_its_boundary() {
    let keys = "multipart: {title: \"{{word}} lamp\", n: 1.10, gone: \"{{none}}\", many: [x, {file: a.png}], \
        meta: {value: {id: \"{{id}}\"}}, up: {file: a.png, content_type: image/x, filename: \"{{word}}.png\"}}";
    let (content_type, body) = sent(keys, 1).unwrap();
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=").unwrap();
    let part =
        |head: &str, value: &str| format!("--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n");
    let expected = [
        part("name=\"title\"", "blue lamp"),
        part("name=\"n\"", "1.10"),
        part("name=\"many\"", "x"),
        part("name=\"many\"; filename=\"a.png\"\r\nContent-Type: image/png", "PNG"),
        part("name=\"meta\"\r\nContent-Type: application/json", "{\"id\":7}"),
        part("name=\"up\"; filename=\"blue.png\"\r\nContent-Type: image/x", "PNG"),
        format!("--{boundary}--\r\n"),
    ];
    assert_eq!(body, expected.concat());
}

#[test]
fn a_seed_repeats_the_boundary_and_a_written_one_is_used() {
    let type_of = |keys: &str, seed| sent(keys, seed).unwrap().0;
    assert_eq!(type_of("multipart: {a: b}", 1), type_of("multipart: {a: b}", 1));
    assert_ne!(type_of("multipart: {a: b}", 1), type_of("multipart: {a: b}", 2));
    let own = "headers: {Content-Type: multipart/mixed; boundary=own}, multipart: {a: b}";
    let (content_type, body) = sent(own, 1).unwrap();
    assert_eq!(content_type, "multipart/mixed; boundary=own");
    assert!(body.starts_with("--own\r\n"), "{body}");
}

#[test]
fn a_graphql_query_is_sent_as_json_and_its_variables_keep_their_types() {
    let rows = [
        ("graphql: {query: \"{ a { b } }\"}", r#"{"query":"{ a { b } }"}"#),
        (
            "graphql: {query: \"query A($id: Int) { a }\", variables: {id: \"{{id}}\", t: \"{{word}} x\"}, operation_name: A}",
            r#"{"query":"query A($id: Int) { a }","variables":{"id":7,"t":"blue x"},"operationName":"A"}"#,
        ),
        ("graphql: {query: \"{a}\", variables: \"{{all}}\"}", r#"{"query":"{a}","variables":{"id":8}}"#),
        ("graphql: {query: {file: q.graphql}}", r#"{"query":"{ item { {{not a template}} } }\n"}"#),
    ];
    for (keys, expected) in rows {
        assert_eq!(sent(keys, 1).unwrap(), ("application/json".to_owned(), expected.to_owned()), "{keys}");
    }
}

#[test]
fn what_cannot_be_sent_says_why() {
    let rows = [
        ("multipart: {a: {file: none.png}}", "`none.png` does not exist"),
        ("multipart: {a: {file: \"{{pick '/etc/hostname'}}\"}}", "lies outside of the project"),
        ("multipart: {a: \"{{word}} {{all}}\"}", "`all`"),
        ("graphql: {query: {file: none.graphql}}", "`none.graphql` does not exist"),
        ("graphql: {query: \"{a}\", variables: \"{{word}}\"}", "`variables` is a map, found string"),
    ];
    for (keys, part) in rows {
        let wrong = sent(keys, 1).unwrap_err();
        assert!(wrong.reason.contains(part), "{keys}: {wrong}");
        assert!(wrong.place.is_some(), "{keys}");
    }
}
