//! From arguments and environment to what a run goes by.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use clap::{Args, ValueHint};

use crate::auth::Sharing;
use crate::cli::session::Wrong;
use crate::json::Json;
use crate::source::Source;
use crate::spec;
use crate::yaml;
use crate::yaml::Value;

/// What specs read from outside.
#[derive(Clone, Debug, Args)]
pub(super) struct InputArguments {
    /// Where relative URLs begin, whatever project and specs say
    #[arg(long, value_name = "URL", env = "HALLPASS_BASE_URL", value_hint = ValueHint::Url)]
    pub(super) base_url: Option<String>,
    /// A variable; the value is read as YAML: `5` is a number, `"5"` a string
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub(super) vars: Vec<(String, Json<'static>)>,
    /// A file of `NAME=value` lines that templates read as `env.NAME`; the process's own environment wins
    #[arg(long = "env-file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) env_files: Vec<PathBuf>,
}

impl InputArguments {
    /// The variables by name; the last of several wins.
    pub(super) fn variables(&self) -> BTreeMap<String, Json<'static>> {
        self.vars.iter().cloned().collect()
    }

    /// The environment that templates read: env files, over them the process's own, over them `more`.
    ///
    /// # Errors
    /// An env file that cannot be read or has a line that is none.
    pub(super) fn environment(&self, more: &[(String, String)]) -> Result<BTreeMap<String, String>, Wrong> {
        let mut all = BTreeMap::new();
        for file in &self.env_files {
            let shown = file.display();
            let lines = dotenvy::from_path_iter(file)
                .map_err(|error| Wrong::message(format!("`{shown}` cannot be read: {error}")))?;
            for line in lines {
                let (name, value) = line.map_err(|error| {
                    Wrong::message(format!("`{shown}`: {error}"))
                        .help("each line is `NAME=value`; quote a value with blanks")
                })?;
                all.insert(name, value);
            }
        }
        let own = std::env::vars_os();
        all.extend(
            own.map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())),
        );
        all.extend(more.iter().cloned());
        Ok(all)
    }
}

/// How tokens are had.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TokenArguments {
    /// Keep tokens in the memory of this process, whatever identities say; so does `HALLPASS_SHARE=off`
    #[arg(long)]
    no_share: bool,
    /// Lets identities of `exec` run their commands, whatever the project's `allow` says
    #[arg(long, env = "HALLPASS_ALLOW_EXEC")]
    pub(super) allow_exec: bool,
}

impl TokenArguments {
    /// With which other processes tokens are shared, by the environment of this one.
    ///
    /// # Errors
    /// `HALLPASS_SHARE` is a word that it does not know.
    pub(super) fn sharing(&self) -> Result<Sharing, Wrong> {
        let variable = |name: &str| std::env::var(name).ok();
        let sharing = Sharing::of(variable, std::env::temp_dir()).map_err(Wrong::message)?;
        Ok(Sharing { off: sharing.off || self.no_share, ..sharing })
    }
}

/// A seed for random values where none is given.
pub(super) fn new_seed() -> u64 {
    uuid::Uuid::new_v4().as_u64_pair().0
}

/// An id for a run.
pub(super) fn new_run_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Reads a duration such as `30s`.
///
/// # Errors
/// The text is none.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    spec::duration::parse(text).ok_or_else(|| "write a number and a unit: `200ms`, `10s`, `5m`".to_owned())
}

/// Reads `name=value`.
fn variable(text: &str) -> Result<(String, Json<'static>), String> {
    let (name, value) = text.split_once('=').ok_or("write `name=value`")?;
    let parsed = yaml::parse(&Source::inline("--var", value));
    let scalar =
        parsed.root.filter(|root| parsed.problems.is_empty() && !matches!(root.value, Value::List(_) | Value::Map(_)));
    let value = match scalar {
        Some(node) => spec::plain(&node),
        None => Json::from(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_read_as_a_yaml_scalar() {
        let table = [
            ("n=5", "n", "5"),
            ("n=\"5\"", "n", "\"5\""),
            ("n=0.10", "n", "0.10"),
            ("n=true", "n", "true"),
            ("n=", "n", "\"\""),
            ("url=http://a:1/x?y=z", "url", "\"http://a:1/x?y=z\""),
            ("n=a: b", "n", "\"a: b\""),
            ("n=[1", "n", "\"[1\""),
        ];
        for (text, name, json) in table {
            let (found, value) = variable(text).unwrap();
            assert_eq!((found.as_str(), value.to_text().as_str()), (name, json), "{text}");
        }
        assert!(variable("n").is_err());
    }
}
