//! What the command line and the environment say.

use std::path::PathBuf;

use clap::{ArgMatches, parser::ValueSource};

use crate::cli::{
    config::{ConfigArguments, Origin, Setting, mask},
    session::Wrong,
};
use crate::project::{read_vars_file, scalar};
use crate::report;
use crate::secret::Redactor;
use crate::spec::duration;

/// The settings that stand above the project file.
pub(super) fn given(
    arguments: &ConfigArguments,
    matches: &ArgMatches,
    redactor: &Redactor,
) -> Result<Vec<Setting>, Wrong> {
    let mut all: Vec<_> = plain(arguments, redactor)
        .into_iter()
        .filter_map(|(id, name, value)| {
            Some(Setting { name: name.to_owned(), value: value?, origin: origin(id, matches) })
        })
        .collect();
    all.extend(variables(arguments, redactor)?);
    all.extend(arguments.how.report_settings().into_iter().map(|(format, path)| Setting {
        name: format!("report.{format}"),
        value: path,
        origin: Origin::Flag("--report"),
    }));
    Ok(all)
}

type Plain = (&'static str, &'static str, Option<String>);

/// Those of one value: the id of the argument, the name of the setting, the value.
fn plain(arguments: &ConfigArguments, redactor: &Redactor) -> Vec<Plain> {
    let (input, how) = (&arguments.input, &arguments.how);
    let paths = |paths: &[PathBuf]| {
        let shown: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        (!shown.is_empty()).then(|| format!("[{}]", shown.join(", ")))
    };
    vec![
        ("profile", "profile", input.profile.clone()),
        ("base_url", "base_url", input.base_url.as_ref().map(|url| report::hidden_text(url, redactor))),
        ("vars_files", "vars_file", paths(&input.vars_files)),
        ("env_files", "env_file", paths(&input.env_files)),
        ("timeout", "defaults.timeout", how.timeout.map(duration::show)),
        ("jobs", "jobs", how.jobs.map(|jobs| jobs.to_string())),
        ("seed", "seed", how.seed.map(|seed| seed.to_string())),
        ("allow_exec", "allow", how.tokens.allow_exec.then(|| "[exec]".to_owned())),
        ("fail_fast", "fail_fast", how.fail_fast.map(|count| count.to_string())),
        ("no_share", "share", how.tokens.no_share.then(|| "off".to_owned())),
    ]
}

/// The flag and the variable of each argument.
const ARGUMENTS: &[(&str, &str, &str)] = &[
    ("profile", "--profile", "HALLPASS_PROFILE"),
    ("base_url", "--base-url", "HALLPASS_BASE_URL"),
    ("vars_files", "--vars-file", "HALLPASS_VARS_FILE"),
    ("env_files", "--env-file", "HALLPASS_ENV_FILE"),
    ("timeout", "--timeout", "HALLPASS_TIMEOUT"),
    ("jobs", "--jobs", "HALLPASS_JOBS"),
    ("seed", "--seed", "HALLPASS_SEED"),
    ("allow_exec", "--allow-exec", "HALLPASS_ALLOW_EXEC"),
    ("fail_fast", "--fail-fast", ""),
    ("no_share", "--no-share", ""),
];

fn origin(id: &str, matches: &ArgMatches) -> Origin {
    let (_, flag, variable) = ARGUMENTS.iter().find(|(known, ..)| *known == id).unwrap_or(&("", "", ""));
    match matches.value_source(id) {
        Some(ValueSource::EnvVariable) => Origin::Variable((*variable).to_owned()),
        _ => Origin::Flag(flag),
    }
}

/// `--var`, files of variables, `HALLPASS_VAR_name`: the strongest of each name.
fn variables(arguments: &ConfigArguments, redactor: &Redactor) -> Result<Vec<Setting>, Wrong> {
    let mut all = Vec::new();
    for (name, value) in arguments.input.vars.iter().rev() {
        all.push((name.clone(), value.clone(), Origin::Flag("--var")));
    }
    for file in arguments.input.vars_files.iter().rev() {
        let shown = file.display().to_string();
        let read = read_vars_file(file).map_err(Wrong::message)?;
        all.extend(read.into_iter().map(|(name, value)| (name, value, Origin::File(shown.clone()))));
    }
    for (name, value) in std::env::vars() {
        if let Some(own) = name.strip_prefix("HALLPASS_VAR_").filter(|own| !own.is_empty()) {
            all.push((own.to_owned(), scalar(&value), Origin::Variable(name.clone())));
        }
    }
    let mut strongest: Vec<Setting> = Vec::new();
    for (name, value, origin) in all {
        let shown = mask::shown_json(&name, &value, redactor);
        let setting = Setting { name: format!("vars.{name}"), value: shown, origin };
        if !strongest.iter().any(|stronger| stronger.name == setting.name) {
            strongest.push(setting);
        }
    }
    Ok(strongest)
}
