//! `hallpass check`: everything that can be known without sending anything.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use clap::{Args, ValueEnum};

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::session::{CaseArguments, Session, Wrong};
use crate::cli::settings::InputArguments;
use crate::diagnostic::{Diagnostic, Severity, each_once};
use crate::plan::SpecPlan;
use crate::spec::{
    Use, exposed, missing,
    request::{Request, Stage},
    unread,
};

mod explain;
mod json;
mod own;

/// What `--deny` calls all warnings.
const WARNINGS: &str = "warnings";

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    cases: CaseArguments,
    #[command(flatten)]
    input: InputArguments,
    /// Also find environment variables that are not set or empty
    #[arg(long)]
    env: bool,
    /// Make errors of the warnings with this code, or of all `warnings`
    #[arg(long, value_name = "CODE", value_parser = explain::code)]
    deny: Vec<String>,
    /// How what is found is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Tell what a code in brackets means, and nothing else
    #[arg(long, value_name = "CODE", exclusive = true)]
    explain: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A drawing of each place on standard error, the summary on standard output
    Text,
    /// `{"version", "summary", "diagnostics"}` on standard output
    Json,
}

/// What a check found.
struct Found {
    problems: Vec<Diagnostic>,
    specs: usize,
    cases: usize,
}

/// Checks specs.
pub(super) fn check(arguments: &CheckArguments, output: Output) -> Result<Exit, Wrong> {
    if let Some(code) = &arguments.explain {
        output.line(&explain::explained(code)?);
        return Ok(Exit::Passed);
    }
    let session = Session::open(Path::new("."), &arguments.cases, &arguments.input.outside(None)?)?;
    let found = arguments.found(&session)?;
    match arguments.format {
        Format::Text => output.diagnostics(&found.problems),
        Format::Json => output.line(&json::json(&found).pretty()),
    }
    if let Some(nothing) = session.nothing() {
        output.wrong(&nothing);
        return Ok(Exit::Nothing);
    }
    if let Format::Text = arguments.format {
        output.line(&found.summary());
    }
    Ok(if found.errors() > 0 { Exit::Usage } else { Exit::Passed })
}

impl CheckArguments {
    fn found(&self, session: &Session) -> Result<Found, Wrong> {
        let mut problems = written_problems(session);
        if self.env {
            problems.extend(unset(session, &self.input.environment(&session.project, &[])?));
        }
        for problem in problems.iter_mut().filter(|problem| self.denies(problem.code)) {
            problem.severity = Severity::Error;
        }
        let specs = specs(session).len() + session.plan.broken.len();
        Ok(Found { problems, specs, cases: session.plan.len() })
    }

    fn denies(&self, code: &str) -> bool {
        self.deny.iter().any(|denied| denied == WARNINGS || denied == code)
    }
}

impl Found {
    fn errors(&self) -> usize {
        self.problems.iter().filter(|problem| problem.is_error()).count()
    }

    fn summary(&self) -> String {
        let (specs, cases) = (counted(self.specs, "spec"), counted(self.cases, "case"));
        let errors = self.errors();
        match (errors, self.problems.len() - errors) {
            (0, 0) => format!("{specs}, {cases}: nothing is wrong"),
            (0, warnings) => format!("{specs}, {cases}: {}", counted(warnings, "warning")),
            (errors, 0) => format!("{specs}, {cases}: {}", counted(errors, "error")),
            (errors, warnings) => {
                format!("{specs}, {cases}: {}, {}", counted(errors, "error"), counted(warnings, "warning"))
            }
        }
    }
}

/// What is wrong, or looks wrong, in what was written.
fn written_problems(session: &Session) -> Vec<Diagnostic> {
    let broken = session.plan.broken.iter().flat_map(|file| &file.problems);
    let known = session.problems.iter().chain(broken).chain(&session.plan.warnings).cloned();
    let of_spec = |plan: &SpecPlan| {
        let missing = missing(&plan.spec, &session.project.root);
        missing.into_iter().chain(exposed(&plan.spec)).chain(unread(&plan.spec)).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = known
        .chain(specs(session).into_iter().flat_map(of_spec))
        .chain(own::own_credentials(session))
        .chain(requests(session).into_iter().filter_map(asserts_little))
        .collect();
    each_once(&mut all);
    all
}

/// Every request with a case, once.
fn requests(session: &Session) -> Vec<&Request> {
    let all = session.plan.specs.iter().flat_map(|spec| spec.cases.iter().map(|case| spec.request(case)));
    let mut seen = HashSet::new();
    all.filter(|request| seen.insert(std::ptr::from_ref(*request))).collect()
}

/// Every spec once, however many rows it is run for.
fn specs(session: &Session) -> Vec<&SpecPlan> {
    let mut specs: Vec<_> = session.plan.specs.iter().collect();
    specs.dedup_by_key(|spec| &spec.file);
    specs
}

/// A request that asserts nothing but its status, where an answer has more to say; an access matrix is about statuses.
fn asserts_little(request: &Request) -> Option<Diagnostic> {
    let is_matrix = !request.roles.is_empty();
    let is_aside = !matches!(request.stage, Stage::Fragment | Stage::Requests);
    if is_matrix
        || is_aside
        || !request.expect.only_status()
        || !request.capture.is_empty()
        || request.expect.is_without_body()
    {
        return None;
    }
    let message = format!("`{}` asserts nothing but its status", request.name);
    let looks = Diagnostic::warning("only-status", &request.place, message);
    Some(looks.help("say what the answer holds, for example `expect: {json: {id: 1}}`"))
}

/// Environment variables that are read and not there.
fn unset<'s>(session: &'s Session, environment: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let of_spec = |spec: &'s SpecPlan| {
        let of_fragments = spec.spec.used.iter().flat_map(|used| used.uses.iter().chain(&used.with_uses));
        spec.spec.uses.iter().chain(of_fragments)
    };
    let of_specs = specs(session).into_iter().flat_map(of_spec);
    let of_requests = requests(session).into_iter().flat_map(|request| &request.uses);
    let is_unset = |read: &&Use| {
        let name = read.rest.first().filter(|_| read.name == "env" && !read.optional);
        name.is_some_and(|name| environment.get(name).is_none_or(String::is_empty))
    };
    let reads = session.project.uses.iter().chain(of_specs).chain(of_requests).filter(is_unset);
    // What `defaults` read stands in every request.
    let mut seen = HashSet::new();
    let once = |read: &&Use| seen.insert((read.place.file().to_owned(), read.place.range().start));
    reads.filter(once).map(not_set).collect()
}

fn not_set(read: &Use) -> Diagnostic {
    let name = read.rest.first().map_or("", String::as_str);
    let wrong = Diagnostic::error("unset", &read.place, format!("the environment variable `{name}` is not set"));
    wrong.help("set it, or write it into a file for `--env-file`")
}

/// `1 case`, `2 cases`.
pub(super) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
