//! The OpenAPI document says what the API does: every documented operation is called, every answer is documented.

use std::collections::BTreeSet;

use super::*;

/// Operation, request target where it differs, identity, JSON body, status.
const CALLS: &[(&str, &str, &str, &str, u16)] = &[
    ("get /health", "", "", "", 200),
    ("get /items", "", "reader", "", 200),
    ("get /items", "?page=0", "reader", "", 400),
    ("get /items", "", "", "", 401),
    ("post /items", "", "reader", "{}", 403),
    ("post /items", "", "editor", r#"{"title":"Lamp","price":1}"#, 201),
    ("post /items", "", "editor", "{", 400),
    ("post /items", "", "editor", "{}", 422),
    ("post /items", "", "editor", "", 415),
    ("get /items/{id}", "/items/1", "reader", "", 200),
    ("get /items/{id}", "/items/99", "reader", "", 404),
    ("put /items/{id}", "/items/2", "editor", r#"{"title":"Lamp","price":1}"#, 200),
    ("patch /items/{id}", "/items/2", "editor", r#"{"stock":1}"#, 200),
    ("delete /items/{id}", "/items/3", "editor", "", 204),
    ("get /old-items", "", "", "", 301),
    ("get /orders", "", "editor", "", 200),
    ("get /report.xml", "", "reader", "", 200),
    ("post /uploads", "", "editor", "{}", 201),
    ("get /uploads/{id}", "/uploads/none", "reader", "", 404),
    ("get /me", "", "reader", "", 200),
    ("get /basic", "", "", "", 401),
    ("get /key", "", "", "", 401),
    ("get /key", "?api_key=demo-key-7f3a9c", "", "", 200),
    ("post /session", "", "", r#"{"user":"qa","password":"qa pass+word%"}"#, 201),
    ("post /session", "", "", "{}", 401),
    ("get /session", "", "", "", 401),
    ("delete /session", "", "", "", 204),
    ("get /cookies", "", "", "", 200),
    ("get /echo", "", "", "", 200),
    ("post /echo", "", "", "1", 200),
    ("put /echo", "", "", "1", 200),
    ("patch /echo", "", "", "1", 200),
    ("delete /echo", "", "", "", 200),
    ("get /text", "", "", "", 200),
    ("get /slow", "?ms=0", "", "", 200),
    ("get /redirect/{count}", "/redirect/0", "", "", 200),
    ("get /redirect/{count}", "/redirect/1", "", "", 302),
    ("get /redirect-to", "?url=/", "", "", 302),
    ("get /bytes/{count}", "/bytes/3", "", "", 200),
    ("get /openapi.json", "", "", "", 200),
];

#[tokio::test]
async fn the_document_and_the_api_agree() {
    let demo = demo().await;
    let document = demo.call("", "GET /openapi.json").await;
    let document = document.json();
    let mut called = BTreeSet::new();
    for (operation, target, identity, body, status) in CALLS {
        called.insert((*operation).to_owned());
        let reply = call(&demo, operation, target, identity, body).await;
        assert_eq!(reply.status, *status, "{operation} {target}");
        agree(&document, operation, &reply);
    }
    assert_eq!(called, documented(&document));
}

async fn call(demo: &Demo, operation: &str, target: &str, identity: &str, body: &str) -> Reply {
    let (method, path) = operation.split_once(' ').unwrap();
    let target = if target.starts_with('/') { target.to_owned() } else { format!("{path}{target}") };
    let token = demo.token(identity, Duration::from_secs(60)).unwrap_or_default();
    let lines: &[&str] = if body.is_empty() { &[] } else { &["content-type: application/json"] };
    demo.call_with(&token, &format!("{} {target}", method.to_uppercase()), lines, body.as_bytes()).await
}

/// Status, media type, required headers and required members are those of the document.
fn agree(document: &Json<'_>, operation: &str, reply: &Reply) {
    let (method, path) = operation.split_once(' ').unwrap();
    let operation = ["paths", path, method].iter().fold(document, |at, name| at.get(name).expect("it is documented"));
    let status = reply.status.to_string();
    let response = operation.get("responses").unwrap().get(&status).unwrap_or_else(|| panic!("{path} {status}"));
    let response = followed(document, response);
    for (name, header) in response.get("headers").and_then(Json::as_object).unwrap_or_default() {
        let required = header.get("required").and_then(Json::as_bool) == Some(true);
        assert!(!required || reply.header(name).is_some(), "{path} {name}");
    }
    let Some(content) = response.get("content") else { return assert!(reply.body.is_empty(), "{path}") };
    let media = reply.header("content-type").unwrap().split(';').next().unwrap();
    let typed = content.get(media).or_else(|| content.get("*/*")).unwrap_or_else(|| panic!("{path} {media}"));
    let Some(schema) = typed.get("schema").filter(|_| media.ends_with("json")) else { return };
    let schema = followed(document, schema);
    let body = reply.json();
    for name in schema.get("required").and_then(Json::as_array).unwrap_or_default() {
        assert!(body.get(name.as_str().unwrap()).is_some(), "{path} {name}");
    }
    if schema.get("additionalProperties").and_then(Json::as_bool) == Some(false) {
        let known = schema.get("properties").unwrap();
        body.as_object().unwrap().iter().for_each(|(name, _)| assert!(known.get(name).is_some(), "{path} {name}"));
    }
}

fn followed<'d>(document: &'d Json<'d>, node: &'d Json<'d>) -> &'d Json<'d> {
    match node.get("$ref").and_then(Json::as_str) {
        Some(to) => {
            to.trim_start_matches("#/").split('/').fold(document, |at, name| at.get(name).expect("it is there"))
        }
        None => node,
    }
}

fn documented(document: &Json<'_>) -> BTreeSet<String> {
    let paths = document.get("paths").unwrap().as_object().unwrap();
    let of_path = |(path, item): &(std::borrow::Cow<'_, str>, Json<'_>)| {
        let methods = item.as_object().unwrap().iter().map(|(name, _)| name).filter(|name| *name != "parameters");
        methods.map(|method| format!("{method} {path}")).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}
