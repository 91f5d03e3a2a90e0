//! What a template may read while it is rendered, and how a path finds its value there.

use std::{borrow::Cow, collections::BTreeMap, time::SystemTime};

use crate::diagnostic::nearest;
use crate::json::Json;
use crate::template::{Draws, Files, RenderFault, fault::described};

/// Something that knows variables.
pub(crate) trait Lookup {
    /// The variable of this name.
    fn get(&self, name: &str) -> Option<Cow<'_, Json<'static>>>;

    /// A member of something too large or too costly to give as a whole (`auth.NAME`, `responses.NAME`).
    fn member(&self, name: &str, member: &str) -> Option<Cow<'_, Json<'static>>> {
        let _ = (name, member);
        None
    }

    /// The names it knows, for suggestions.
    fn names(&self) -> Vec<String>;
}

impl Lookup for BTreeMap<String, Json<'static>> {
    fn get(&self, name: &str) -> Option<Cow<'_, Json<'static>>> {
        BTreeMap::get(self, name).map(Cow::Borrowed)
    }

    fn names(&self) -> Vec<String> {
        self.keys().cloned().collect()
    }
}

/// What a template may read while it is rendered.
pub(crate) struct Scope<'s> {
    /// Asked in order; the first that knows a name wins.
    pub(crate) layers: Vec<&'s dyn Lookup>,
    /// Where random values come from.
    pub(crate) draws: &'s Draws,
    /// Where the `file` helper reads.
    pub(crate) files: &'s Files,
    /// What `now` means.
    pub(crate) now: SystemTime,
}

impl<'s> Scope<'s> {
    /// The value of a variable's path, `written` so in the template.
    pub(super) fn find(&self, parts: &[String], written: &str) -> Result<Cow<'s, Json<'static>>, RenderFault> {
        let Some((name, rest)) = parts.split_first() else { return Err(missing(written, None)) };
        for layer in &self.layers {
            if let Some(value) = layer.get(name) {
                return descend(value, rest, written);
            }
            let member = rest.split_first().and_then(|(first, rest)| Some((layer.member(name, first)?, rest)));
            if let Some((value, rest)) = member {
                return descend(value, rest, written);
            }
        }
        Err(missing(written, self.nearest(name)))
    }

    /// Whether a variable of this name can be read as a whole.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.layers.iter().any(|layer| layer.get(name).is_some())
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let names: Vec<String> = self.layers.iter().flat_map(|layer| layer.names()).collect();
        nearest(name, names.iter().map(String::as_str).filter(|known| *known != name)).map(ToOwned::to_owned)
    }
}

/// The value at these parts of a value; borrowed where the whole is.
pub(super) fn descend<'v>(
    value: Cow<'v, Json<'static>>,
    parts: &[String],
    written: &str,
) -> Result<Cow<'v, Json<'static>>, RenderFault> {
    match value {
        Cow::Borrowed(value) => part_of(value, parts, written).map(Cow::Borrowed),
        Cow::Owned(value) if parts.is_empty() => Ok(Cow::Owned(value)),
        Cow::Owned(value) => part_of(&value, parts, written).cloned().map(Cow::Owned),
    }
}

fn part_of<'v>(value: &'v Json<'static>, parts: &[String], written: &str) -> Result<&'v Json<'static>, RenderFault> {
    let mut found = value;
    for part in parts {
        found = match found {
            Json::Object(_) => found.get(part),
            Json::Array(_) => index_of(part).and_then(|index| found.get_index(index)),
            _ => None,
        }
        .ok_or_else(|| absent(found, part, written))?;
    }
    Ok(found)
}

