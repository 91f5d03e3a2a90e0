//! Variables from outside of a project: `HALLPASS_VAR_colour=blue`, and texts that are read as YAML scalars.

use std::{collections::BTreeMap, fs, path::Path};

use crate::diagnostic::Look;
use crate::json::Json;
use crate::source::Source;
use crate::spec;
use crate::yaml;
use crate::yaml::Value;

/// What stands before the name of a variable in the environment.
const PREFIX: &str = "HALLPASS_VAR_";

/// The variables that an environment gives to specs.
pub(crate) fn variables_of(environment: &BTreeMap<String, String>) -> BTreeMap<String, Json<'static>> {
    let named = environment.iter().filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?, value)));
    named.filter(|(name, _)| !name.is_empty()).map(|(name, value)| (name.to_owned(), scalar(value))).collect()
}

/// A text as YAML reads a scalar: `5` is a number, `"5"` is text; what is none is the text itself.
pub(crate) fn scalar(text: &str) -> Json<'static> {
    let parsed = yaml::parse(&Source::inline("a variable", text));
    let scalar =
        parsed.root.filter(|root| parsed.problems.is_empty() && !matches!(root.value, Value::List(_) | Value::Map(_)));
    match scalar {
        Some(node) => spec::plain(&node),
        None => Json::from(text.to_owned()),
    }
}

/// The names and values of a file of variables: a map in YAML or JSON, without templates.
///
/// # Errors
/// It cannot be read or holds no map; what is wrong in it is shown.
pub(crate) fn read_vars_file(path: &Path) -> Result<Vec<(String, Json<'static>)>, String> {
    let file = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|error| format!("`{file}` cannot be read: {error}"))?;
    let parsed = yaml::parse(&Source::new(&*file, path, text));
    if !parsed.problems.is_empty() {
        let problems: Vec<_> = parsed.problems.iter().map(|problem| problem.render(Look::Plain)).collect();
        return Err(format!("`{file}` cannot be read\n{}", problems.join("\n\n")));
    }
    let entries = parsed.root.as_ref().and_then(|root| root.entries());
    let entries = entries.ok_or_else(|| format!("`{file}` holds no map of names and values"))?;
    Ok(entries.iter().map(|entry| (entry.key.clone(), spec::plain(&entry.value))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_gives_variables_by_their_prefix() {
        let environment = [("HALLPASS_VAR_count", "5"), ("HALLPASS_VAR_", "x"), ("HALLPASS_SEED", "1"), ("count", "6")];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let found: Vec<_> = variables_of(&environment).into_iter().map(|(name, it)| (name, it.to_text())).collect();
        assert_eq!(found, [("count".to_owned(), "5".to_owned())]);
    }
}
