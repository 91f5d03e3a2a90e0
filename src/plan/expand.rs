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
    for (index, (request, needs)) in spec.requests.iter().zip(needs::of(&spec.requests)).enumerate() {
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
    let stage = |case: &Case| spec.requests[case.request].stage;
    let setup: Vec<usize> = (0..cases.len()).filter(|index| stage(&cases[*index]) == Stage::Setup).collect();
    for case in cases.iter_mut().filter(|case| stage(case) != Stage::Setup) {
        case.setup.clone_from(&setup);
        if stage(case) == Stage::Teardown {
            case.needs.clear();
        }
    }
    for case in &mut cases {
        if let Some(role) = case.role.and_then(|role| spec.requests[case.request].roles.get(role)) {
            case.id.place = role.place.clone();
        }
    }
    cases
}

fn id(file: &Arc<str>, spec: &Spec, request: &Request, name: &str) -> CaseId {
    let mut tags = spec.tags.clone();
    tags.extend(request.tags.iter().filter(|tag| !spec.tags.contains(tag)).cloned());
    CaseId { file: Arc::clone(file), name: name.into(), place: request.place.clone(), tags: tags.into() }
}
