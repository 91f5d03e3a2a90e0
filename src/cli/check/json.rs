//! What `check --format json` prints.

use super::Found;
use crate::diagnostic::{Diagnostic, Severity};
use crate::json::Json;
use crate::source::Place;

/// `{"version": 1, "summary": {"specs", "cases", "errors", "warnings"}, "diagnostics": [{"code", "severity", "message", "label",
/// "help", "file", "line", "column", "end_line", "end_column", "related": […]}]}`; lines and columns count from 1.
pub(super) fn json(found: &Found) -> Json<'static> {
    let counts = [
        ("specs", found.specs),
        ("cases", found.cases),
        ("errors", found.errors()),
        ("warnings", found.problems.len() - found.errors()),
    ];
    Json::object([
        ("version", Json::from(1_usize)),
        ("summary", Json::object(counts.map(|(name, count)| (name, Json::from(count))))),
        ("diagnostics", Json::from(found.problems.iter().map(diagnostic).collect::<Vec<_>>())),
    ])
}

fn diagnostic(problem: &Diagnostic) -> Json<'static> {
    let severity = match problem.severity {
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut members = vec![
        ("code", Json::from(problem.code)),
        ("severity", Json::from(severity)),
        ("message", Json::from(problem.message.clone())),
        ("label", some(&problem.label)),
        ("help", problem.help.clone().map_or(Json::Null, Json::from)),
    ];
    members.extend(problem.place.iter().flat_map(place));
    let related = problem
        .related
        .iter()
        .map(|(at, label)| Json::object(place(at).into_iter().chain([("message", Json::from(label.clone()))])));
    members.push(("related", Json::from(related.collect::<Vec<_>>())));
    Json::object(members)
}

fn place(place: &Place) -> [(&'static str, Json<'static>); 5] {
    let ((line, column), (end_line, end_column)) = (place.line_column(), place.end());
    [
        ("file", Json::from(place.file().to_owned())),
        ("line", Json::from(line)),
        ("column", Json::from(column)),
        ("end_line", Json::from(end_line)),
        ("end_column", Json::from(end_column)),
    ]
}

fn some(text: &str) -> Json<'static> {
    if text.is_empty() { Json::Null } else { Json::from(text.to_owned()) }
}
