//! What a spec defines and nobody reads: worth a look, no error.

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::Spec;

/// A warning for every variable and capture that no template of the spec reads.
pub(crate) fn unread(spec: &Spec) -> Vec<Diagnostic> {
    let uses = spec.uses.iter().chain(spec.requests.iter().flat_map(|request| &request.uses));
    let read: HashSet<&str> = uses.map(|read| &*read.name).collect();
    let vars = spec.vars.iter().chain(spec.requests.iter().flat_map(|request| &request.vars));
    let vars = vars.filter(|it| !read.contains(&*it.name)).map(|it| variable(&it.name, &it.place));
    // What a fragment captures may be for another spec that uses it.
    let own = spec.requests.iter().filter(|request| request.fragment.is_none());
    let captures = own.flat_map(|request| &request.capture);
    // Whoever captures a secret may only want it hidden.
    let captures = captures.filter(|it| !it.secret && !read.contains(&*it.name));
    vars.chain(captures.map(|it| capture(&it.name, &it.place))).collect()
}

fn variable(name: &str, place: &Place) -> Diagnostic {
    let looks = Diagnostic::warning("unread-variable", place, format!("nothing reads the variable `{name}`"));
    looks.help("take it out, or look for the template that was to read it")
}

fn capture(name: &str, place: &Place) -> Diagnostic {
    let looks = Diagnostic::warning("unread-capture", place, format!("nothing reads the capture `{name}`"));
    looks.help("take it out; to say that the value is there write `exists: true` under `expect`")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::source::{Root, Source};
    use crate::spec::Known;

    #[test]
    fn what_nobody_reads_is_named_where_it_stands() {
        let table = [
            ("requests: [{name: r, get: /a}]", vec![]),
            ("vars: {a: 1}\nrequests: [{name: r, get: /a}]", vec!["1:8 a"]),
            ("vars: {a: 1}\nrequests: [{name: r, get: '/{{a}}'}]", vec![]),
            ("vars: {a: 1, b: '{{a}}'}\nrequests: [{name: r, get: '/{{b}}'}]", vec![]),
            ("vars: {a: 1}\nrequests: [{name: r, get: '/{{default a 2}}'}]", vec![]),
            ("requests: [{name: r, vars: {a: 1}, get: /}]", vec!["1:29 a"]),
            ("requests: [{name: r, get: /, capture: {id: $.id}}]", vec!["1:40 id"]),
            ("requests: [{name: r, get: /, capture: {id: {jsonpath: $.id, secret: true}}}]", vec![]),
            ("requests: [{name: r, get: /, capture: {id: $.id}, expect: {values: {'{{id}}': 1}}}]", vec![]),
            ("requests: [{name: r, get: /, capture: {id: $.id}}, {name: s, get: '/{{id}}'}]", vec![]),
        ];
        for (text, expected) in table {
            let source = Source::inline("spec.yaml", text);
            let loaded = Spec::load(&source, &Known::default(), &Root::new(Path::new(".")));
            let spec = loaded.spec.unwrap_or_else(|| panic!("{text}: {:?}", loaded.problems));
            let told = unread(&spec).into_iter().map(|it| {
                let place = it.place.unwrap();
                let name = it.message.split('`').nth(1).unwrap().to_owned();
                let (line, column) = place.line_column();
                format!("{line}:{column} {name}")
            });
            assert_eq!(told.collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
