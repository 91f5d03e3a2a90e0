//! The JSON of a GraphQL request (GraphQL over HTTP, section 5.1).

use crate::json::Json;
use crate::prepare::{Unprepared, body};
use crate::spec::graphql::{GraphQl, Query};
use crate::template::{Files, Scope};

/// Renders what a GraphQL request asks.
///
/// # Errors
/// A template that cannot be rendered, a file that is not there or is no text, variables that are no map.
pub(super) fn render(asked: &GraphQl, scope: &Scope<'_>, files: &Files) -> Result<String, Unprepared> {
    let mut members = vec![("query".into(), Json::from(query(&asked.query, scope, files)?))];
    if let Some(variables) = &asked.variables {
        let rendered = variables.render(scope)?;
        if !matches!(*rendered, Json::Object(_) | Json::Null) {
            let wrong = format!("`variables` is a map, found {}", rendered.kind());
            return Err(Unprepared::new(wrong, Some(variables.place.clone())));
        }
        members.push(("variables".into(), rendered.into_owned()));
    }
    if let Some(name) = &asked.operation_name {
        members.push(("operationName".into(), Json::from(name.render(scope)?.into_owned())));
    }
    Ok(Json::Object(members).to_text())
}

fn query(query: &Query, scope: &Scope<'_>, files: &Files) -> Result<String, Unprepared> {
    match query {
        Query::Inline(text) => Ok(text.render(scope)?.into_owned()),
        Query::File(name) => String::from_utf8(body::read(name, scope, files)?)
            .map_err(|_| Unprepared::new("the file of the query is not UTF-8 text", Some(name.place().clone()))),
    }
}
