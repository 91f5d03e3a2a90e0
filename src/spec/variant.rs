//! The cases that one request stands for.

use crate::spec::request::Request;

/// One case of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Variant {
    /// What stands behind the name of the request: ` [blue] [as viewer]`.
    pub(crate) suffix: String,
    /// Which row of its `for_each` it is.
    pub(crate) element: Option<usize>,
    /// Which row of its `as` it is.
    pub(crate) role: Option<usize>,
}

impl Request {
    /// Whether it may be sent more than once.
    pub(crate) fn is_repeated(&self) -> bool {
        !self.roles.is_empty() || self.for_each.is_some()
    }

    /// Its cases in the order they run.
    pub(crate) fn variants(&self) -> Vec<Variant> {
        let elements = self.for_each.as_ref().map(|each| each.rows.iter().map(|row| row.label.as_str()).collect());
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name.as_str()).collect();
        let mut variants = Vec::new();
        for (element, row) in numbered(elements, |label| format!(" [{label}]")) {
            for (role, name) in
                numbered(Some(roles.clone()).filter(|it| !it.is_empty()), |name| format!(" [as {name}]"))
            {
                variants.push(Variant { suffix: format!("{row}{name}"), element, role });
            }
        }
        variants
    }
}

/// Each of some names by its number; one without number and name where there are none.
fn numbered(names: Option<Vec<&str>>, suffix: impl Fn(&str) -> String) -> Vec<(Option<usize>, String)> {
    match names {
        Some(names) => names.iter().enumerate().map(|(index, name)| (Some(index), suffix(name))).collect(),
        None => vec![(None, String::new())],
    }
}
