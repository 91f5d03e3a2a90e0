//! Whether a pattern can hold at its place at all: matchers against what there may be, and against each other.

use crate::diagnostic::Diagnostic;
use crate::json::{Json, Number};
use crate::source::Place;
use crate::spec::{
    Templated,
    matcher::{Form, Matcher, Order, Pattern, Rule},
    never::{ELEMENTS, possible::Possible},
};

/// What there may be at the place of a pattern.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) possible: Possible,
    /// What that is, for a sentence: `the body is text`.
    pub(super) what: &'static str,
    /// Whether numbers and booleans stand for their texts.
    pub(super) as_text: bool,
    /// What to do about a matcher that does not fit.
    pub(super) cure: &'static str,
}

/// What a matcher takes, and where it was written.
struct Taken {
    name: String,
    place: Place,
    possible: Possible,
}

/// Judges patterns and notes what can never hold.
pub(super) struct Judge<'p> {
    pub(super) problems: &'p mut Vec<Diagnostic>,
}

impl Spot {
    /// Any value at all, or none.
    pub(super) const ANYWHERE: Self = Self { possible: Possible::ANYTHING, what: "", as_text: false, cure: "" };

    /// What there may be at a place where it is known.
    pub(super) fn new(possible: Possible, what: &'static str) -> Self {
        Self { possible, what, ..Self::ANYWHERE }
    }

    /// The same, compared as text.
    pub(super) fn textual(self) -> Self {
        Self { as_text: true, ..self }
    }

    /// The same, with what to do about a matcher that does not fit.
    pub(super) fn cure(self, cure: &'static str) -> Self {
        Self { cure, ..self }
    }

    fn length() -> Self {
        Self::new(Possible::whole(0, None), "a length is a whole number, 0 or more")
    }

    /// An element of a list that stands here.
    fn element(&self) -> Self {
        match self.as_text {
            true => Self::new(Possible::TEXT, "each element is text").textual(),
            false => Self { possible: Possible::VALUE, ..Self::ANYWHERE },
        }
    }
}

impl Judge<'_> {
    /// What a value may be where the pattern holds; everything where that was reported as impossible.
    pub(super) fn pattern(&mut self, pattern: &Pattern, spot: &Spot) -> Possible {
        let taken = |possible| Taken { name: String::new(), place: pattern.place.clone(), possible };
        match &pattern.form {
            Form::Equals(value) => self.meet(taken(of_value(value, spot)), spot, &[]),
            Form::All(matchers) => self.matchers(matchers, spot),
            Form::Object(members) => {
                members.iter().for_each(|(_, value)| _ = self.pattern(value, &Spot::ANYWHERE));
                self.meet(taken(Possible::OBJECT), spot, &[])
            }
            Form::Array(elements) => {
                elements.iter().for_each(|element| _ = self.pattern(element, &spot.element()));
                self.meet(taken(Possible::LIST), spot, &[])
            }
        }
    }

    /// What a value may be where all of these hold.
    pub(super) fn matchers(&mut self, matchers: &[Matcher], spot: &Spot) -> Possible {
        let taken = |judge: &mut Self, matcher: &Matcher| Taken {
            name: matcher.place.text().trim_matches(['"', '\'']).to_owned(),
            place: matcher.place.clone(),
            possible: judge.rule(&matcher.rule, spot),
        };
        let all = matchers.iter().map(|matcher| taken(self, matcher)).collect();
        self.together(all, spot)
    }

    /// What a value may be that each of these takes.
    fn together(&mut self, each: Vec<Taken>, spot: &Spot) -> Possible {
        let mut before: Vec<Taken> = Vec::new();
        let mut all = spot.possible.clone();
        for taken in each {
            let both = all.and(&taken.possible);
            if both.is_nothing() {
                self.meet(taken, spot, &before);
                return Possible::ANYTHING;
            }
            before.push(taken);
            all = both;
        }
        all
    }

    /// What is possible here of what was taken; where that is nothing, that is noted.
    fn meet(&mut self, taken: Taken, spot: &Spot, before: &[Taken]) -> Possible {
        let here = spot.possible.and(&taken.possible);
        if !here.is_nothing() && before.is_empty() {
            return here;
        }
        let other = before.iter().find(|it| it.possible.and(&taken.possible).is_nothing()).or(before.last());
        let wrong = match other.filter(|_| !here.is_nothing()) {
            Some(other) => {
                let message = format!("`{}` can never hold beside `{}`", taken.name, other.name);
                let wrong = Diagnostic::error("never-holds", &taken.place, message);
                wrong.related(&other.place, "beside this").help("leave one of them out")
            }
            None => misplaced(&taken, spot),
        };
        self.problems.push(wrong);
        Possible::ANYTHING
    }

    /// What a value may be where a matcher holds; what stands within it is judged as well.
    fn rule(&mut self, rule: &Rule, spot: &Spot) -> Possible {
        match rule {
            Rule::Equals(value) => of_value(value, spot),
            Rule::In(values) => any_of_values(values, spot),
            Rule::Compare(order, bound) => compared(*order, bound),
            Rule::Between(low, high) => compared(Order::Gte, low).and(&compared(Order::Lte, high)),
            Rule::Approx { .. } => Possible::NUMBER,
            Rule::Type(kinds) => Possible::of_kinds(kinds),
            Rule::Exists(true) | Rule::Schema(_) => Possible::VALUE,
            Rule::Exists(false) => Possible::MISSING,
            Rule::Optional(pattern) => self.within(pattern, spot, spot.possible.clone().present()).or_missing(),
            Rule::Length(pattern) => {
                self.pattern(pattern, &Spot::length());
                Possible::COUNTABLE
            }
            Rule::Empty(_) | Rule::Contains(_) | Rule::ContainsAll(_) => Possible::COUNTABLE,
            Rule::StartsWith(_) | Rule::EndsWith(_) | Rule::Matches(_) => Possible::TEXT,
            Rule::Format(_) | Rule::Before(_) | Rule::After(_) => Possible::TEXT,
            Rule::Each(pattern) | Rule::Any(pattern) => {
                self.pattern(pattern, &spot.element());
                Possible::LIST
            }
            Rule::Unordered(patterns) => {
                patterns.iter().for_each(|pattern| _ = self.pattern(pattern, &spot.element()));
                Possible::LIST
            }
            Rule::Unique(_) | Rule::Sorted(_) => Possible::LIST,
            Rule::Like(pattern) | Rule::Exact(pattern) => self.within(pattern, spot, Possible::ANYTHING),
            Rule::AnyOf(patterns) | Rule::OneOf(patterns) => {
                let each = patterns.iter().map(|pattern| self.pattern(pattern, spot));
                each.reduce(|all, it| all.or(&it)).unwrap_or(Possible::ANYTHING)
            }
            Rule::AllOf(patterns) => {
                let taken = |judge: &mut Self, pattern: &Pattern| Taken {
                    name: shortened(&pattern.place).unwrap_or("this").to_owned(),
                    place: pattern.place.clone(),
                    possible: judge.pattern(pattern, spot),
                };
                let all = patterns.iter().map(|pattern| taken(self, pattern)).collect();
                self.together(all, spot)
            }
            // What does not match is no business of this; a matcher from outside takes what it takes.
            Rule::Not(_) | Rule::Own(..) => Possible::ANYTHING,
        }
    }

    fn within(&mut self, pattern: &Pattern, spot: &Spot, possible: Possible) -> Possible {
        self.pattern(pattern, &Spot { possible, ..spot.clone() })
    }
}

