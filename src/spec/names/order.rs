//! `vars` are drawn from top to bottom: each may read those above it.

use super::Checker;
use crate::diagnostic::Diagnostic;
use crate::spec::{Use, variable::Variable};

impl<'s> Checker<'s> {
    /// Makes variables known one after the other; gives back the uses that do not stand in any of them.
    pub(super) fn in_order<'u>(&mut self, vars: &'s [Variable], uses: &'u [Use]) -> Vec<&'u Use> {
        let mut rest: Vec<&Use> = uses.iter().collect();
        for (index, variable) in vars.iter().enumerate() {
            let (within, others): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|read| variable.value.place.encloses(&read.place));
            for read in within {
                match vars[index..].iter().find(|later| later.name == read.name && !self.is_defined(read)) {
                    Some(later) => self.too_early(read, variable, later),
                    None if read.name == "case" => self.before_any_case(read),
                    None => self.read(read, None),
                }
            }
            self.defined.insert(&variable.name);
            rest = others;
        }
        rest
    }

    fn is_defined(&self, read: &Use) -> bool {
        read.optional || self.defined.contains(read.name.as_str())
    }

    /// A variable that is read above the place where it is defined.
    pub(super) fn too_early(&mut self, read: &Use, by: &Variable, later: &Variable) {
        let message = match later.name == by.name {
            true => format!("`{}` is read by its own value", read.name),
            false => format!("`{}` is read before it is defined", read.name),
        };
        let wrong = Diagnostic::error("undefined-variable", &read.place, message);
        self.problems.push(match later.name == by.name {
            true => wrong.help("choose another name for one of the two"),
            false => wrong
                .related(&later.place, "defined here")
                .help("variables are drawn from top to bottom: move that one up"),
        });
    }

    fn before_any_case(&mut self, read: &Use) {
        let message = "`case` is not known where variables of a spec are drawn";
        let wrong = Diagnostic::error("undefined-variable", &read.place, message);
        self.problems.push(wrong.help("read it in a request, or in the `vars` of one"));
    }
}
