//! Numbers by their text: exact comparison of decimals of any length, without allocating.

use std::{borrow::Cow, cmp::Ordering, fmt, iter};

/// A JSON number, kept as its text: `0.10` stays `0.10` and 9007199254740993 is not rounded.
#[derive(Clone, Debug)]
pub(crate) struct Number<'a>(Cow<'a, str>);

impl<'a> Number<'a> {
    /// The number that this text writes in JSON's grammar (RFC 8259, section 6), blanks not allowed.
    pub(crate) fn parse(text: &'a str) -> Option<Number<'a>> {
        is_json_number(text.as_bytes()).then_some(Number(Cow::Borrowed(text)))
    }

    /// A number of text that was made here and follows the grammar.
    pub(super) fn made(text: String) -> Number<'static> {
        Number(Cow::Owned(text))
    }

    /// The shortest number that reads back as this one; none for an infinity or NaN.
    pub(crate) fn from_f64(value: f64) -> Option<Number<'static>> {
        value.is_finite().then(|| Number::made(format!("{value:?}")))
    }

    /// The text as it was written.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// Whether there is no fraction: true of `1`, `1.0` and `1e2`, as JSON Schema has it.
    pub(crate) fn is_integer(&self) -> bool {
        self.decimal().is_integer()
    }

    /// Which of two numbers is greater, as exact decimals: `1` equals `1.0`, 9007199254740993 exceeds ...992.
    pub(crate) fn compare(&self, other: &Number<'_>) -> Ordering {
        self.decimal().compare(&other.decimal())
    }

    /// The nearest double; the greatest finite one where the number is beyond all of them.
    pub(crate) fn as_f64(&self) -> f64 {
        let value: f64 = self.0.parse().unwrap_or(0.0);
        value.clamp(f64::MIN, f64::MAX)
    }

    /// The number as an `i64`, if it has no fraction and fits: `1e2` is 100.
    pub(crate) fn to_i64(&self) -> Option<i64> {
        let decimal = self.decimal();
        let width = usize::try_from(decimal.magnitude()).unwrap_or(usize::MAX);
        if width > 19 || !decimal.is_integer() {
            return None;
        }
        let digits = decimal.significant().chain(iter::repeat(0)).take(width);
        let value = digits.fold(0_i128, |value, digit| value * 10 + i128::from(digit));
        i64::try_from(if decimal.negative { -value } else { value }).ok()
    }

    /// The same number, free of the text it was parsed from.
    pub(crate) fn into_owned(self) -> Number<'static> {
        Number(Cow::Owned(self.0.into_owned()))
    }

    pub(super) fn decimal(&self) -> Decimal<'_> {
        Decimal::of(&self.0)
    }

    #[cfg(test)]
    pub(super) fn is_borrowed(&self) -> bool {
        matches!(self.0, Cow::Borrowed(_))
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq for Number<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.compare(other) == Ordering::Equal
    }
}

impl From<i64> for Number<'static> {
    fn from(value: i64) -> Self {
        Number::made(value.to_string())
    }
}

impl From<u64> for Number<'static> {
    fn from(value: u64) -> Self {
        Number::made(value.to_string())
    }
}

impl From<usize> for Number<'static> {
    fn from(value: usize) -> Self {
        Number::made(value.to_string())
    }
}

/// A number taken apart where it stands: sign, digits on both sides of the point, exponent.
pub(super) struct Decimal<'t> {
    pub(super) negative: bool,
    /// Digits before the point, without leading zeros.
    pub(super) whole: &'t [u8],
    /// Digits after the point, without trailing zeros.
    pub(super) fraction: &'t [u8],
    pub(super) exponent: i128,
}

