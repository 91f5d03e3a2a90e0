//! Which earlier requests a request needs: those it names, and those that capture what it reads.

use std::collections::HashMap;

use crate::spec::request::Request;

/// For each request the indices of the requests it needs, ascending.
pub(crate) fn of(requests: &[Request]) -> Vec<Vec<usize>> {
    let mut captured: HashMap<&str, usize> = HashMap::new();
    let mut named: HashMap<&str, usize> = HashMap::new();
    let mut all = Vec::with_capacity(requests.len());
    for (index, request) in requests.iter().enumerate() {
        let written = request.needs.iter().filter_map(|(name, _)| named.get(name.as_str()));
        let read = request.uses.iter().filter_map(|read| match read.name.as_str() {
            "responses" => named.get(read.rest.first()?.as_str()),
            _ if request.vars.iter().any(|own| own.name == read.name) => None,
            _ if request.for_each.iter().any(|own| own.name == read.name) => None,
            name => captured.get(name),
        });
        let mut needs: Vec<usize> = written.chain(read).copied().collect();
        needs.sort_unstable();
        needs.dedup();
        all.push(needs);
        captured.extend(request.capture.iter().map(|capture| (&*capture.name, index)));
        named.insert(&request.name, index);
    }
    all
}
