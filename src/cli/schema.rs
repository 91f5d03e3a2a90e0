//! `hallpass schema`: the format as a JSON Schema, for editors.

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::session::Wrong;
use crate::json::Json;
use crate::project;
use crate::spec;
use crate::template;

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// Of `hallpass.yaml` instead of a spec
    #[arg(long)]
    project: bool,
}

/// Prints the schema.
pub(super) fn schema(arguments: &SchemaArguments, output: Output) -> Result<Exit, Wrong> {
    output.line(&text(arguments.project));
    Ok(Exit::Passed)
}

/// The schema of `hallpass.yaml`, or of a spec.
pub(super) fn text(project: bool) -> String {
    let mut schema = match project {
        true => project::TABLE.json_schema("hallpass.yaml"),
        false => spec::TABLE.json_schema("A Hallpass spec"),
    };
    if let Json::Object(members) = &mut schema {
        members.push(("x-helpers".into(), Json::from(template::helpers().map(helper).collect::<Vec<_>>())));
    }
    schema.pretty()
}

/// What templates can call.
fn helper(helper: &template::Helper) -> Json<'static> {
    let texts = |texts: &[&'static str]| Json::from(texts.iter().map(|text| Json::from(*text)).collect::<Vec<_>>());
    let (template, gives) = helper.example;
    Json::object([
        ("name", Json::from(helper.name)),
        ("arguments", texts(helper.arguments)),
        ("options", texts(helper.options)),
        ("about", Json::from(helper.about)),
        ("example", Json::from(template)),
        ("gives", Json::from(gives)),
    ])
}