impl<'t> Decimal<'t> {
    fn of(text: &'t str) -> Self {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], exponent_of(&rest[at + 1..])),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        Self {
            negative,
            whole: whole.trim_start_matches('0').as_bytes(),
            fraction: fraction.trim_end_matches('0').as_bytes(),
            exponent,
        }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    fn is_integer(&self) -> bool {
        let below_point = match self.fraction.len() {
            0 => -i128_of(trailing_zeros(self.whole)),
            digits => i128_of(digits),
        };
        self.is_zero() || self.exponent >= below_point
    }

    fn compare(&self, other: &Decimal<'_>) -> Ordering {
        match (self.signum(), other.signum()) {
            (1, 1) => self.compare_size(other),
            (-1, -1) => other.compare_size(self),
            (left, right) => left.cmp(&right),
        }
    }

    fn signum(&self) -> i8 {
        match (self.is_zero(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }

    fn compare_size(&self, other: &Decimal<'_>) -> Ordering {
        let by_magnitude = self.magnitude().cmp(&other.magnitude());
        by_magnitude.then_with(|| {
            let width = self.width().max(other.width());
            let left = self.significant().chain(iter::repeat(0)).take(width);
            left.cmp(other.significant().chain(iter::repeat(0)).take(width))
        })
    }

    fn width(&self) -> usize {
        self.whole.len() + self.fraction.len()
    }

    /// How many digits stand before the point when the exponent is written out; negative for 0.001.
    fn magnitude(&self) -> i128 {
        let before = match self.whole.len() {
            0 => -i128_of(leading_zeros(self.fraction)),
            digits => i128_of(digits),
        };
        if self.is_zero() { 0 } else { before + self.exponent }
    }

    /// The digits from the first that is not zero, most significant first.
    fn significant(&self) -> impl Iterator<Item = u8> {
        let digits = self.whole.iter().chain(self.fraction);
        digits.skip_while(|digit| **digit == b'0').map(|digit| digit - b'0')
    }
}

/// The exponent, held within 36 digits: beyond that all are alike, and sums with lengths cannot overflow.
fn exponent_of(text: &str) -> i128 {
    const MOST: i128 = 10_i128.pow(36);
    let digits = text.trim_start_matches(['+', '-']);
    let add = |sum: i128, digit: u8| (sum * 10 + i128::from(digit - b'0')).min(MOST);
    let size = digits.bytes().fold(0, add);
    if text.starts_with('-') { -size } else { size }
}

fn i128_of(length: usize) -> i128 {
    i128::try_from(length).unwrap_or(i128::MAX)
}

fn leading_zeros(digits: &[u8]) -> usize {
    digits.iter().take_while(|digit| **digit == b'0').count()
}

fn trailing_zeros(digits: &[u8]) -> usize {
    digits.iter().rev().take_while(|digit| **digit == b'0').count()
}

fn is_json_number(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, rest) = digits_of(rest);
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => digits_of(rest),
        None => (&b"0"[..], rest),
    };
    let exponent = match rest {
        [] => &b"0"[..],
        [b'e' | b'E', b'+' | b'-', digits @ ..] | [b'e' | b'E', digits @ ..] => digits,
        _ => return false,
    };
    let all_digits = !exponent.is_empty() && exponent.iter().all(u8::is_ascii_digit);
    let leads_with_zero = whole.len() > 1 && whole.starts_with(b"0");
    !whole.is_empty() && !leads_with_zero && !fraction.is_empty() && all_digits
}

