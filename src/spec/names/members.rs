//! What stands behind the dot of names that the language gives: `responses.[name].status`, `run.id`, `auth.reader.claims`.

use super::Checker;
use crate::diagnostic::{Diagnostic, nearest};
use crate::spec::Use;

/// Names whose members are known, and behind how many further parts they stand.
const MEMBERS: &[(&str, usize, &[&str])] = &[
    ("run", 0, &["id", "seed"]),
    ("case", 0, &["name", "file"]),
    ("responses", 1, &["status", "headers", "body", "url", "duration"]),
    ("auth", 1, &["token", "claims", "reply"]),
];

/// Names that mean nothing alone, with an example.
const NEVER_ALONE: &[(&str, &str)] = &[
    ("env", "{{env.API_URL}}"),
    ("responses", "{{responses.[create an item].status}}"),
    ("auth", "{{auth.service.claims.sub}}"),
];

impl Checker<'_> {
    /// Reports a member that is never there.
    pub(super) fn member(&mut self, read: &Use) {
        if read.optional {
            return;
        }
        if let Some((name, example)) = NEVER_ALONE.iter().find(|(name, _)| read.rest.is_empty() && *name == read.name) {
            let wrong = Diagnostic::error("undefined-variable", &read.place, format!("`{name}` is read name by name"));
            self.problems.push(wrong.help(format!("for example `{example}`")));
        }
        let Some((name, depth, known)) = MEMBERS.iter().find(|(name, ..)| *name == read.name) else { return };
        let Some(member) = read.rest.get(*depth).filter(|member| !known.contains(&member.as_str())) else { return };
        let owner = if *depth == 0 { (*name).to_owned() } else { format!("{name}.[{}]", read.rest[0]) };
        let wrong = Diagnostic::error("undefined-variable", &read.place, format!("`{owner}` has no `{member}`"));
        self.problems.push(match nearest(member, known.iter().copied()) {
            Some(near) => wrong.label(format!("did you mean `{near}`?")),
            None => wrong.help(format!("it has `{}`", known.join("`, `"))),
        });
    }
}
