//! From one type to another: `json`, `parse_json`, `string`, `integer`, `number`, `boolean`.

use super::{Given, Helper};
use crate::json::{Json, Number};
use crate::template::RenderFault;

pub(super) const HELPERS: &[Helper] = &[
    Helper::new("json", &["value"], "the value as JSON text", ("{{json \"a\"}}", "\"a\""), json),
    Helper::new(
        "parse_json",
        &["text"],
        "the value that JSON text writes",
        ("{{parse_json \"[1, 0.10]\"}}", "[1,0.10]"),
        parse_json,
    ),
    Helper::new("string", &["value"], "a number or boolean as text", ("{{string 0.10}}", "0.10"), string),
    Helper::new(
        "integer",
        &["value"],
        "text or a number as an integer; a fraction is an error",
        ("{{integer \"42\"}}", "42"),
        integer,
    ),
    Helper::new("number", &["value"], "text as a number, digit by digit", ("{{number \"0.10\"}}", "0.10"), number),
    Helper::new("boolean", &["value"], "`true` or `false` as a boolean", ("{{boolean \"true\"}}", "true"), boolean),
];

fn json(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(given.value(0).to_text()))
}

fn parse_json(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let parsed = Json::parse(given.text(0)?).map(Json::into_owned);
    parsed.map_err(|bad| RenderFault::other(format!("`parse_json` takes JSON text: {bad}")))
}

fn string(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(given.text(0)?.to_owned()))
}

fn integer(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    match read_number(given).filter(Number::is_integer) {
        Some(number) if is_plain(number.text()) => Ok(Json::Number(number.into_owned())),
        // The sum is written without point and exponent.
        Some(number) => Ok(Json::Number(number.add(&0_i64.into())?)),
        None => Err(given.wrong("value", "an integer or text that writes one", given.value(0))),
    }
}

fn is_plain(text: &str) -> bool {
    text != "-0" && !text.contains(['.', 'e', 'E'])
}

fn number(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    match read_number(given) {
        Some(number) => Ok(Json::Number(number.into_owned())),
        None => Err(given.wrong("value", "a number or text that writes one", given.value(0))),
    }
}

fn read_number<'g>(given: &'g Given<'_>) -> Option<Number<'g>> {
    match given.value(0) {
        Json::Number(number) => Number::parse(number.text()),
        Json::String(text) => Number::parse(text.trim()),
        _ => None,
    }
}

fn boolean(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    match given.value(0) {
        Json::Bool(value) => Ok(Json::Bool(*value)),
        Json::String(text) if text.trim() == "true" => Ok(Json::Bool(true)),
        Json::String(text) if text.trim() == "false" => Ok(Json::Bool(false)),
        other => Err(given.wrong("value", "`true` or `false`", other)),
    }
}
