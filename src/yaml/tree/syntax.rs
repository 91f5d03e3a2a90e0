//! Text that is not YAML: what people most often meant by it.

use serde_yaml::granit_parser::{ErrorKind, ScanError};

use super::bounds::too_deep;
use crate::diagnostic::Diagnostic;
use crate::source::Place;

/// What is wrong at a place where the parser stopped.
pub(super) fn error(error: &ScanError, place: &Place) -> Diagnostic {
    if let Some(diagnostic) = unquoted_template(place) {
        return diagnostic;
    }
    if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
        return too_deep(place);
    }
    let found = Diagnostic::error("syntax", place, format!("this is not YAML: {}", error.info()));
    if place.source().line(place.line()).contains('\t') {
        return found.help("indent with spaces; a tab is not indentation in YAML");
    }
    match unquoted_within(place) {
        Some(quoted) => {
            found.help(format!("within `{{…}}` and `[…]` a text with brackets stands in quotes: `{quoted}`"))
        }
        None => found,
    }
}

/// The text, in quotes, that a bracket at this place cuts: `$.items[0].id` in `{jsonpath: $.items[0].id}`.
fn unquoted_within(place: &Place) -> Option<String> {
    let text = place.source().text();
    let at = place.range().start.min(text.len());
    let (before, behind) = (text[..at].lines().last()?, text[at..].lines().next()?);
    if !behind.starts_with(['[', '{']) {
        return None;
    }
    let start = before.rfind([' ', '[', '{', ',']).map_or(0, |start| start + 1);
    let end = behind.find([' ', ',', '}']).unwrap_or(behind.len());
    let end = behind[..end]
        .rfind(']')
        .filter(|_| behind[..end].matches(']').count() > behind[..end].matches('[').count())
        .unwrap_or(end);
    let (head, tail) = (&before[start..], &behind[..end]);
    (!head.is_empty() && !head.contains(['"', '\''])).then(|| format!("\"{head}{tail}\""))
}

/// What to say where a line holds `{{` that no quote protects: `{` opens a YAML map.
pub(super) fn unquoted_template(place: &Place) -> Option<Diagnostic> {
    let text = place.source().text();
    let at = place.range().start.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next()?;
    let open = line.find("{{")?;
    let before = &line[..open];
    let value_starts_here = before.trim_end().ends_with([':', '-', '[', ',', '{']) || before.trim().is_empty();
    if !value_starts_here {
        return None;
    }
    let rest = &line[open..];
    let value = match before.contains(['{', '[']) {
        true => &rest[..=rest.find("}}")? + 1],
        false => rest.split(" #").next().unwrap_or(rest).trim_end(),
    };
    let from = u32::try_from(start + open).ok()?;
    let to = u32::try_from(start + open + value.len()).ok()?;
    let place = Place::new(place.source(), from, to);
    let quoted = if value.contains('"') { format!("'{value}'") } else { format!("\"{value}\"") };
    Some(
        Diagnostic::error("unquoted-template", &place, "a template at the start of a value must be quoted")
            .label("`{` opens a YAML map here")
            .patch(&place, quoted, "write it in quotes"),
    )
}
