//! Exact calculation: `add`, `sub`, `mul`.

use super::{Given, Helper};
use crate::json::Json;
use crate::template::RenderFault;

pub(super) const HELPERS: &[Helper] = &[
    Helper::new("add", &["left", "right"], "the exact sum of two numbers", ("{{add 0.1 0.2}}", "0.3"), add),
    Helper::new("sub", &["left", "right"], "the exact difference of two numbers", ("{{sub 5 7.5}}", "-2.5"), sub),
    Helper::new("mul", &["left", "right"], "the exact product of two numbers", ("{{mul 3 1.10}}", "3.3"), mul),
];

fn add(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Number(given.number(0)?.add(given.number(1)?)?))
}

fn sub(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Number(given.number(0)?.sub(given.number(1)?)?))
}

fn mul(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::Number(given.number(0)?.mul(given.number(1)?)?))
}
