//! `hallpass list`: the cases, without sending anything.

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::cli::{
    exit::Exit,
    output::Output,
    session::{CaseArguments, Session, Wrong},
    settings::InputArguments,
};
use crate::json::Json;
use crate::plan::{Case, Plan, SpecPlan};

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    #[command(flatten)]
    cases: CaseArguments,
    #[command(flatten)]
    input: InputArguments,
    /// How the list is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// An id per line
    Text,
    /// `{"cases": [{"id", "file", "line", "name", "description", "tags", "spec", "spec_description"}]}`
    Json,
}

/// Lists cases.
pub(super) fn list(arguments: &ListArguments, output: Output) -> Result<Exit, Wrong> {
    let session = Session::open(Path::new("."), &arguments.cases, &arguments.input.outside(None)?)?;
    output.diagnostics(&session.problems);
    for file in &session.plan.broken {
        output.diagnostics(&file.problems);
    }
    match arguments.format {
        Format::Text => text(&session.plan, output),
        Format::Json => output.line(&json(&session.plan).pretty()),
    }
    if let Some(nothing) = session.nothing() {
        output.wrong(&nothing);
        return Ok(Exit::Nothing);
    }
    Ok(if session.plan.broken.is_empty() && !session.project_is_wrong() { Exit::Passed } else { Exit::Usage })
}

fn text(plan: &Plan, output: Output) {
    let ids: Vec<_> = plan.specs.iter().flat_map(|spec| spec.cases.iter().map(|case| case.id.id())).collect();
    if !ids.is_empty() {
        output.line(&ids.join("\n"));
    }
}

fn json(plan: &Plan) -> Json<'static> {
    let cases = plan.specs.iter().flat_map(|spec| spec.cases.iter().map(|case| of_case(spec, case)));
    Json::object([("cases", Json::from(cases.collect::<Vec<_>>()))])
}

fn of_case(plan: &SpecPlan, case: &Case) -> Json<'static> {
    let tags: Vec<_> = case.id.tags.iter().map(|tag| Json::from(tag.clone())).collect();
    let text = |text: &Option<String>| text.clone().map_or(Json::Null, Json::from);
    Json::object([
        ("id", Json::from(case.id.id())),
        ("file", Json::from(case.id.place.file().to_owned())),
        ("line", Json::from(case.id.place.line())),
        ("name", Json::from(case.id.name.to_string())),
        ("description", text(&plan.request(case).description)),
        ("tags", Json::from(tags)),
        ("spec", Json::from(plan.spec.name.clone())),
        ("spec_description", text(&plan.spec.description)),
    ])
}
