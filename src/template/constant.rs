//! Calls that always give the same: what is wrong with one is known before anything is rendered.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use crate::source::Root;
use crate::template::{
    Draws, Files, RenderFault, Scope,
    evaluate::Rendering,
    expression::{Call, Expression},
};

/// The helper whose value lies outside of the template.
const FILE: &str = "file";
/// The helper that can make much of little.
const REPLACE: &str = "replace";

/// Why a call fails whatever the variables are; none where not all that it is given is written in place.
pub(super) fn fault(call: &Call) -> Option<RenderFault> {
    let options = call.options.iter().map(|(_, value)| value);
    let mut given = call.arguments.iter().chain(options).peekable();
    let is_left = given.peek().is_none() || [FILE, REPLACE].contains(&call.helper.name);
    if is_left || !given.all(|it| matches!(it, Expression::Literal(_))) {
        return None;
    }
    let expression = Expression::Call(call.clone());
    let scope = Scope {
        layers: Vec::new(),
        draws: &Draws::new(0, ""),
        files: &Files { root: Root::new(Path::new("")), folder: PathBuf::new() },
        now: SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 31),
    };
    Rendering::new(&scope).value(&expression).err()
}

/// The files that an expression reads by a name that is written.
pub(super) fn files(expression: &Expression, found: &mut Vec<String>) {
    match expression {
        Expression::Call(call) => {
            if let (FILE, [Expression::Literal(name)]) = (call.helper.name, call.arguments.as_slice()) {
                found.extend(name.as_str().map(str::to_owned));
            }
            let options = call.options.iter().map(|(_, value)| value);
            call.arguments.iter().chain(options).for_each(|inner| files(inner, found));
        }
        Expression::Extra(_, arguments) => arguments.iter().for_each(|inner| files(inner, found)),
        Expression::Fallback(both) => both.iter().for_each(|inner| files(inner, found)),
        Expression::Literal(_) | Expression::Path(_) => {}
    }
}
