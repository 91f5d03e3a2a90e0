//! Comparison and logic: `eq` to `gte`, `and`, `or`, `not`, `contains`.

use std::cmp::Ordering;

use super::{Given, Helper};
use crate::json::Json;
use crate::template::{RenderFault, evaluate::is_truthy};

pub(super) const HELPERS: &[Helper] = &[
    Helper::new(
        "eq",
        &["left", "right"],
        "whether two values are equal: numbers by value, so `1` equals `1.0`, but not the text `1`",
        ("{{eq 1 1.0}}", "true"),
        eq,
    ),
    Helper::new("ne", &["left", "right"], "whether two values differ", ("{{ne 1 \"1\"}}", "true"), ne),
    Helper::new(
        "lt",
        &["left", "right"],
        "whether the left one is less: two numbers, or two texts",
        ("{{lt 1 2}}", "true"),
        lt,
    ),
    Helper::new("lte", &["left", "right"], "whether the left one is not greater", ("{{lte 2 2.0}}", "true"), lte),
    Helper::new("gt", &["left", "right"], "whether the left one is greater", ("{{gt \"b\" \"a\"}}", "true"), gt),
    Helper::new("gte", &["left", "right"], "whether the left one is not less", ("{{gte 1 2}}", "false"), gte),
    Helper::new(
        "and",
        &["left", "right", "more..."],
        "whether all values count as true: not `false`, `null`, zero or empty",
        ("{{and true (lt 1 2)}}", "true"),
        and,
    ),
    Helper::new(
        "or",
        &["left", "right", "more..."],
        "whether one of the values counts as true",
        ("{{or false \"\"}}", "false"),
        or,
    ),
    Helper::new("not", &["value"], "whether the value does not count as true", ("{{not false}}", "true"), not),
    Helper::new(
        "contains",
        &["whole", "part"],
        "whether a text has a part, an array an element, an object a member of this name",
        ("{{contains \"abc\" \"b\"}}", "true"),
        contains,
    ),
];

fn eq(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(given.value(0) == given.value(1)))
}

fn ne(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(given.value(0) != given.value(1)))
}

fn lt(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(order(given)?.is_lt()))
}

fn lte(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(order(given)?.is_le()))
}

fn gt(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(order(given)?.is_gt()))
}

fn gte(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(order(given)?.is_ge()))
}

fn order(given: &Given<'_>) -> Result<Ordering, RenderFault> {
    match (given.value(0), given.value(1)) {
        (Json::Number(left), Json::Number(right)) => Ok(left.compare(right)),
        (Json::String(left), Json::String(right)) => Ok(left.cmp(right)),
        (Json::Number(_), right) => Err(given.wrong("right", "a number to compare with a number", right)),
        (Json::String(_), right) => Err(given.wrong("right", "text to compare with text", right)),
        (left, _) => Err(given.wrong("left", "a number or text", left)),
    }
}

fn and(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(given.arguments.iter().all(|value| is_truthy(value))))
}

fn or(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(given.arguments.iter().any(|value| is_truthy(value))))
}

fn not(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(!is_truthy(given.value(0))))
}

fn contains(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Bool(match given.value(0) {
        Json::String(whole) => whole.contains(given.text(1)?),
        Json::Array(elements) => elements.iter().any(|element| element == given.value(1)),
        whole @ Json::Object(_) => whole.get(given.text(1)?).is_some(),
        other => return Err(given.wrong("whole", "text, an array or an object", other)),
    }))
}