fn digits_of(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering::{Equal, Greater, Less};

    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number<'_> {
        Number::parse(text).unwrap_or_else(|| panic!("`{text}` is a number"))
    }

    #[test]
    fn only_the_grammar_of_json_is_a_number() {
        for text in ["0", "-0", "1.50", "1e9", "1E+9", "-1.5e-9", "0.0", "10"] {
            assert_eq!(number(text).text(), text);
        }
        let wrong = [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "1 ", "0x1", "1_0", "NaN", "--1", "1e1.5", "1.5.5", "1e1e1",
            "١",
        ];
        for text in wrong {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn numbers_compare_as_exact_decimals() {
        let cases = [
            ("1", "1.0", Equal),
            ("1", "10e-1", Equal),
            ("0", "-0.0e5", Equal),
            ("100", "1e2", Equal),
            ("0.001", "1e-3", Equal),
            ("9007199254740993", "9007199254740992", Greater),
            ("0.1", "0.10000000000000000000000001", Less),
            ("1e400", "1e401", Less),
            ("-1e400", "-1e401", Greater),
            ("1e999999999", "1e999999998", Greater),
            ("1e-999999999", "0", Greater),
            ("-1e-999999999", "1e-999999999", Less),
            ("123e999999999999999999999", "1.23e1000000000000000000001", Equal),
            ("2", "10", Less),
            ("-2", "1", Less),
            ("12", "1.3e1", Less),
        ];
        for (left, right, expected) in cases {
            assert_eq!(number(left).compare(&number(right)), expected, "{left} {right}");
            assert_eq!(number(right).compare(&number(left)), expected.reverse());
        }
    }

    #[test]
    fn an_integer_is_a_number_without_a_fraction() {
        for text in ["0", "0.0", "1.0", "1e2", "1.5e1", "100e-2", "1e999999999", "0e-5"] {
            assert!(number(text).is_integer(), "{text}");
        }
        for text in ["0.5", "1.5", "1e-1", "15e-1", "1e-999999999", "100e-3"] {
            assert!(!number(text).is_integer(), "{text}");
        }
    }

    #[test]
    fn an_i64_is_only_given_for_what_it_can_hold() {
        let cases = [
            ("0", Some(0)),
            ("-0.0", Some(0)),
            ("1e2", Some(100)),
            ("-1.50e1", Some(-15)),
            ("9223372036854775807", Some(i64::MAX)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("1.5", None),
            ("1e999999999999999999999999999999999999999", None),
            ("1e-999999999999999999999999999999999999999", None),
        ];
        for (text, expected) in cases {
            assert_eq!(number(text).to_i64(), expected, "{text}");
        }
    }

    #[test]
    fn a_double_is_the_nearest_one_and_finite() {
        assert_eq!(number("0.1").as_f64().to_bits(), 0.1_f64.to_bits());
        assert_eq!(number("1e999999999").as_f64().to_bits(), f64::MAX.to_bits());
        assert_eq!(number("-1e400").as_f64().to_bits(), f64::MIN.to_bits());
        assert_eq!(Number::from_f64(1e300).unwrap().text(), "1e300");
        assert!(Number::from_f64(f64::NAN).is_none() && Number::from_f64(f64::INFINITY).is_none());
    }

    proptest! {
        #[test]
        fn comparison_agrees_with_integers(a in any::<i64>(), b in any::<i64>(), zeros in 0_usize..5) {
            let padded = format!("{b}.{}e0", "0".repeat(zeros + 1));
            let text = a.to_string();
            prop_assert_eq!(number(&text).compare(&number(&padded)), a.cmp(&b));
            prop_assert_eq!(number(&padded).to_i64(), Some(b));
        }

        #[test]
        fn comparison_is_an_order(texts in prop::array::uniform3("-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?(e-?[0-9]{1,2})?")) {
            let [a, b, c] = texts.each_ref().map(|text| number(text));
            prop_assert_eq!(a.compare(&b), b.compare(&a).reverse());
            prop_assert_eq!(a.compare(&a), Equal);
            if a.compare(&b) != Greater && b.compare(&c) != Greater {
                prop_assert!(a.compare(&c) != Greater);
            }
        }

        #[test]
        fn every_finite_double_is_a_number(value in any::<f64>()) {
            if let Some(number) = Number::from_f64(value) {
                prop_assert!(Number::parse(number.text()).is_some());
                prop_assert_eq!(number.as_f64().to_bits(), value.to_bits());
            }
        }
    }
}
