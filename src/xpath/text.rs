//! Texts as numbers, numbers as texts, and parts of texts (XPath 1.0, sections 4.2 to 4.4).

/// The blanks of XML.
const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// The number that a text is, else NaN: digits with at most one point, a `-` before them, blanks around them.
pub(super) fn number(text: &str) -> f64 {
    let text = text.trim_matches(BLANKS);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.bytes().any(|byte| byte.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.matches('.').count() < 2;
    if is_number { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// A number as text: no exponent, no point behind a whole number.
pub(super) fn of_number(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    // There is one zero.
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

/// The whole number that is nearest; of two the greater.
pub(super) fn round(number: f64) -> f64 {
    if number.fract() == 0.0 { number } else { (number + 0.5).floor() }
}

/// A text without blanks around it, and one for every run of them.
pub(super) fn normalized(text: &str) -> String {
    text.split(BLANKS).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The characters from `start` on, counted from 1, and at most `length` of them; both are rounded.
pub(super) fn substring(text: &str, start: f64, length: Option<f64>) -> String {
    let first = round(start);
    let end = length.map_or(f64::INFINITY, |length| first + round(length));
    let mut place = 0.0;
    let within = |_: &char| {
        place += 1.0;
        place >= first && place < end
    };
    text.chars().filter(within).collect()
}

/// A text with each character of `from` replaced by the one at its place in `to`, or taken away.
pub(super) fn translated(text: &str, from: &str, to: &str) -> String {
    let change = |c: char| match from.chars().position(|known| known == c) {
        Some(place) => to.chars().nth(place),
        None => Some(c),
    };
    text.chars().filter_map(change).collect()
}

/// Whether a language is another or a part of it: `en-GB` is `en`.
pub(super) fn is_language(language: &str, wanted: &str) -> bool {
    let (language, wanted) = (language.to_ascii_lowercase(), wanted.to_ascii_lowercase());
    language.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
