//! Between `Json`, Rust's values and `serde_json::Value`, which only crates that want one are given.

use std::borrow::Cow;

use serde_json::Value;

use super::{Json, Number};

impl<'j> Json<'j> {
    /// An object of these members, in this order.
    pub(crate) fn object<N: Into<Cow<'j, str>>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        Json::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl Json<'_> {
    /// The same value for a crate that wants serde's.
    ///
    /// Lost on the way: digits of a number that neither fits 64 bits nor is exact as a double, repeated members
    /// (the last stays) and the order of members.
    pub(crate) fn to_serde(&self) -> Value {
        match self {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => Value::Number(number_to_serde(number)),
            Json::String(text) => Value::String(text.clone().into_owned()),
            Json::Array(elements) => Value::Array(elements.iter().map(Json::to_serde).collect()),
            Json::Object(members) => {
                let member = |(name, value): &(Cow<'_, str>, Json<'_>)| (name.clone().into_owned(), value.to_serde());
                Value::Object(members.iter().map(member).collect())
            }
        }
    }

    /// The same value as our own.
    pub(crate) fn from_serde(value: Value) -> Json<'static> {
        match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(value),
            Value::Number(number) => Json::Number(Number::made(number.to_string())),
            Value::String(text) => Json::String(Cow::Owned(text)),
            Value::Array(elements) => Json::Array(elements.into_iter().map(Json::from_serde).collect()),
            Value::Object(members) => {
                let member = |(name, value)| (Cow::Owned(name), Json::from_serde(value));
                Json::Object(members.into_iter().map(member).collect())
            }
        }
    }
}

fn number_to_serde(number: &Number<'_>) -> serde_json::Number {
    let text = number.text();
    let small = text.parse::<i64>().map(serde_json::Number::from);
    let whole = small.or_else(|_| text.parse::<u64>().map(serde_json::Number::from));
    let nearest = || serde_json::Number::from_f64(number.as_f64());
    whole.ok().or_else(nearest).unwrap_or_else(|| 0.into())
}

impl From<&str> for Json<'_> {
    fn from(text: &str) -> Self {
        Json::String(Cow::Owned(text.to_owned()))
    }
}

impl From<String> for Json<'_> {
    fn from(text: String) -> Self {
        Json::String(Cow::Owned(text))
    }
}

impl From<bool> for Json<'_> {
    fn from(value: bool) -> Self {
        Json::Bool(value)
    }
}

impl From<i64> for Json<'_> {
    fn from(value: i64) -> Self {
        Json::Number(value.into())
    }
}

impl From<u64> for Json<'_> {
    fn from(value: u64) -> Self {
        Json::Number(value.into())
    }
}

impl From<usize> for Json<'_> {
    fn from(value: usize) -> Self {
        Json::Number(value.into())
    }
}

impl From<f64> for Json<'_> {
    /// The shortest number that reads back as this one; null for an infinity or NaN.
    fn from(value: f64) -> Self {
        Number::from_f64(value).map_or(Json::Null, Json::Number)
    }
}

impl<'a> From<Number<'a>> for Json<'a> {
    fn from(number: Number<'a>) -> Self {
        Json::Number(number)
    }
}

impl<'a> From<Vec<Json<'a>>> for Json<'a> {
    fn from(elements: Vec<Json<'a>>) -> Self {
        Json::Array(elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serde_values_come_and_go() {
        let cases = [
            (r#"{"a":[1,-2,1.5,"x",null,true]}"#, r#"{"a":[1,-2,1.5,"x",null,true]}"#),
            ("18446744073709551615", "18446744073709551615"),
            ("1.0", "1.0"),
            ("1e400", "1.7976931348623157e+308"),
            ("123456789012345678901", "1.2345678901234568e+20"),
            (r#"{"b":1,"a":1,"b":2}"#, r#"{"a":1,"b":2}"#),
        ];
        for (text, through) in cases {
            let value = Json::parse(text).unwrap().to_serde();
            assert_eq!(Json::from_serde(value).to_text(), through);
        }
    }

    #[test]
    fn rusts_values_become_json() {
        let elements = vec![Json::from("a"), 1_i64.into(), 2_u64.into(), 3_usize.into(), true.into()];
        assert_eq!(Json::from(elements).to_text(), "[\"a\",1,2,3,true]");
        assert_eq!(Json::from(String::from("b")).into_owned().to_text(), "\"b\"");
        assert_eq!(Json::from(0.1).to_text(), "0.1");
        assert_eq!(Json::from(f64::NAN).to_text(), "null");
    }
}
