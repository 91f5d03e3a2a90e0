//! What a singular path that finds nothing comes nearest to.

use super::{Location, walk, walk::Step};
use crate::diagnostic;
use crate::json::{Json, Kind};

/// How many members of an object are named.
const MOST_NAMES: usize = 8;

/// The existing path nearest to the steps, in words; none where they lead to a value.
pub(super) fn nearest(steps: &[Step], root: &Json<'_>) -> Option<String> {
    let mut location = Location::root();
    let mut value = root;
    for step in steps {
        match step.of(value) {
            Some(next) => {
                push(&mut location, step, value);
                value = next;
            }
            None => return Some(beside(step, value, location)),
        }
    }
    None
}

fn push(location: &mut Location, step: &Step, value: &Json<'_>) {
    match step {
        Step::Name(name) => location.push_name(name),
        Step::Index(index) => {
            let length = value.as_array().map_or(0, <[_]>::len);
            location.push_index(walk::place(*index, length).unwrap_or_default());
        }
    }
}

/// The member whose name is nearest to what the step names, or the value that the step leaves and what it is.
fn beside(step: &Step, value: &Json<'_>, mut location: Location) -> String {
    let names = || walk::members(value).into_iter().map(|(name, _)| name);
    if let Step::Name(name) = step
        && let Some(near) = diagnostic::nearest(name, names())
    {
        location.push_name(near);
        return format!("`{location}`");
    }
    format!("`{location}`, {}", described(value))
}

fn described(value: &Json<'_>) -> String {
    match value {
        Json::Array(elements) => match elements.len() {
            0 => "an empty array".to_owned(),
            1 => "an array of 1 element".to_owned(),
            count => format!("an array of {count} elements"),
        },
        Json::Object(_) => object(&walk::members(value)),
        Json::Null => "which is null".to_owned(),
        scalar => match scalar.kind() {
            Kind::Integer => "a number".to_owned(),
            kind => format!("a {kind}"),
        },
    }
}

fn object(members: &[(&str, &Json<'_>)]) -> String {
    let shown: Vec<_> = members.iter().take(MOST_NAMES).map(|(name, _)| format!("`{name}`")).collect();
    match members.len() - shown.len() {
        _ if members.is_empty() => "an empty object".to_owned(),
        0 => format!("an object with {}", shown.join(", ")),
        more => format!("an object with {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use crate::json::Json;
    use crate::json_path::JsonPath;

    #[test]
    fn the_nearest_path_names_what_exists() {
        let text = r#"{"item":{"title":"x","tags":[1,2],"none":null,"n":1.5},"items":[],"one":[true],"unit price":{}}"#;
        let json = Json::parse(text).unwrap();
        let table = [
            ("$.item.titel", Some("`$.item.title`")),
            ("$.itme.title", Some("`$.item`")),
            ("$['unit-price']", Some("`$['unit price']`")),
            ("$.item.Title", Some("`$.item.title`")),
            ("$.item.tags[5]", Some("`$.item.tags`, an array of 2 elements")),
            ("$.item.tags[-3].x", Some("`$.item.tags`, an array of 2 elements")),
            ("$.item.tags[-1].x", Some("`$.item.tags[1]`, a number")),
            ("$.item.tags.id", Some("`$.item.tags`, an array of 2 elements")),
            ("$.items[0]", Some("`$.items`, an empty array")),
            ("$.one[1]", Some("`$.one`, an array of 1 element")),
            ("$.one[0].a", Some("`$.one[0]`, a boolean")),
            ("$.item.none.x", Some("`$.item.none`, which is null")),
            ("$.item.title.x", Some("`$.item.title`, a string")),
            ("$.item.n.x", Some("`$.item.n`, a number")),
            ("$['unit price'].amount", Some("`$['unit price']`, an empty object")),
            ("$.item[0]", Some("`$.item`, an object with `title`, `tags`, `none`, `n`")),
            ("$.item.tags[0]", None),
            ("$", None),
            ("$.nothing[*]", None),
        ];
        for (path, expected) in table {
            assert_eq!(JsonPath::compile(path).unwrap().nearest(&json).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn only_the_first_members_are_named() {
        let members: Vec<_> = (0..11).map(|n| (format!("member{n}").into(), Json::Null)).collect();
        let near = JsonPath::compile("$.x").unwrap().nearest(&Json::Object(members)).unwrap();
        assert!(near.ends_with("`member7` and 3 more"), "{near}");
    }
}
