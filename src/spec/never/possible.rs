//! Which values there may be at a place, as far as that is known without an answer: their types, and the bounds of numbers.

use std::cmp::Ordering;

use crate::json::{Json, Kind, Number};

/// What a value may be.
#[derive(Clone, Debug)]
pub(super) struct Possible {
    kinds: u8,
    low: Option<Bound>,
    high: Option<Bound>,
    whole: bool,
}

/// An end of a stretch of numbers.
#[derive(Clone, Debug)]
struct Bound {
    number: Number<'static>,
    /// Whether the number itself lies within.
    within: bool,
}

const STRING: u8 = 1;
const NUMBER: u8 = 1 << 1;
const BOOLEAN: u8 = 1 << 2;
const ARRAY: u8 = 1 << 3;
const OBJECT: u8 = 1 << 4;
const NULL: u8 = 1 << 5;
const MISSING: u8 = 1 << 6;
const VALUE: u8 = MISSING - 1;

impl Possible {
    pub(super) const ANYTHING: Self = Self::of(VALUE | MISSING);
    pub(super) const VALUE: Self = Self::of(VALUE);
    pub(super) const MISSING: Self = Self::of(MISSING);
    pub(super) const TEXT: Self = Self::of(STRING);
    pub(super) const NUMBER: Self = Self::of(NUMBER);
    pub(super) const BOOLEAN: Self = Self::of(BOOLEAN);
    pub(super) const LIST: Self = Self::of(ARRAY);
    pub(super) const OBJECT: Self = Self::of(OBJECT);
    /// What has a length.
    pub(super) const COUNTABLE: Self = Self::of(STRING | ARRAY | OBJECT);

    const fn of(kinds: u8) -> Self {
        Self { kinds, low: None, high: None, whole: false }
    }

    /// A value equal to this one. Where `as_text` holds, numbers and booleans stand for their texts as well.
    pub(super) fn equal_to(value: &Json<'static>, as_text: bool) -> Self {
        let as_text = if as_text { STRING } else { 0 };
        match value {
            Json::Number(number) => {
                Self { kinds: NUMBER | as_text, ..Self::at_least(number, true).and_most(number, true) }
            }
            Json::Bool(_) => Self::of(BOOLEAN | as_text),
            other => Self::of(kind(other.kind())),
        }
    }

    /// A value of one of these types.
    pub(super) fn of_kinds(kinds: &[Kind]) -> Self {
        Self { whole: kinds == [Kind::Integer], ..Self::of(kinds.iter().fold(0, |all, it| all | kind(*it))) }
    }

    /// A number from here on.
    pub(super) fn at_least(number: &Number<'static>, within: bool) -> Self {
        Self { low: Some(Bound { number: number.clone(), within }), ..Self::NUMBER }
    }

    /// A number up to here.
    pub(super) fn at_most(number: &Number<'static>, within: bool) -> Self {
        Self::NUMBER.and_most(number, within)
    }

    fn and_most(self, number: &Number<'static>, within: bool) -> Self {
        Self { high: Some(Bound { number: number.clone(), within }), ..self }
    }

    /// A whole number between these, both included.
    pub(super) fn whole(low: i64, high: Option<i64>) -> Self {
        let high = high.map(|number| Bound { number: number.into(), within: true });
        Self { high, whole: true, ..Self::at_least(&low.into(), true) }
    }

    /// These values, or none at all.
    #[must_use]
    pub(super) fn or_missing(mut self) -> Self {
        self.kinds |= MISSING;
        self
    }

    /// These values, or a list.
    #[must_use]
    pub(super) fn or_list(mut self) -> Self {
        self.kinds |= ARRAY;
        self
    }

    /// What is there at all.
    #[must_use]
    pub(super) fn present(mut self) -> Self {
        self.kinds &= VALUE;
        self
    }

    /// What is one or the other.
    pub(super) fn or(&self, other: &Self) -> Self {
        match (self.kinds & NUMBER, other.kinds & NUMBER) {
            (0, _) => Self { kinds: self.kinds | other.kinds, ..other.clone() },
            (_, 0) => Self { kinds: self.kinds | other.kinds, ..self.clone() },
            _ => Self::of(self.kinds | other.kinds),
        }
    }

    /// What is both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = Self {
            kinds: self.kinds & other.kinds,
            low: tighter(self.low.as_ref(), other.low.as_ref(), Ordering::Greater),
            high: tighter(self.high.as_ref(), other.high.as_ref(), Ordering::Less),
            whole: self.whole || other.whole,
        };
        if !both.has_numbers() {
            both.kinds &= !NUMBER;
        }
        both
    }

    /// Whether there is no such value.
    pub(super) fn is_nothing(&self) -> bool {
        self.kinds == 0
    }

    /// Whether it is text and nothing else.
    pub(super) fn is_text(&self) -> bool {
        self.kinds & VALUE == STRING
    }

    /// Whether it is a list and nothing else.
    pub(super) fn is_list(&self) -> bool {
        self.kinds & VALUE == ARRAY
    }

    /// Whether it is a number and nothing else.
    pub(super) fn is_number(&self) -> bool {
        self.kinds & VALUE == NUMBER
    }

    fn has_numbers(&self) -> bool {
        let (Some(low), Some(high)) = (&self.low, &self.high) else { return true };
        match low.number.compare(&high.number) {
            Ordering::Less => true,
            Ordering::Equal => low.within && high.within && (!self.whole || low.number.is_integer()),
            Ordering::Greater => false,
        }
    }
}

/// The bound that leaves less; `side` is how that one compares to the other.
fn tighter(one: Option<&Bound>, other: Option<&Bound>, side: Ordering) -> Option<Bound> {
    let (Some(first), Some(second)) = (one, other) else { return one.or(other).cloned() };
    let takes_first = match first.number.compare(&second.number) {
        Ordering::Equal => !first.within,
        found => found == side,
    };
    Some(if takes_first { first.clone() } else { second.clone() })
}

fn kind(kind: Kind) -> u8 {
    match kind {
        Kind::String => STRING,
        Kind::Number | Kind::Integer => NUMBER,
        Kind::Boolean => BOOLEAN,
        Kind::Array => ARRAY,
        Kind::Object => OBJECT,
        Kind::Null => NULL,
    }
}
