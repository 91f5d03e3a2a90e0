//! The cases that one request stands for.

use crate::spec::request::Request;

/// One case of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    /// The name of the request with its expansions: `read it [as viewer]`.
    pub(crate) name: String,
    /// Which row of its `as` it is.
    pub(crate) role: Option<usize>,
}

impl Request {
    /// Whether it may be sent more than once.
    pub(crate) fn is_repeated(&self) -> bool {
        !self.roles.is_empty()
    }

    /// Its cases in the order they run.
    pub(crate) fn variants(&self) -> Vec<Variant> {
        if self.roles.is_empty() {
            return vec![Variant { name: self.name.clone(), role: None }];
        }
        let name = |role: &str| format!("{} [as {role}]", self.name);
        let rows = self.roles.iter().enumerate();
        rows.map(|(index, role)| Variant { name: name(&role.name), role: Some(index) }).collect()
    }
}
