//! Which earlier requests a request needs: those it names, and those that capture what it reads.

use std::collections::HashMap;

use crate::spec::{Spec, Use, request::Request};

/// What the requests before a point give to those behind it.
struct Earlier<'s> {
    spec: &'s Spec,
    /// The request that captures a name, for a fragment or for the spec itself.
    captured: HashMap<(Option<usize>, &'s str), usize>,
    /// Requests by their names, and all those of a fragment by what stands before their names.
    named: HashMap<&'s str, Vec<usize>>,
}

/// For each request of a spec the indices of the requests it needs, ascending.
pub(crate) fn of(spec: &Spec) -> Vec<Vec<usize>> {
    let mut earlier = Earlier { spec, captured: HashMap::new(), named: HashMap::new() };
    let mut all = Vec::with_capacity(spec.requests.len());
    for (index, request) in spec.requests.iter().enumerate() {
        let mut needs = earlier.needed_by(request);
        needs.sort_unstable();
        needs.dedup();
        all.push(needs);
        earlier.add(index, request);
    }
    all
}

impl<'s> Earlier<'s> {
    fn needed_by(&self, request: &Request) -> Vec<usize> {
        let written = request.needs.iter().flat_map(|(name, _)| self.of_name(name));
        let own = |name: &str| {
            request.vars.iter().any(|own| own.name == name) || request.for_each.iter().any(|own| own.name == name)
        };
        let read = request.uses.iter().filter(|read| !own(&read.name));
        let read = read.flat_map(|read| self.of_use(read, request.fragment));
        // What a fragment is given was captured where it is used.
        let given = self.spec.fragments_around(request.fragment);
        let given = given.flat_map(|used| used.with_uses.iter().flat_map(|read| self.of_use(read, used.within)));
        written.chain(read).chain(given).collect()
    }

    fn of_use(&self, read: &Use, within: Option<usize>) -> Vec<usize> {
        let first = read.rest.first();
        if read.name == "responses" {
            return first.map(|name| self.of_name(&self.spec.full_name(name, within))).unwrap_or_default();
        }
        if let Some(index) = self.captured.get(&(within, &*read.name)) {
            return vec![*index];
        }
        let Some(fragment) = self.spec.fragment_named(&read.name, within) else { return Vec::new() };
        match first.and_then(|name| self.captured.get(&(Some(fragment), &**name))) {
            Some(index) => vec![*index],
            None => self.of_name(&self.spec.used[fragment].label),
        }
    }

    fn of_name(&self, name: &str) -> Vec<usize> {
        self.named.get(name).cloned().unwrap_or_default()
    }

    fn add(&mut self, index: usize, request: &'s Request) {
        self.captured.extend(request.capture.iter().map(|capture| ((request.fragment, &*capture.name), index)));
        self.named.insert(&request.name, vec![index]);
        for used in self.spec.fragments_around(request.fragment) {
            self.named.entry(&used.label).or_default().push(index);
        }
    }
}