fn of_value(value: &Templated, spot: &Spot) -> Possible {
    value.fixed().map_or(Possible::VALUE, |value| Possible::equal_to(value, spot.as_text))
}

fn any_of_values(values: &Templated, spot: &Spot) -> Possible {
    let Some(Json::Array(values)) = values.fixed() else { return Possible::VALUE };
    let each = values.iter().map(|value| Possible::equal_to(value, spot.as_text));
    each.reduce(|all, it| all.or(&it)).unwrap_or(Possible::VALUE)
}

fn compared(order: Order, bound: &Templated) -> Possible {
    let Some(Json::Number(bound)) = bound.fixed() else { return Possible::NUMBER };
    let bound: &Number<'static> = bound;
    match order {
        Order::Gt => Possible::at_least(bound, false),
        Order::Gte => Possible::at_least(bound, true),
        Order::Lt => Possible::at_most(bound, false),
        Order::Lte => Possible::at_most(bound, true),
    }
}

/// What is written at a place, where that is short enough for a sentence.
fn shortened(place: &Place) -> Option<&str> {
    let written = place.text();
    (written.len() <= 40 && !written.contains('\n')).then_some(written)
}

/// A matcher, or a value, that does not fit its place.
fn misplaced(taken: &Taken, spot: &Spot) -> Diagnostic {
    let written = taken.place.text();
    let message = match taken.name.as_str() {
        "" => match shortened(&taken.place) {
            Some(value) => format!("{}, which never equals `{value}`", spot.what),
            None => format!("{}, which never equals this value", spot.what),
        },
        name => format!("{}, so that `{name}` can never hold", spot.what),
    };
    let wrong = Diagnostic::error("never-holds", &taken.place, message);
    let is_value = taken.name.is_empty();
    if is_value && spot.possible.is_list() && matches!(spot.cure, "" | ELEMENTS) {
        return wrong.help(format!("for one of its elements write `{{any: {{equals: {written}}}}}`, for all `{{each: {{equals: {written}}}}}`, for a list of one `[{written}]`"));
    }
    match (is_value, spot.cure) {
        (true, _) if spot.possible.is_text() && taken.possible.is_number() => {
            wrong.help(format!("text stands in quotes: `\"{written}\"`"))
        }
        (true, _) if spot.possible.is_number() && taken.possible.is_text() => {
            wrong.help("a number stands without quotes")
        }
        (_, "") => wrong.help("leave it out, or look for what was meant"),
        (_, cure) => wrong.help(cure),
    }
}
