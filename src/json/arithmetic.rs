//! Sums, differences and products of numbers as exact decimals.

use super::{Number, number::Decimal};

/// How many digits a number may have when it is written out without an exponent.
const WIDEST: usize = 5000;

/// A number that has too many digits to calculate with, such as `1e999999999`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` has more than 5000 digits when it is written out, too many to calculate with")]
pub(crate) struct TooWide(String);

impl Number<'_> {
    /// The exact sum: `0.1` and `0.2` give `0.3`. Zeros at the end of a fraction are dropped.
    pub(crate) fn add(&self, other: &Number<'_>) -> Result<Number<'static>, TooWide> {
        Ok(Digits::of(self)?.plus(Digits::of(other)?).number())
    }

    /// The exact difference.
    pub(crate) fn sub(&self, other: &Number<'_>) -> Result<Number<'static>, TooWide> {
        let mut subtrahend = Digits::of(other)?;
        subtrahend.negative = !subtrahend.negative;
        Ok(Digits::of(self)?.plus(subtrahend).number())
    }

    /// The exact product.
    pub(crate) fn mul(&self, other: &Number<'_>) -> Result<Number<'static>, TooWide> {
        Ok(Digits::of(self)?.times(&Digits::of(other)?).number())
    }
}

/// A number written out: its digits from the least significant on, `scale` of them after the point.
struct Digits {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

impl Digits {
    fn of(number: &Number<'_>) -> Result<Self, TooWide> {
        let too_wide = || TooWide(number.text().chars().take(40).collect());
        Self::written_out(&number.decimal()).ok_or_else(too_wide)
    }

    fn written_out(decimal: &Decimal<'_>) -> Option<Self> {
        let written = decimal.whole.iter().chain(decimal.fraction).rev();
        let mut digits: Vec<u8> = written.map(|digit| digit - b'0').collect();
        let shift = if decimal.is_zero() { 0 } else { decimal.exponent };
        let scale = i128::try_from(decimal.fraction.len()).ok()? - shift;
        let missing = usize::try_from(-scale.min(0)).ok()?;
        let scale = usize::try_from(scale.max(0)).ok()?;
        if digits.len().checked_add(missing)? > WIDEST || scale > WIDEST {
            return None;
        }
        digits.splice(0..0, vec![0; missing]);
        Some(Self { negative: decimal.negative, digits, scale })
    }

    fn plus(mut self, mut other: Digits) -> Digits {
        let scale = self.scale.max(other.scale);
        let width = self.align(scale).max(other.align(scale));
        self.digits.resize(width, 0);
        other.digits.resize(width, 0);
        if self.negative == other.negative {
            self.digits = sum(&self.digits, &other.digits);
        } else {
            let smaller = self.digits.iter().rev().lt(other.digits.iter().rev());
            if smaller {
                std::mem::swap(&mut self, &mut other);
            }
            self.digits = difference(&self.digits, &other.digits);
        }
        self
    }

    /// Gives the number this scale, which is not less than its own, and says how many digits it has then.
    fn align(&mut self, scale: usize) -> usize {
        self.digits.splice(0..0, vec![0; scale - self.scale]);
        self.scale = scale;
        self.digits.len()
    }

    fn times(&self, other: &Digits) -> Digits {
        let mut sums = vec![0_u32; self.digits.len() + other.digits.len()];
        for (at, left) in self.digits.iter().enumerate() {
            for (to, right) in other.digits.iter().enumerate() {
                sums[at + to] += u32::from(*left) * u32::from(*right);
            }
        }
        Digits { negative: self.negative != other.negative, digits: carried(sums), scale: self.scale + other.scale }
    }

    fn number(mut self) -> Number<'static> {
        self.digits.resize(self.digits.len().max(self.scale + 1), 0);
        let text: String = self.digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect();
        let (whole, fraction) = text.split_at(text.len() - self.scale);
        let fraction = fraction.trim_end_matches('0');
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        let sign = if self.negative && (whole, fraction) != ("0", "") { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        Number::made(format!("{sign}{whole}{point}{fraction}"))
    }
}

fn sum(left: &[u8], right: &[u8]) -> Vec<u8> {
    let both = left.iter().zip(right);
    let mut sums: Vec<u32> = both.map(|(a, b)| u32::from(*a) + u32::from(*b)).collect();
    sums.push(0);
    carried(sums)
}

/// `left` less `right`, which is not greater and has as many digits.
fn difference(left: &[u8], right: &[u8]) -> Vec<u8> {
    let mut borrow = 0;
    let digit = |(a, b): (&u8, &u8)| {
        let rest = a + 10 - b - borrow;
        borrow = u8::from(rest < 10);
        rest % 10
    };
    left.iter().zip(right).map(digit).collect()
}

/// Sums of columns into digits; the last column must be able to take the carry.
fn carried(sums: Vec<u32>) -> Vec<u8> {
    let mut carry = 0;
    let digit = |sum: u32| {
        let total = sum + carry;
        carry = total / 10;
        u8::try_from(total % 10).unwrap_or(0)
    };
    sums.into_iter().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> Number<'_> {
        Number::parse(text).unwrap()
    }

    #[test]
    fn calculations_are_exact() {
        let cases = [
            ("0.1", "0.2", "0.3", "-0.1", "0.02"),
            ("1", "1.0", "2", "0", "1"),
            ("1e3", "-1", "999", "1001", "-1000"),
            ("9007199254740993", "1", "9007199254740994", "9007199254740992", "9007199254740993"),
            ("-5", "-7", "-12", "2", "35"),
            ("5", "-5", "0", "10", "-25"),
            ("0", "-0.0", "0", "0", "0"),
            ("1.10", "2", "3.1", "-0.9", "2.2"),
            ("1e-3", "1e2", "100.001", "-99.999", "0.1"),
            ("99999999999999999999", "1", "100000000000000000000", "99999999999999999998", "99999999999999999999"),
        ];
        for (left, right, sum, difference, product) in cases {
            let (left, right) = (number(left), number(right));
            assert_eq!(left.add(&right).unwrap().text(), sum, "{left} + {right}");
            assert_eq!(left.sub(&right).unwrap().text(), difference, "{left} - {right}");
            assert_eq!(left.mul(&right).unwrap().text(), product, "{left} * {right}");
        }
    }

    #[test]
    fn a_number_of_absurd_width_is_refused() {
        for text in ["1e999999999", "1e-999999999", "1e99999999999999999999999999999999999999999"] {
            let error = number(text).add(&number("1")).unwrap_err().to_string();
            assert!(error.contains("more than 5000 digits"), "{error}");
        }
        assert_eq!(number("0e999999999").add(&number("1")).unwrap().text(), "1");
    }

    proptest! {
        #[test]
        fn calculations_agree_with_integers(a in any::<i64>(), b in any::<i64>()) {
            let (left, right) = (Number::from(a), Number::from(b));
            let (a, b) = (i128::from(a), i128::from(b));
            prop_assert_eq!(left.add(&right).unwrap().to_string(), (a + b).to_string());
            prop_assert_eq!(left.sub(&right).unwrap().to_string(), (a - b).to_string());
            prop_assert_eq!(left.mul(&right).unwrap().to_string(), (a * b).to_string());
        }
    }
}
