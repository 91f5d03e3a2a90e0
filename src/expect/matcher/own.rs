//! Matchers that whoever runs the specs brings along.

use crate::expect::{
    describe,
    found::At,
    matcher::{Judge, Judged, Told, Verdict},
};
use crate::spec::{
    Templated,
    matcher::{Matcher, OwnMatcher},
};

impl Judge<'_> {
    /// Asks a matcher from outside. It is given the nodes of a path as a list.
    pub(super) fn own(&mut self, matcher: &Matcher, own: (&OwnMatcher, &Templated), at: At<'_>) -> Judged {
        let (own, operand) = own;
        let scope = self.scope;
        let Some(found) = at.whole() else {
            return Ok(self.missing(&operand.place, at, || describe::rule(&matcher.rule, scope)));
        };
        let wanted = self.render(operand)?;
        let checked = own.check(&found, &wanted);
        if let Err(why) = &checked {
            self.report(&operand.place, at, || {
                let message = Some(format!("{}: {why}", at.spot));
                Told { message, ..Told::new(describe::rule(&matcher.rule, scope), at.shown()) }
            });
        }
        Ok(Verdict::of(checked.is_ok()))
    }
}
