//! Headers and members that an author wants hidden besides those that are hidden everywhere.

use crate::secret::{
    Redactor,
    names::{is_same_member, is_secret_header, is_secret_member},
};

/// Names whose value is hidden whatever it is.
#[derive(Debug, Default)]
pub(super) struct HiddenNames {
    headers: Vec<String>,
    members: Vec<String>,
}

impl Redactor {
    /// Hides the values of these headers and members too; said once, before anything is printed.
    pub(crate) fn hide_names(&self, headers: &[String], members: &[String]) {
        let _ = self.0.names.set(HiddenNames { headers: headers.to_vec(), members: members.to_vec() });
    }

    /// Whether a header's value is hidden whatever it is; the case of the name does not matter.
    pub(crate) fn hides_header(&self, name: &str) -> bool {
        let own = || self.0.names.get().is_some_and(|names| names.headers.iter().any(|it| is_same_header(it, name)));
        is_secret_header(name) || own()
    }

    /// Whether the value of a JSON member, form field or query parameter is hidden; case, `_` and `-` do not matter.
    pub(crate) fn hides_member(&self, name: &str) -> bool {
        let own = || self.0.names.get().is_some_and(|names| names.members.iter().any(|it| is_same_member(it, name)));
        is_secret_member(name) || own()
    }
}

fn is_same_header(known: &str, name: &str) -> bool {
    known.eq_ignore_ascii_case(name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_an_author_are_hidden_in_any_spelling() {
        let redactor = Redactor::new();
        redactor.hide_names(&["X-Tenant-Key".to_owned()], &["tax_number".to_owned()]);
        for name in ["x-tenant-key", "Authorization"] {
            assert!(redactor.hides_header(name), "{name}");
        }
        for name in ["taxNumber", "TAX-NUMBER", "password"] {
            assert!(redactor.hides_member(name), "{name}");
        }
        assert!(!redactor.hides_header("x-tenant") && !redactor.hides_member("tax"));
        assert!(!Redactor::new().hides_member("tax_number"));
    }
}
