//! From arguments and environment to what a run goes by.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use clap::{Args, ValueHint};

use crate::auth::Sharing;
use crate::cli::session::{Outside, Wrong};
use crate::json::Json;
use crate::project::{Project, read_env_file, read_vars_file, scalar, variables_of};
use crate::spec;

/// What specs read from outside.
#[derive(Clone, Debug, Args)]
pub(super) struct InputArguments {
    /// The profile of the project file to go by
    #[arg(short, long, value_name = "NAME", env = "HALLPASS_PROFILE")]
    pub(super) profile: Option<String>,
    /// Where relative URLs begin, whatever project and specs say
    #[arg(long, value_name = "URL", env = "HALLPASS_BASE_URL", value_hint = ValueHint::Url)]
    pub(super) base_url: Option<String>,
    /// A variable; the value is read as YAML: `5` is a number, `"5"` a string; so does `HALLPASS_VAR_NAME=VALUE`
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub(super) vars: Vec<(String, Json<'static>)>,
    /// A file of variables, a map in YAML or JSON; `--var` wins
    #[arg(long = "vars-file", value_name = "FILE", env = "HALLPASS_VARS_FILE", value_hint = ValueHint::FilePath)]
    pub(super) vars_files: Vec<PathBuf>,
    /// A file of `NAME=value` lines that templates read as `env.NAME`; the process's own environment wins
    #[arg(long = "env-file", value_name = "FILE", env = "HALLPASS_ENV_FILE", value_hint = ValueHint::FilePath)]
    pub(super) env_files: Vec<PathBuf>,
}

impl InputArguments {
    /// What the command line and the environment say before the project is opened.
    ///
    /// # Errors
    /// A file of variables that cannot be read.
    pub(super) fn outside(&self, timeout: Option<Duration>) -> Result<Outside, Wrong> {
        Ok(Outside { profile: self.profile.clone(), vars: self.variables()?, timeout })
    }

    /// The variables by name: those of the environment, over them files, over them `--var`; the last of several wins.
    fn variables(&self) -> Result<BTreeMap<String, Json<'static>>, Wrong> {
        let mut all = variables_of(&process_environment());
        for file in &self.vars_files {
            all.extend(read_vars_file(file).map_err(Wrong::message)?);
        }
        all.extend(self.vars.iter().cloned());
        Ok(all)
    }

    /// The environment that templates read: env files of the profile, over them those of the command line, over them
    /// the process's own, over them `more`.
    ///
    /// # Errors
    /// An env file that cannot be read or has a line that is none.
    pub(super) fn environment(
        &self,
        project: &Project,
        more: &[(String, String)],
    ) -> Result<BTreeMap<String, String>, Wrong> {
        let mut all = BTreeMap::new();
        for file in env_files_of(project).iter().chain(&self.env_files) {
            let lines = read_env_file(file).map_err(|bad| {
                Wrong::message(bad.to_string()).help("each line is `NAME=value`; quote a value with blanks")
            })?;
            all.extend(lines);
        }
        all.extend(process_environment());
        all.extend(more.iter().cloned());
        Ok(all)
    }
}

fn env_files_of(project: &Project) -> &[PathBuf] {
    project.profile.as_ref().map_or(&[], |profile| &profile.env_files)
}

fn process_environment() -> BTreeMap<String, String> {
    let own = std::env::vars_os();
    own.map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned())).collect()
}

/// How tokens are had.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TokenArguments {
    /// Keep tokens in the memory of this process, whatever identities say; so does `HALLPASS_SHARE=off`
    #[arg(long)]
    pub(super) no_share: bool,
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
    Ok((name.to_owned(), scalar(value)))
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
