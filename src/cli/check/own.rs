//! Requests that write the credential of their identity themselves, so that it is not sent.

use std::collections::HashSet;

use crate::cli::session::Session;
use crate::diagnostic::Diagnostic;
use crate::spec::{auth::Placement, pair::Pair, request::Request};

/// A warning for each header, parameter and cookie that stands in place of a credential.
pub(super) fn own_credentials(session: &Session) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let cases = session.plan.specs.iter().flat_map(|spec| spec.cases.iter().map(move |case| (spec, case)));
    for (spec, case) in cases {
        let Some(identity) = spec.identity_of(case, &session.project) else { continue };
        for placement in spec.placements(identity, &session.project) {
            let Some(pair) = written(spec.request(case), &placement) else { continue };
            if seen.insert((pair.place.file().to_owned(), pair.place.range().start)) {
                found.push(looks(pair, &placement, &identity.name));
            }
        }
    }
    found
}

/// What a request writes where a credential would stand.
fn written<'r>(request: &'r Request, placement: &Placement) -> Option<&'r Pair> {
    let (pairs, wanted, any_case) = match placement {
        Placement::Header { name, .. } => (&request.headers, name, true),
        Placement::Query(name) => (&request.query, name, false),
        Placement::Cookie(name) => (&request.cookies, name, false),
        Placement::Cookies | Placement::Certificate => return None,
    };
    let is_wanted = |name: &str| if any_case { name.eq_ignore_ascii_case(wanted) } else { name == wanted };
    pairs.iter().find(|pair| !pair.removes() && pair.name.fixed().is_some_and(is_wanted))
}

fn looks(pair: &Pair, placement: &Placement, identity: &str) -> Diagnostic {
    let message = format!("the request writes {placement} itself, so the credential of `{identity}` is not sent there");
    let looks = Diagnostic::warning("own-credential", &pair.place, message);
    looks.help("take it out, or write `auth: none` where the request is to bring its own")
}
