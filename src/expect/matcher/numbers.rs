//! `gt`, `gte`, `lt`, `lte`, `between`, `approx`: numbers as exact decimals.

use std::cmp::Ordering;

use crate::expect::{
    found::At,
    matcher::{Judge, Judged, unusable},
    show::Shown,
};
use crate::json::{Json, Number, TooWide};
use crate::spec::{
    Templated, Unrendered,
    matcher::{Matcher, Order},
};

/// What these matchers can judge.
const WANTED: &str = "a number to compare with";

impl Judge<'_> {
    pub(super) fn compare(&mut self, matcher: &Matcher, (order, limit): (Order, &Templated), at: At<'_>) -> Judged {
        let limit = self.number(matcher.name, limit)?;
        let Some(number) = at.number() else { return Ok(self.void(matcher, at, WANTED)) };
        let side = number.compare(&limit);
        let holds = match order {
            Order::Gt => side.is_gt(),
            Order::Gte => side.is_ge(),
            Order::Lt => side.is_lt(),
            Order::Lte => side.is_le(),
        };
        Ok(self.verdict(holds, matcher, at))
    }

    pub(super) fn between(&mut self, matcher: &Matcher, (low, high): (&Templated, &Templated), at: At<'_>) -> Judged {
        let (least, most) = (self.number(matcher.name, low)?, self.number(matcher.name, high)?);
        if least.compare(&most).is_gt() {
            let message = format!("no number is between `{least}` and `{most}`: the first is the larger");
            return Err(unusable(message, &low.place));
        }
        let Some(number) = at.number() else { return Ok(self.void(matcher, at, WANTED)) };
        let holds = number.compare(&least).is_ge() && number.compare(&most).is_le();
        Ok(self.verdict(holds, matcher, at))
    }

    pub(super) fn approx(
        &mut self,
        matcher: &Matcher,
        (value, within): (&Templated, &Templated),
        at: At<'_>,
    ) -> Judged {
        let (middle, width) = (self.number(matcher.name, value)?, self.number(matcher.name, within)?);
        if width.compare(&Number::from(0_u64)) == Ordering::Less {
            return Err(unusable(format!("`within` is a distance, and `{width}` is less than 0"), &within.place));
        }
        let ends = middle.sub(&width).and_then(|low| Ok((low, middle.add(&width)?)));
        let (low, high) = ends.map_err(|wide: TooWide| unusable(wide.to_string(), &value.place))?;
        let Some(number) = at.number() else { return Ok(self.void(matcher, at, WANTED)) };
        let holds = number.compare(&low).is_ge() && number.compare(&high).is_le();
        Ok(self.verdict(holds, matcher, at))
    }

    /// The number that an operand is; what a template yields may be none, which no verdict can be made of.
    fn number(&self, name: &str, operand: &Templated) -> Result<Number<'static>, Unrendered> {
        match self.render(operand)?.into_owned() {
            Json::Number(number) => Ok(number),
            other => Err(unusable(format!("`{name}` takes a number, found {}", Shown::kind(&other)), &operand.place)),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{Verdicts, holds};

    #[test]
    fn comparisons_hold_for_numbers_on_their_side() {
        holds(&[
            ("{gt: 0}", "1", true),
            ("{gt: 0}", "0.0000000000000000000000000001", true),
            ("{gt: 0}", "0", false),
            ("{gt: 0}", "-1", false),
            ("{gt: 9007199254740992}", "9007199254740993", true),
            ("{gt: 9007199254740993}", "9007199254740992", false),
            ("{gt: 0}", "\"1\"", false),
            ("{gt: 0}", "null", false),
            ("{gt: 0}", "[1]", false),
            ("{gte: 5}", "5.0", true),
            ("{gte: 5}", "4.999", false),
            ("{lt: 5}", "4", true),
            ("{lt: 5}", "5", false),
            ("{lt: 5}", "true", false),
            ("{lte: 5}", "5e0", true),
            ("{lte: 5}", "5.0000000001", false),
            ("{gt: 1, lt: 3}", "2", true),
            ("{gt: 1, lt: 3}", "3", false),
            ("{lt: \"{{five}}\"}", "4", true),
            ("{lt: \"{{five}}\"}", "6", false),
        ]);
    }

    #[test]
    fn between_includes_both_ends_and_approx_its_distance() {
        holds(&[
            ("{between: [1, 3]}", "1", true),
            ("{between: [1, 3]}", "3.0", true),
            ("{between: [1, 3]}", "2.5", true),
            ("{between: [1, 3]}", "0.99", false),
            ("{between: [1, 3]}", "3.01", false),
            ("{between: [1, 3]}", "\"2\"", false),
            ("{approx: {value: 0.3, within: 0}}", "0.30", true),
            ("{approx: {value: 9.99, within: 0.01}}", "10", true),
            ("{approx: {value: 9.99, within: 0.01}}", "9.98", true),
            ("{approx: {value: 9.99, within: 0.01}}", "10.0000001", false),
            ("{approx: {value: 9.99, within: 0.01}}", "\"9.99\"", false),
            ("{approx: {value: 1, within: 1}}", "1e999999999", false),
        ]);
    }

    #[test]
    fn an_operand_that_is_no_number_makes_no_verdict() {
        for pattern in [
            "{gt: \"{{word}}\"}",
            "{not: {gt: \"{{word}}\"}}",
            "{between: [\"{{five}}\", 1]}",
            "{approx: {value: 1, within: -1}}",
            "{approx: {value: 1e999999999, within: 1}}",
            "{in: \"{{five}}\"}",
        ] {
            assert!(Verdicts::of(pattern, "1").is_err(), "{pattern}");
        }
    }
}
