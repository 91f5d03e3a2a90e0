//! Every matcher, in the order of the documentation.

use crate::yaml::{Field, Shape, Table};

/// The value of a place where a map is matchers.
pub(crate) static PATTERN: Shape = Shape::Either(&[Shape::Plain, Shape::Fields(&TABLE)]);

const TYPES: Shape =
    Shape::Either(&[Shape::Word(&["string", "number", "integer", "boolean", "array", "object", "null"]), Shape::Null]);

const FORMATS: Shape = Shape::Word(&[
    "uuid",
    "date",
    "date-time",
    "time",
    "email",
    "uri",
    "ipv4",
    "ipv6",
    "hostname",
    "jwt",
    "base64",
    "ulid",
    "semver",
]);

/// The keys of a map of matchers, all of which must hold.
pub(crate) static TABLE: Table = Table {
    what: "a map of matchers",
    fields: &[
        Field::new("equals", Shape::Any, "Is equal: `1` equals `1.0` and never `\"1\"`.", "{id: 1}"),
        Field::new("not", Shape::Same(&PATTERN), "Does not match the pattern.", "{contains: error}"),
        Field::new("in", Shape::Any, "Is equal to one of a list.", "[open, paid]"),
        Field::new("gt", Shape::Any, "Is a number above this.", "0"),
        Field::new("gte", Shape::Any, "Is this number or above it.", "1"),
        Field::new("lt", Shape::Any, "Is a number below this.", "100"),
        Field::new("lte", Shape::Any, "Is this number or below it.", "99"),
        Field::new("between", Shape::Any, "Is a number between both, or one of them.", "[1, 10]"),
        Field::new("approx", Shape::Any, "Is a number that near.", "{value: 9.99, within: 0.01}"),
        Field::new("type", Shape::List(&TYPES), "Is of this type, or of one of a list.", "integer"),
        Field::new("exists", Shape::Boolean, "Is there, or is not.", "true"),
        Field::new("optional", Shape::Same(&PATTERN), "Is missing, or matches.", "{type: string}"),
        Field::new("empty", Shape::Boolean, "Is `\"\"`, `[]` or `{}`, or is not.", "false"),
        Field::new("length", Shape::Same(&PATTERN), "Has that many characters, elements or members.", "{gte: 1}"),
        Field::new(
            "contains",
            Shape::Same(&PATTERN),
            "Holds a substring, an element, or a member of that name.",
            "lamp",
        ),
        Field::new("contains_all", Shape::Any, "Holds each of a list.", "[red, blue]"),
        Field::new("starts_with", Shape::Text, "Is text that begins so.", "/items/"),
        Field::new("ends_with", Shape::Text, "Is text that ends so.", ".png"),
        Field::new("matches", Shape::Text, "Is text that a regular expression matches anywhere.", "'^A-\\d{4}$'"),
        Field::new("format", FORMATS, "Is text of this format.", "uuid"),
        Field::new("each", Shape::Same(&PATTERN), "Is a list, not empty, of which every element matches.", "{gt: 0}"),
        Field::new("any", Shape::Same(&PATTERN), "Is a list of which at least one element matches.", "{equals: paid}"),
        Field::new("unique", Shape::Boolean, "Is a list without equals, or with some.", "true"),
        Field::new(
            "sorted",
            Shape::Either(&[Shape::Word(&["asc", "desc"]), Shape::Map(&Shape::Text)]),
            "Is a list in this order.",
            "{by: $.at, order: desc}",
        ),
        Field::new("schema", Shape::Any, "Honours a JSON Schema, inline or in a file.", "{file: item.schema.json}"),
        Field::new("before", Shape::Text, "Is a time before this one.", "now+5m"),
        Field::new("after", Shape::Text, "Is a time after this one.", "now-1h"),
        Field::new("like", Shape::Any, "Matches as below `json:`: members may be left out.", "{id: 1}"),
        Field::new("exact", Shape::Any, "Matches as below `json:`, with no further members.", "{id: 1, title: lamp}"),
        Field::new("unordered", Shape::Any, "Is a list whose elements match these in any order.", "[red, blue]"),
        Field::new("any_of", Shape::Sequence(&PATTERN), "Matches at least one.", "[{empty: true}, {gt: 0}]"),
        Field::new("one_of", Shape::Sequence(&PATTERN), "Matches exactly one.", "[{type: string}, {gt: 0}]"),
        Field::new("all_of", Shape::Sequence(&PATTERN), "Matches every one.", "[{gt: 0}, {lt: 9}]"),
    ],
    elsewhere: &[],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Kind;
    use crate::spec::matcher::Format;

    fn words(name: &str) -> Vec<&'static str> {
        match &TABLE.field(name).unwrap().shape {
            Shape::Word(words) | Shape::List(Shape::Either([Shape::Word(words), _])) => words.to_vec(),
            other => panic!("`{name}` is words: {other:?}"),
        }
    }

    #[test]
    fn the_words_of_the_table_are_those_that_are_understood() {
        let sorted = |mut all: Vec<&'static str>| {
            all.sort_unstable();
            all
        };
        assert_eq!(sorted(words("format")), sorted(Format::ALL.iter().map(|(name, _)| *name).collect()));
        assert_eq!(sorted(words("type")), sorted(Kind::ALL.iter().map(|kind| kind.name()).collect()));
    }
}