/// The index that a part of a path writes: `0`, not `+0` or `00`.
fn index_of(part: &str) -> Option<usize> {
    let is_plain = part.bytes().all(|byte| byte.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
    if is_plain { part.parse().ok() } else { None }
}

/// Says why a value has no such part.
fn absent(value: &Json<'_>, part: &str, written: &str) -> RenderFault {
    match value {
        Json::Object(members) => {
            missing(written, nearest(part, members.iter().map(|(name, _)| &**name)).map(Into::into))
        }
        Json::Array(elements) => {
            let count = elements.len();
            let help = format!("the array has {count} elements, the first is `0`: there is no `{part}`");
            RenderFault::cured(missing(written, None).to_string(), help)
        }
        other => {
            let help = format!("it stops before `{part}`, at {}, which has no members", described(other));
            RenderFault::cured(missing(written, None).to_string(), help)
        }
    }
}

pub(super) fn missing(path: &str, nearest: Option<String>) -> RenderFault {
    RenderFault::Missing { path: path.to_owned(), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Template, tests::with_layers};

    /// Knows its members one by one and nothing as a whole.
    struct Costly;

    impl Lookup for Costly {
        fn get(&self, name: &str) -> Option<Cow<'_, Json<'static>>> {
            (name == "made").then(|| Cow::Owned(Json::parse(r#"{"a":[1,{"b":2}]}"#).unwrap()))
        }

        fn member(&self, name: &str, member: &str) -> Option<Cow<'_, Json<'static>>> {
            let response = || Json::parse(r#"{"status":201,"json":{"id":9007199254740993}}"#).unwrap();
            (name == "responses" && member == "create an item").then(|| Cow::Owned(response()))
        }

        fn names(&self) -> Vec<String> {
            vec!["made".to_owned(), "responses".to_owned()]
        }
    }

    fn rendered(text: &str) -> Result<String, RenderFault> {
        let own = BTreeMap::from([("title".to_owned(), Json::from("own")), ("only".to_owned(), Json::from(1_i64))]);
        let vars =
            Json::parse(r#"{"title":"vars","item":{"title":"x","tags":["a","b"],"note":null,"a.b":{"c d":0.10}}}"#);
        let vars: BTreeMap<_, _> =
            vars.unwrap().as_object().unwrap().iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        let template = Template::compile(text).unwrap();
        with_layers(vec![&own, &vars, &Costly], |scope| template.render(scope).map(|value| value.to_text()))
    }

    #[test]
    fn the_first_layer_that_knows_a_name_wins() {
        let cases = [
            ("{{title}}", "\"own\""),
            ("{{only}}", "1"),
            ("{{item.title}}", "\"x\""),
            ("{{item/title}}", "\"x\""),
            ("{{item.tags.1}}", "\"b\""),
            ("{{item.tags.[1]}}", "\"b\""),
            ("{{item.[a.b].[c d]}}", "0.10"),
            ("{{item.note}}", "null"),
            ("{{@root.item.title}}", "\"x\""),
            ("{{made.a.1.b}}", "2"),
            ("{{made}}", r#"{"a":[1,{"b":2}]}"#),
            ("{{responses.[create an item].status}}", "201"),
            ("{{responses.[create an item].json.id}}", "9007199254740993"),
            ("{{responses.[create an item]}}", r#"{"status":201,"json":{"id":9007199254740993}}"#),
        ];
        for (text, value) in cases {
            assert_eq!(rendered(text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn a_missing_variable_names_itself_and_the_nearest() {
        let cases = [
            ("{{titel}}", "titel", "did you mean `title`?"),
            ("{{item.titel}}", "item.titel", "did you mean `title`?"),
            ("{{mode}}", "mode", "did you mean `made`?"),
            ("{{response.x}}", "response.x", "did you mean `responses`?"),
            ("{{responses}}", "responses", "define it in `vars`"),
            ("{{responses.[create]}}", "responses.[create]", "define it in `vars`"),
            ("{{quite_different}}", "quite_different", "`{{default quite_different \"none\"}}`"),
            ("{{item.tags.2}}", "item.tags.2", "the array has 2 elements, the first is `0`: there is no `2`"),
            ("{{item.tags.01}}", "item.tags.01", "there is no `01`"),
            ("{{item.tags.first}}", "item.tags.first", "there is no `first`"),
            ("{{item.title.x}}", "item.title.x", "it stops before `x`, at the text `x`, which has no members"),
            ("{{item.note.x}}", "item.note.x", "it stops before `x`, at null, which has no members"),
        ];
        for (text, path, help) in cases {
            let fault = rendered(text).unwrap_err();
            assert_eq!(fault.to_string(), format!("the variable `{path}` is not defined"));
            let told = fault.help().unwrap();
            assert!(told.contains(help), "{text}: {told}");
        }
    }
}
