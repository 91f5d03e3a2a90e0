//! JSON and its numbers.

use crate::json::{Json, Number};

/// How many numbers are calculated with.
const NUMBERS: usize = 8;

/// Reads a text as JSON, prints it, reads that again, and calculates with the numbers in it.
///
/// # Panics
/// What is printed is another value; numbers are ordered or added up otherwise the other way round.
pub fn json(bytes: &[u8]) {
    let Ok(json) = Json::parse_bytes(bytes) else { return };
    let text = json.to_text();
    assert_eq!(Json::parse(&text).as_ref().map(Json::to_text), Ok(text.clone()));
    assert_eq!(Json::parse(&json.pretty()).as_ref().map(Json::to_text), Ok(text));
    for limit in [0, 1, 40] {
        let _ = json.excerpt(limit);
    }
    let _ = Json::from_serde(json.to_serde());
    let mut numbers = Vec::new();
    gather(&json, &mut numbers);
    numbers.truncate(NUMBERS);
    for (at, one) in numbers.iter().enumerate() {
        let _ = (one.is_integer(), one.as_f64(), one.to_i64());
        numbers[at..].iter().for_each(|other| calculate(one, other));
    }
}

fn gather<'j>(json: &'j Json<'_>, numbers: &mut Vec<&'j Number<'j>>) {
    match json {
        Json::Number(number) => numbers.push(number),
        Json::Array(elements) => elements.iter().for_each(|element| gather(element, numbers)),
        Json::Object(members) => members.iter().for_each(|(_, value)| gather(value, numbers)),
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}

fn calculate(one: &Number<'_>, other: &Number<'_>) {
    assert_eq!(one.compare(other), other.compare(one).reverse());
    assert_eq!(one.mul(other).ok(), other.mul(one).ok());
    if let Ok(sum) = one.add(other) {
        assert_eq!(Ok(&sum), other.add(one).as_ref());
        // A sum may have one digit more than can be calculated with.
        assert!(sum.sub(other).map_or(true, |difference| difference == *one));
    }
}
