//! What the environment says in place of flags, which rustc's harness has no room for: `HALLPASS_PROFILE` and the like.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::harness::environment::Environment;
use crate::json::Json;
use crate::project::{Project, read_env_file, read_vars_file, variables_of};
use crate::spec::duration;

/// What the environment says; it stands above what the code of the harness says.
#[derive(Debug, Default)]
pub(crate) struct Outside {
    pub(crate) profile: Option<String>,
    pub(crate) base_url: Option<String>,
    pub(crate) vars: BTreeMap<String, Json<'static>>,
    pub(crate) jobs: Option<usize>,
    /// How long an exchange may take, whatever `defaults` say.
    pub(crate) timeout: Option<Duration>,
    pub(crate) seed: Option<u64>,
    pub(crate) allow_exec: bool,
    env_file: Option<PathBuf>,
}

impl Outside {
    /// Reads `HALLPASS_*`.
    ///
    /// # Errors
    /// A variable whose value is none of its kind, a file of variables that cannot be read.
    pub(crate) fn of(environment: &Environment) -> Result<Self, String> {
        let get = |name: &str| environment.get(name).filter(|value| !value.is_empty());
        let mut vars = variables_of(environment.vars());
        if let Some(file) = get("HALLPASS_VARS_FILE") {
            vars.extend(read_vars_file(Path::new(file))?);
        }
        Ok(Self {
            profile: get("HALLPASS_PROFILE").map(str::to_owned),
            base_url: get("HALLPASS_BASE_URL").map(str::to_owned),
            vars,
            jobs: read("HALLPASS_JOBS", get, |text| text.parse().ok().filter(|count| *count > 0), "at least 1")?,
            timeout: read("HALLPASS_TIMEOUT", get, duration::parse, "a duration such as `10s`")?,
            seed: read("HALLPASS_SEED", get, |text| text.parse().ok(), "a whole number")?,
            allow_exec: read("HALLPASS_ALLOW_EXEC", get, |text| text.parse().ok(), "`true` or `false`")?
                .unwrap_or_default(),
            env_file: get("HALLPASS_ENV_FILE").map(PathBuf::from),
        })
    }

    /// What env files say: those of the profile, over them that of the environment.
    ///
    /// # Errors
    /// One that cannot be read.
    pub(crate) fn env_files(&self, project: &Project) -> Result<BTreeMap<String, String>, String> {
        let of_profile = project.profile.iter().flat_map(|profile| &profile.env_files);
        let mut all = BTreeMap::new();
        for file in of_profile.chain(&self.env_file) {
            all.extend(read_env_file(file).map_err(|bad| bad.to_string())?);
        }
        Ok(all)
    }
}

fn read<'e, T>(
    name: &str,
    get: impl Fn(&str) -> Option<&'e str>,
    parse: impl Fn(&str) -> Option<T>,
    what: &str,
) -> Result<Option<T>, String> {
    let Some(text) = get(name) else { return Ok(None) };
    parse(text).map(Some).ok_or_else(|| format!("`{name}` is `{text}`, which is not {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_stands_for_flags() {
        let outside = Outside::of(&Environment::of(&[
            ("HALLPASS_PROFILE", "staging"),
            ("HALLPASS_BASE_URL", "http://a"),
            ("HALLPASS_VAR_count", "5"),
            ("HALLPASS_JOBS", "2"),
            ("HALLPASS_TIMEOUT", "5s"),
            ("HALLPASS_SEED", "7"),
            ("HALLPASS_ALLOW_EXEC", "true"),
        ]));
        let outside = outside.unwrap();
        assert_eq!((outside.profile.as_deref(), outside.base_url.as_deref()), (Some("staging"), Some("http://a")));
        assert_eq!(outside.vars["count"].to_text(), "5");
        assert_eq!((outside.jobs, outside.seed, outside.allow_exec), (Some(2), Some(7), true));
        assert_eq!(outside.timeout, Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_value_of_another_kind_is_told() {
        let table = [
            ("HALLPASS_JOBS", "0", "`HALLPASS_JOBS` is `0`, which is not at least 1"),
            ("HALLPASS_TIMEOUT", "5", "`HALLPASS_TIMEOUT` is `5`, which is not a duration such as `10s`"),
            ("HALLPASS_SEED", "x", "`HALLPASS_SEED` is `x`, which is not a whole number"),
            ("HALLPASS_ALLOW_EXEC", "1", "`HALLPASS_ALLOW_EXEC` is `1`, which is not `true` or `false`"),
        ];
        for (name, value, message) in table {
            assert_eq!(Outside::of(&Environment::of(&[(name, value)])).unwrap_err(), message);
        }
    }
}
