//! Secrets that stand in a spec for everybody to read: in variables, headers, queries and URLs.
//!
//! Those of identities are told when they are read. Bodies are left alone: what they hold is what is tested.

use std::{borrow::Cow, sync::Arc};

use crate::diagnostic::Diagnostic;
use crate::json::Json;
use crate::secret::{is_secret_header, is_secret_member};
use crate::source::Place;
use crate::spec::{
    Spec, Templated,
    auth::starred,
    expect::{Expect, StatusForm},
    pair::Pair,
    request::Request,
    variable::Variable,
};

/// A secret by its name, and where its value stands.
type Exposed = (String, Place);

/// A warning for every value whose name says that it is a secret.
pub(crate) fn exposed(spec: &Spec) -> Vec<Diagnostic> {
    let of_requests = spec.requests.iter().flat_map(of_request);
    let mut all: Vec<Exposed> = variables(&spec.vars).into_iter().chain(of_requests).collect();
    let mut told = Vec::new();
    while let Some((_, first)) = all.first() {
        let source = Arc::clone(first.source());
        let (here, elsewhere): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, place)| Arc::ptr_eq(place.source(), &source));
        let places: Vec<Place> = here.iter().map(|(_, place)| place.clone()).collect();
        let shown = starred(&source, &places);
        told.extend(here.into_iter().map(|(name, place)| {
            let message = format!("the secret `{name}` stands in the file");
            let warning = Diagnostic::warning("literal-secret", &place.moved_to(&shown), message);
            warning.help("read it from the environment: `\"{{env.NAME}}\"`")
        }));
        all = elsewhere;
    }
    told
}

fn of_request(request: &Request) -> Vec<Exposed> {
    let mut all = variables(&request.vars);
    // Whoever expects to be refused sends what is no secret.
    if !is_refused(&request.expect) {
        all.extend(pairs(&request.headers, is_secret_header));
        all.extend(pairs(&request.query, is_secret_member));
        all.extend(in_url(request));
    }
    all
}

fn variables(vars: &[Variable]) -> Vec<Exposed> {
    let secret = vars.iter().filter(|it| is_secret_member(&it.name) && is_written(&it.value));
    secret.map(|it| (it.name.clone(), it.value.place.clone())).collect()
}

fn pairs(pairs: &[Pair], is_secret: fn(&str) -> bool) -> impl Iterator<Item = Exposed> {
    let secret = pairs.iter().filter(move |pair| is_secret(pair.name.source()));
    let values = secret.flat_map(|pair| pair.values.iter().map(|value| (pair.name.source(), value)));
    values.filter(|(_, value)| is_written(value)).map(|(name, value)| (name.to_owned(), value.place.clone()))
}

/// Whether a value stands in the file: text that is not empty, or a number.
fn is_written(value: &Templated) -> bool {
    match value.fixed() {
        Some(Json::String(text)) => !text.is_empty(),
        Some(Json::Number(_)) => true,
        _ => false,
    }
}

fn is_refused(expect: &Expect) -> bool {
    let Some(StatusForm::OneOf(ranges)) = expect.status.as_ref().map(|status| &status.form) else { return false };
    ranges.iter().all(|range| (400..=499).contains(&range.first) && range.last <= 499)
}

/// The password of a URL, and the secrets of its query.
fn in_url(request: &Request) -> Vec<Exposed> {
    let written = request.url.source();
    let place = |from: usize, length: usize| request.url.place().part(written, from, from + length);
    let mut all = Vec::new();
    if let Some((from, password)) = password(written).filter(|(_, text)| is_literal(text)) {
        all.push(("password".to_owned(), place(from, password.len())));
    }
    let query = written.find('?').map_or("", |at| &written[at + 1..]);
    for (name, value) in query.split(['&', '#']).filter_map(|pair| pair.split_once('=')) {
        if is_literal(value) && is_secret_member(&unescaped(name)) {
            let from = value.as_ptr().addr() - written.as_ptr().addr();
            all.push((name.to_owned(), place(from, value.len())));
        }
    }
    all
}

fn is_literal(text: &str) -> bool {
    !text.is_empty() && !text.contains("{{")
}

fn unescaped(name: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(name).decode_utf8_lossy()
}

/// The password of a URL and where it begins.
fn password(url: &str) -> Option<(usize, &str)> {
    let from = url.find("://")? + 3;
    let authority = url[from..].split(['/', '?', '#']).next()?;
    let user = &authority[..authority.rfind('@')?];
    let colon = user.find(':')?;
    Some((from + colon + 1, &user[colon + 1..]))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::spec::Known;

    #[test]
    fn what_its_name_calls_secret_is_told_where_it_stands_and_not_shown() {
        let table = [
            ("vars: {password: hunter2, note: x}\nrequests: [{name: r, get: /}]", vec!["1:18 password"]),
            ("vars: {password: '{{env.P}}', token: ''}\nrequests: [{name: r, get: /}]", vec![]),
            ("requests: [{name: r, vars: {apiKey: 5}, get: /}]", vec!["1:37 apiKey"]),
            ("requests: [{name: r, get: /, headers: {Authorization: Bearer abc, X-A: b}}]", vec!["1:55 Authorization"]),
            ("requests: [{name: r, get: /, headers: {Authorization: 'Bearer {{env.T}}', x-api-key: null}}]", vec![]),
            ("requests: [{name: r, get: /, headers: {Authorization: Bearer abc}, expect: {status: 401}}]", vec![]),
            (
                "requests: [{name: r, get: /, headers: {Authorization: a}, expect: {status: [200, 401]}}]",
                vec!["1:55 Authorization"],
            ),
            (
                "requests: [{name: r, get: /, query: {access_token: [abc, d], page: 1}}]",
                vec!["1:53 access_token", "1:58 access_token"],
            ),
            (
                "requests: [{name: r, get: 'http://qa:p@ss@example.com/?a=1&client%5Fsecret=x'}]",
                vec!["1:38 password", "1:76 client%5Fsecret"],
            ),
            (
                "requests: [{name: r, get: 'http://qa:{{env.P}}@example.com/?token={{t}}&page=2#token', vars: {t: 1}}]",
                vec![],
            ),
            ("requests: [{name: r, post: /login, json: {password: hunter2}, form: {a: b}}]", vec![]),
        ];
        for (text, expected) in table {
            let source = Source::inline("a.yaml", text);
            let loaded = Spec::load(&source, &Known::default(), &Root::new(Path::new(".")));
            let Some(spec) = loaded.spec else { continue };
            let told = exposed(&spec).into_iter().map(|it| {
                let place = it.place.unwrap();
                assert!(place.text().bytes().all(|byte| matches!(byte, b'*' | b' ')), "{text}: {}", place.text());
                let (line, column) = place.line_column();
                format!("{line}:{column} {}", it.message.split('`').nth(1).unwrap())
            });
            assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
