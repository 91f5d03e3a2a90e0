//! `starts_with`, `ends_with`, `matches`.

use std::borrow::Cow;

use crate::expect::{
    found::At,
    matcher::{Judge, Judged, unusable},
};
use crate::regular_expression::RegularExpression;
use crate::spec::{
    Text, Unrendered,
    matcher::{Expression, Matcher},
};
use crate::template::Scope;

const WANTED: &str = "text to look at";

impl Judge<'_> {
    pub(super) fn starts_with(&mut self, matcher: &Matcher, start: &Text, at: At<'_>) -> Judged {
        let start = start.render(self.scope)?;
        let Some(text) = at.text() else { return Ok(self.void(matcher, at, WANTED)) };
        Ok(self.verdict(text.starts_with(&*start), matcher, at))
    }

    pub(super) fn ends_with(&mut self, matcher: &Matcher, end: &Text, at: At<'_>) -> Judged {
        let end = end.render(self.scope)?;
        let Some(text) = at.text() else { return Ok(self.void(matcher, at, WANTED)) };
        Ok(self.verdict(text.ends_with(&*end), matcher, at))
    }

    pub(super) fn matches(&mut self, matcher: &Matcher, expression: &Expression, at: At<'_>) -> Judged {
        let expression = resolve(expression, self.scope)?;
        let Some(text) = at.text() else { return Ok(self.void(matcher, at, WANTED)) };
        Ok(self.verdict(expression.is_match(text), matcher, at))
    }
}

/// The expression once its template is rendered.
///
/// # Errors
/// A template that cannot be rendered, or that yields no expression.
pub(in crate::expect) fn resolve<'e>(
    expression: &'e Expression,
    scope: &Scope<'_>,
) -> Result<Cow<'e, RegularExpression>, Unrendered> {
    match expression {
        Expression::Fixed(fixed) => Ok(Cow::Borrowed(fixed)),
        Expression::Templated(text) => {
            let rendered = text.render(scope)?;
            let compiled = RegularExpression::compile(&rendered);
            compiled.map(Cow::Owned).map_err(|bad| unusable(format!("`{rendered}`: {}", bad.message), text.place()))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Verdicts, holds};

    #[test]
    fn text_begins_ends_and_matches() {
        holds(&[
            ("{starts_with: bl}", "\"blue\"", true),
            ("{starts_with: \"\"}", "\"blue\"", true),
            ("{starts_with: \"{{word}}\"}", "\"blue lamp\"", true),
            ("{starts_with: Bl}", "\"blue\"", false),
            ("{starts_with: bl}", "[\"bl\"]", false),
            ("{starts_with: 4}", "42", false),
            ("{starts_with: 4}", "\"42\"", true),
            ("{ends_with: ue}", "\"blue\"", true),
            ("{ends_with: ue}", "\"blue \"", false),
            ("{ends_with: ue}", "null", false),
            ("{matches: u}", "\"blue\"", true),
            ("{matches: ^b.*e$}", "\"blue\"", true),
            ("{matches: ^u}", "\"blue\"", false),
            ("{matches: '^\\d+$'}", "42", false),
            ("{matches: '^\\d+$'}", "\"42\"", true),
            ("{matches: \"^{{word}}\"}", "\"blue lamp\"", true),
            ("{matches: \"^{{word}}$\"}", "\"blue lamp\"", false),
        ]);
    }

    #[test]
    fn an_expression_that_a_template_breaks_makes_no_verdict() {
        assert!(Verdicts::of("{not: {matches: \"({{word}}\"}}", "\"a\"").is_err());
    }
}
