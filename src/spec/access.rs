//! `as`: an access matrix, which says for every identity how it is to be answered.

use crate::source::Place;
use crate::spec::{
    Loading,
    auth::AuthUse,
    expect::{Expect, Status},
};
use crate::yaml::{Entry, Node, Value};

/// An identity and what it is to be answered: one row of an access matrix.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// The identity, or `none`.
    pub(crate) name: String,
    /// Where it is named.
    pub(crate) place: Place,
    pub(crate) auth: AuthUse,
    /// What the row says; what the request expects of every answer is merged in, where the row says nothing of it.
    pub(crate) expect: Expect,
}

impl Role {
    /// Reads the rows of `as`, if the key is there.
    pub(crate) fn load_all(node: Option<&Node>, loading: &mut Loading) -> Vec<Self> {
        let Some(node) = node else { return Vec::new() };
        loading.map(node).iter().filter_map(|entry| Self::load(entry, loading)).collect()
    }

    fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let place = entry.key_place.clone();
        let auth = match entry.key.as_str() {
            "none" => AuthUse::None,
            name => AuthUse::Named(name.to_owned(), place.clone()),
        };
        Some(Self { name: entry.key.clone(), place, auth, expect: expected(&entry.value, loading)? })
    }
}

/// A status in any of its forms, or a whole `expect`.
fn expected(node: &Node, loading: &mut Loading) -> Option<Expect> {
    if matches!(node.value, Value::Map(_)) {
        return Expect::load(node, loading);
    }
    let status = Status::load(node, loading)?;
    Some(Expect { place: Some(node.place.clone()), status: Some(status), ..Expect::default() })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::source::{Root, Source};
    use crate::spec::{Known, Spec};

    fn load(request: &str) -> Result<Spec, Vec<String>> {
        let text = format!("requests:\n  - {{name: read, get: /items, {request}}}\n");
        let known = Known { identities: ["viewer", "editor"].map(str::to_owned).into(), ..Known::default() };
        let loaded = Spec::load(&Source::new("a.yaml", "/p/a.yaml", text), &known, &Root::new(Path::new("/p")));
        loaded.spec.ok_or_else(|| loaded.problems.iter().map(|problem| problem.message.clone()).collect())
    }

    #[test]
    fn a_row_is_a_status_in_any_form_or_a_whole_expect() {
        let rows = [
            ("as: {none: 401, viewer: 2xx, editor: [200, 204]}", Ok(["none", "viewer", "editor"].as_slice())),
            ("as: {viewer: any}", Ok(&["viewer"])),
            ("as: {viewer: {status: 200, json: {id: 1}}}, expect: {size: 3}", Ok(&["viewer"])),
            ("as: {viewr: 200}", Err("there is no identity `viewr`")),
            ("as: {viewer: 99}", Err("`99` is not an HTTP status")),
            ("as: {viewer: null}", Err("`null` is not an HTTP status")),
            ("as: {viewer: {}}", Err("an empty `expect` checks nothing")),
            ("as: {viewer: {statu: 200}}", Err("`expect` has no key `statu`")),
            ("as: {}", Err("an empty map says nothing here")),
            ("as: [viewer]", Err("expected a map, found a list")),
            ("as: {viewer: 200}, auth: none", Err("`auth` and `as` both say who sends the request")),
            (
                "as: {viewer: 200}, capture: {id: $.id}",
                Err("`capture` beside `as` has more than one answer to choose from"),
            ),
        ];
        for (request, expected) in rows {
            let loaded = load(request).map(|spec| spec.requests[0].roles.clone());
            match (loaded, expected) {
                (Ok(roles), Ok(names)) => {
                    assert_eq!(roles.iter().map(|role| role.name.as_str()).collect::<Vec<_>>(), names, "{request}");
                }
                (Err(problems), Err(message)) => {
                    assert!(problems.iter().any(|it| it == message), "{request}: {problems:?}")
                }
                (loaded, _) => panic!("{request}: {loaded:?}"),
            }
        }
    }

    #[test]
    fn what_the_request_expects_holds_for_every_row_unless_the_row_says_otherwise() {
        let spec = load("as: {none: {status: 401, size: 0}, viewer: 200}, expect: {size: 3, headers: {a: b}}").unwrap();
        let [none, viewer] = spec.requests[0].roles.as_slice() else { panic!("two rows") };
        assert_eq!((none.expect.facts.len(), viewer.expect.facts.len()), (1, 1));
        assert_eq!((none.expect.headers.len(), viewer.expect.headers.len()), (1, 1));
        assert_eq!(none.expect.facts[0].value.place.text(), "0");
        assert_eq!(viewer.expect.facts[0].value.place.text(), "3");
    }
}
