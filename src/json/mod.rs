//! JSON values: members in order, numbers by the text they were written with, strings borrowed where they can be.
//!
//! The only place that names `jiter`. Paths belong to `json_path`, schemas to `json_schema`.

mod arithmetic;
mod convert;
mod equality;
mod number;
mod parse;
mod print;

use std::{borrow::Cow, fmt};

pub(crate) use arithmetic::TooWide;
pub(crate) use number::Number;
pub(crate) use parse::BadJson;

/// A JSON value. `'a` is the text it was parsed from; `Json<'static>` owns everything.
#[derive(Clone, Debug, Default)]
pub(crate) enum Json<'a> {
    #[default]
    Null,
    Bool(bool),
    Number(Number<'a>),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// Members in the order they were written. Where a name is repeated the last one counts.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// What a value is, as messages and the `type` matcher name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    /// A number with a fraction.
    Number,
    /// A number without a fraction, however it is written: `1`, `1.0`, `1e2`.
    Integer,
    Boolean,
    Array,
    Object,
    Null,
}

impl<'a> Json<'a> {
    /// What this value is.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Json::Null => Kind::Null,
            Json::Bool(_) => Kind::Boolean,
            Json::Number(number) if number.is_integer() => Kind::Integer,
            Json::Number(_) => Kind::Number,
            Json::String(_) => Kind::String,
            Json::Array(_) => Kind::Array,
            Json::Object(_) => Kind::Object,
        }
    }

    /// The member of this name; the last one where the name is repeated, none for anything but an object.
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'a>> {
        let members = self.as_object()?.iter().rev();
        members.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The element at this index, counted from 0; none for anything but an array.
    pub(crate) fn get_index(&self, index: usize) -> Option<&Json<'a>> {
        self.as_array()?.get(index)
    }

    /// The text of a string.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value of a boolean.
    pub(crate) fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number.
    pub(crate) fn as_number(&self) -> Option<&Number<'a>> {
        match self {
            Json::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements of an array.
    pub(crate) fn as_array(&self) -> Option<&[Json<'a>]> {
        match self {
            Json::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members of an object as written, repeated names and all.
    pub(crate) fn as_object(&self) -> Option<&[(Cow<'a, str>, Json<'a>)]> {
        match self {
            Json::Object(members) => Some(members),
            _ => None,
        }
    }

    /// The same value, free of the text it was parsed from.
    pub(crate) fn into_owned(self) -> Json<'static> {
        match self {
            Json::Null => Json::Null,
            Json::Bool(value) => Json::Bool(value),
            Json::Number(number) => Json::Number(number.into_owned()),
            Json::String(text) => Json::String(Cow::Owned(text.into_owned())),
            Json::Array(elements) => Json::Array(elements.into_iter().map(Json::into_owned).collect()),
            Json::Object(members) => {
                let owned =
                    |(name, value): (Cow<'a, str>, Json<'a>)| (Cow::Owned(name.into_owned()), value.into_owned());
                Json::Object(members.into_iter().map(owned).collect())
            }
        }
    }
}

impl Kind {
    /// Every kind.
    pub(crate) const ALL: [Kind; 7] =
        [Kind::String, Kind::Number, Kind::Integer, Kind::Boolean, Kind::Array, Kind::Object, Kind::Null];

    /// Its name in JSON Schema.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::String => "string",
            Kind::Number => "number",
            Kind::Integer => "integer",
            Kind::Boolean => "boolean",
            Kind::Array => "array",
            Kind::Object => "object",
            Kind::Null => "null",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_named_as_json_schema_names_it() {
        let cases = [
            ("null", "null"),
            ("true", "boolean"),
            ("1", "integer"),
            ("1.0", "integer"),
            ("1.5", "number"),
            ("\"1\"", "string"),
            ("[]", "array"),
            ("{}", "object"),
        ];
        for (text, kind) in cases {
            assert_eq!(Json::parse(text).unwrap().kind().to_string(), kind);
        }
    }

    #[test]
    fn the_last_of_a_repeated_name_counts_and_all_are_kept() {
        let json = Json::parse(r#"{"a":1,"b":2,"a":3}"#).unwrap();
        assert_eq!(json.get("a").unwrap().to_text(), "3");
        assert_eq!(json.as_object().unwrap().len(), 3);
        assert_eq!(json.to_text(), r#"{"a":1,"b":2,"a":3}"#);
    }

    #[test]
    fn a_lookup_in_the_wrong_kind_finds_nothing() {
        let json = Json::parse("[1,2]").unwrap();
        assert!(json.get("a").is_none() && json.get_index(2).is_none());
        assert_eq!(json.get_index(1).unwrap().to_text(), "2");
    }
}
