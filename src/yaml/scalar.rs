//! What a plain scalar means in the YAML 1.2 core schema, with the differences that FORMAT.md names.

use crate::yaml::Value;

/// The value of a scalar that was written without quotes.
///
/// `no`, `on`, `13:00` and numbers with a leading zero are strings; a number keeps its decimal text.
/// Returns the text of a number that JSON cannot carry (`.inf`, `.nan`) as the error.
pub(crate) fn plain(text: &str) -> Result<Value, String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Bool(false)),
        _ => {}
    }
    let starts_like_a_number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    if !starts_like_a_number {
        return Ok(Value::String(text.to_owned()));
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    if matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan") && text.len() - unsigned.len() <= 1 {
        return Err(text.to_owned());
    }
    Ok(number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number))
}

/// The JSON text of a YAML number, or none for what only looks like one.
fn number(text: &str) -> Option<String> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u128::from_str_radix(digits, 16).ok().map(|n| n.to_string());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return u128::from_str_radix(digits, 8).ok().map(|n| n.to_string());
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], &rest[at..]),
        None => (rest, ""),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let exponent_digits = exponent.trim_start_matches(['e', 'E']);
    let exponent_digits = exponent_digits.strip_prefix(['+', '-']).unwrap_or(exponent_digits);
    let well_formed = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && digits(exponent_digits)
        && exponent.is_empty() == exponent_digits.is_empty();
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    if !well_formed || leading_zero {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}{exponent}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_follow_the_core_schema_and_keep_number_text() {
        let string = |text: &str| Ok(Value::String(text.into()));
        let number = |text: &str| Ok(Value::Number(text.into()));
        let table = [
            ("", Ok(Value::Null)),
            ("~", Ok(Value::Null)),
            ("True", Ok(Value::Bool(true))),
            ("no", string("no")),
            ("on", string("on")),
            ("13:00", string("13:00")),
            ("0123", string("0123")),
            ("-007", string("-007")),
            ("00.5", string("00.5")),
            ("1_000", string("1_000")),
            ("1.2.3", string("1.2.3")),
            ("-", string("-")),
            ("1e", string("1e")),
            ("+-1", string("+-1")),
            ("0", number("0")),
            ("-0", number("-0")),
            ("0.10", number("0.10")),
            ("123.0", number("123.0")),
            ("+5", number("5")),
            (".5", number("0.5")),
            ("5.", number("5")),
            ("1e+2", number("1e+2")),
            ("0x1F", number("31")),
            ("0o17", number("15")),
            ("9007199254740993", number("9007199254740993")),
            (".inf", Err(".inf".into())),
            ("-.INF", Err("-.INF".into())),
        ];
        for (text, expected) in table {
            assert_eq!(plain(text), expected, "{text}");
        }
    }
}
