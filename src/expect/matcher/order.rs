//! A total order of JSON values in which equal values are neighbours.

use std::{borrow::Cow, cmp::Ordering, collections::BTreeMap};

use crate::json::Json;

/// Which of two values comes first; equal where JSON equality says so.
pub(super) fn compare(left: &Json<'_>, right: &Json<'_>) -> Ordering {
    match (left, right) {
        (Json::Bool(left), Json::Bool(right)) => left.cmp(right),
        (Json::Number(left), Json::Number(right)) => left.compare(right),
        (Json::String(left), Json::String(right)) => left.cmp(right),
        (Json::Array(left), Json::Array(right)) => {
            let first = left.iter().zip(right).map(|(left, right)| compare(left, right)).find(|it| it.is_ne());
            first.unwrap_or_else(|| left.len().cmp(&right.len()))
        }
        (Json::Object(left), Json::Object(right)) => compare_members(left, right),
        _ => rank(left).cmp(&rank(right)),
    }
}

fn compare_members(left: &[(Cow<'_, str>, Json<'_>)], right: &[(Cow<'_, str>, Json<'_>)]) -> Ordering {
    let (left, right) = (by_name(left), by_name(right));
    let first = left
        .iter()
        .zip(&right)
        .map(|((name, value), (other, against))| name.cmp(other).then_with(|| compare(value, against)))
        .find(|it| it.is_ne());
    first.unwrap_or_else(|| left.len().cmp(&right.len()))
}

fn by_name<'v, 'a>(members: &'v [(Cow<'a, str>, Json<'a>)]) -> BTreeMap<&'v str, &'v Json<'a>> {
    members.iter().map(|(name, value)| (&**name, value)).collect()
}

fn rank(value: &Json<'_>) -> u8 {
    match value {
        Json::Null => 0,
        Json::Bool(_) => 1,
        Json::Number(_) => 2,
        Json::String(_) => 3,
        Json::Array(_) => 4,
        Json::Object(_) => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_agrees_with_equality() {
        let texts = [
            "null",
            "true",
            "1",
            "1.0",
            "\"1\"",
            "[]",
            "[1]",
            "[1,1]",
            "{}",
            "{\"a\":1}",
            "{\"a\":1.0}",
            "{\"b\":1}",
            "{\"a\":2,\"a\":1}",
            "{\"a\":1,\"b\":1}",
            "{\"b\":1,\"a\":1}",
        ];
        let values: Vec<_> = texts.iter().map(|text| Json::parse(text).unwrap()).collect();
        for left in &values {
            for right in &values {
                assert_eq!(compare(left, right).is_eq(), left == right, "{left} {right}");
                assert_eq!(compare(left, right), compare(right, left).reverse(), "{left} {right}");
            }
        }
    }
}
