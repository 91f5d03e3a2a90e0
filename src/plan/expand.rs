//! From requests to cases: one for every request, more where it is sent more than once.

use std::{ops::Range, sync::Arc};

use crate::outcome::CaseId;
use crate::plan::{Case, needs};
use crate::spec::{
    Spec,
    request::{Request, Stage},
    rows::Row,
};

/// All cases of a spec, or of its run for one of its rows, in the order they run.
pub(crate) fn cases(file: &Arc<str>, spec: &Spec, row: Option<&Row>) -> Vec<Case> {
    let row = row.map(|row| format!(" [{}]", row.label)).unwrap_or_default();
    let mut cases: Vec<Case> = Vec::with_capacity(spec.requests.len());
    let mut of_request: Vec<Range<usize>> = Vec::with_capacity(spec.requests.len());
    for (index, (request, needs)) in spec.requests.iter().zip(needs::of(spec)).enumerate() {
        let needs: Vec<usize> = needs.into_iter().flat_map(|need| of_request[need].clone()).collect();
        let first = cases.len();
        cases.extend(request.variants().into_iter().map(|variant| Case {
            id: id(file, spec, request, &format!("{}{row}{}", request.name, variant.suffix)),
            request: index,
            element: variant.element,
            role: variant.role,
            needs: needs.clone(),
            setup: Vec::new(),
            needed_by: None,
        }));
        of_request.push(first..cases.len());
    }
    what_runs_before(&mut cases, spec);
    for case in &mut cases {
        if let Some(role) = case.role.and_then(|role| spec.requests[case.request].roles.get(role)) {
            case.id.place = role.place.clone();
        }
    }
    cases
}

/// Gives cases those of `setup`; to a `teardown` of a fragment everything else of that.
fn what_runs_before(cases: &mut [Case], spec: &Spec) {
    let of = |case: &Case| (spec.requests[case.request].stage, spec.requests[case.request].fragment);
    let places: Vec<_> = cases.iter().map(of).collect();
    let all = |wanted: (Stage, Option<usize>)| -> Vec<usize> {
        (0..places.len()).filter(|index| places[*index] == wanted).collect()
    };
    let setup = all((Stage::Setup, None));
    for (case, (stage, fragment)) in cases.iter_mut().zip(&places) {
        match (stage, fragment) {
            (Stage::Fragment | Stage::Setup, _) => {}
            (Stage::Teardown, Some(_)) => case.setup = all((Stage::Fragment, *fragment)),
            (Stage::Requests | Stage::Teardown, _) => case.setup.clone_from(&setup),
        }
        if *stage == Stage::Teardown {
            case.needs.clear();
        }
    }
}

fn id(file: &Arc<str>, spec: &Spec, request: &Request, name: &str) -> CaseId {
    let mut tags = spec.tags.clone();
    tags.extend(request.tags.iter().filter(|tag| !spec.tags.contains(tag)).cloned());
    CaseId { file: Arc::clone(file), name: name.into(), place: request.place.clone(), tags: tags.into() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::plan::{Filter, Plan, Selection, SpecPlan};
    use crate::source::{Root, Source};
    use crate::spec::{Known, Spec};

    const TEXT: &str = "\
cases: [{id: x}, {id: y}]
teardown:
  - {name: clear, delete: \"/{{made}}\"}
setup:
  - {name: make, post: /, capture: {made: $.id}}
requests:
  - {name: each, for_each: {n: [1, 2]}, as: {none: 401, viewer: 200}, get: /}
  - {name: alone, get: /}
  - {name: last, needs: [each], get: \"/{{made}}\"}
";

    fn plan() -> Plan {
        let known = Known { identities: ["viewer".to_owned()].into(), ..Known::default() };
        let loaded =
            Spec::load(&Source::new("a.yaml", "/p/a.yaml", TEXT.to_owned()), &known, &Root::new(Path::new("/p")));
        let spec = loaded.spec.unwrap_or_else(|| panic!("{:?}", loaded.problems));
        Plan { specs: SpecPlan::all(&"a.yaml".into(), spec), ..Plan::default() }
    }

    fn names(plan: &Plan) -> Vec<String> {
        plan.specs.iter().flat_map(|spec| &spec.cases).map(|case| case.id.name.to_string()).collect()
    }

    #[test]
    fn rows_elements_and_roles_multiply_in_the_order_of_the_file() {
        let of = |row: &str| {
            let each = ["[1] [as none]", "[1] [as viewer]", "[2] [as none]", "[2] [as viewer]"];
            let mut all = vec![format!("make [{row}]")];
            all.extend(each.map(|it| format!("each [{row}] {it}")));
            all.extend(["alone", "last", "clear"].map(|name| format!("{name} [{row}]")));
            all
        };
        assert_eq!(names(&plan()), [of("x"), of("y")].concat());
    }

    #[test]
    fn what_is_selected_brings_all_cases_of_its_needs_its_setup_and_the_teardown() {
        let each = [
            "each [y] [1] [as none]",
            "each [y] [1] [as viewer]",
            "each [y] [2] [as none]",
            "each [y] [2] [as viewer]",
        ];
        let table: [(&str, Vec<&str>); 4] = [
            ("alone [y]", vec!["make [y]", "alone [y]", "clear [y]"]),
            ("[y] [2] [as none]", vec!["make [y]", each[2], "clear [y]"]),
            ("last [y]", [&["make [y]"], &each[..], &["last [y]", "clear [y]"]].concat()),
            ("clear [y]", vec!["make [y]", "clear [y]"]),
        ];
        for (filter, expected) in table {
            let mut plan = plan();
            plan.select(&Selection { filters: vec![Filter::parse(filter).unwrap()], ..Selection::default() });
            assert_eq!(names(&plan), expected, "{filter}");
            for spec in &plan.specs {
                let asked = |name: &str| name.contains(filter);
                assert!(spec.cases.iter().all(|case| case.needed_by.is_some() != asked(&case.id.name)), "{filter}");
            }
        }
    }
}
