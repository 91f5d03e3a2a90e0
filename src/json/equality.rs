//! JSON equality: numbers as exact decimals, members in any order, the last of a repeated name.

use std::collections::BTreeMap;

use super::Json;

impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Json::Null, Json::Null) => true,
            (Json::Bool(left), Json::Bool(right)) => left == right,
            (Json::Number(left), Json::Number(right)) => left == right,
            (Json::String(left), Json::String(right)) => left == right,
            (Json::Array(left), Json::Array(right)) => left == right,
            (Json::Object(_), Json::Object(_)) => by_name(self) == by_name(other),
            _ => false,
        }
    }
}

fn by_name<'v, 'a>(object: &'v Json<'a>) -> BTreeMap<&'v str, &'v Json<'a>> {
    let members = object.as_object().unwrap_or_default();
    members.iter().map(|(name, value)| (&**name, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_equal_as_json_has_it() {
        let cases = [
            ("1", "1.0", true),
            ("1", "\"1\"", false),
            ("0", "false", false),
            ("null", "null", true),
            ("null", "{}", false),
            ("{\"a\":1,\"b\":[2]}", "{\"b\":[2.0],\"a\":1e0}", true),
            ("{\"a\":1}", "{\"a\":1,\"b\":null}", false),
            ("{\"a\":1}", "{\"b\":1}", false),
            ("{\"a\":1,\"a\":2}", "{\"a\":2}", true),
            ("{\"a\":1,\"a\":2}", "{\"a\":1}", false),
            ("[1,2]", "[2,1]", false),
            ("[1]", "[1,1]", false),
            ("[]", "{}", false),
            ("\"\\u0041\"", "\"A\"", true),
            ("9007199254740993", "9007199254740992", false),
        ];
        for (left, right, equal) in cases {
            let (left, right) = (Json::parse(left).unwrap(), Json::parse(right).unwrap());
            assert_eq!(left == right, equal, "{left} {right}");
            assert_eq!(right == left, equal, "{right} {left}");
        }
    }
}
