//! Helpers from outside of the crate. They know `serde_json`, not our values, and nothing of what is around them.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use serde_json::Value;

use crate::json::Json;
use crate::template::RenderFault;

/// Further helpers, by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extras(BTreeMap<String, Extra>);

/// A helper from outside.
#[derive(Clone)]
pub(super) struct Extra {
    pub(super) name: String,
    give: Arc<Give>,
}

type Give = dyn Fn(&[Value]) -> Result<Value, String> + Send + Sync;

impl Extras {
    /// Adds a helper, or replaces the one of its name.
    pub(crate) fn add(
        &mut self,
        name: String,
        give: impl Fn(&[Value]) -> Result<Value, String> + Send + Sync + 'static,
    ) {
        self.0.insert(name.clone(), Extra { name, give: Arc::new(give) });
    }

    /// The names of all.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The helper of this name.
    pub(super) fn get(&self, name: &str) -> Option<&Extra> {
        self.0.get(name)
    }
}

impl Extra {
    /// What it gives.
    pub(super) fn call(&self, arguments: &[Cow<'_, Json<'static>>]) -> Result<Json<'static>, RenderFault> {
        let values: Vec<_> = arguments.iter().map(|argument| argument.to_serde()).collect();
        let given = (self.give)(&values);
        given.map(Json::from_serde).map_err(|why| RenderFault::other(format!("`{}`: {why}", self.name)))
    }
}

impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::{Template, tests::with_layers};

    fn extras() -> Extras {
        let mut extras = Extras::default();
        extras.add("count_words".to_owned(), |values| match values {
            [Value::String(text)] => Ok(text.split_whitespace().count().into()),
            [] => Ok(0.into()),
            _ => Err("it takes one text".to_owned()),
        });
        extras.add("same".to_owned(), |values| Ok(values.first().cloned().unwrap_or_default()));
        extras
    }

    fn rendered(text: &str) -> Result<String, String> {
        let template = Template::compile_with(text, &extras()).map_err(|bad| bad.message)?;
        let vars = BTreeMap::from([("title".to_owned(), Json::from("a blue lamp"))]);
        with_layers(vec![&vars], |scope| {
            template.render(scope).map(|value| value.to_text()).map_err(|it| it.to_string())
        })
    }

    #[test]
    fn helpers_from_outside_are_called_as_others_are() {
        let table = [
            ("{{count_words title}}", Ok("3")),
            ("{{count_words}}", Ok("0")),
            ("{{add (count_words title) 1}}", Ok("4")),
            ("{{count_words (upper title)}} words", Ok("\"3 words\"")),
            ("{{same {\"a\": [1.5, null]}}}", Ok("{\"a\":[1.5,null]}")),
            ("{{same 18446744073709551615}}", Ok("18446744073709551615")),
            ("{{count_words 1}}", Err("`count_words`: it takes one text")),
        ];
        for (text, expected) in table {
            assert_eq!(rendered(text), expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_names_the_nearest_of_all() {
        let bad = |text: &str| Template::compile_with(text, &extras()).unwrap_err();
        assert_eq!(bad("{{count_word title}}").help.as_deref(), Some("did you mean `count_words`?"));
        assert_eq!(bad("{{uper title}}").help.as_deref(), Some("did you mean `upper`?"));
        assert_eq!(bad("{{same title as=1}}").message, "the helper `same` has no option `as`");
        assert_eq!(bad("{{#same title}}x{{/same}}").message, "there is no block `same`");
    }
}
