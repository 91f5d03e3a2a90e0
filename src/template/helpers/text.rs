//! Text: `upper`, `lower`, `trim`, `replace`, `length`.

use super::{Given, Helper};
use crate::json::Json;
use crate::template::RenderFault;

/// How many bytes `replace` gives at most.
const LONGEST: usize = 64 * 1024 * 1024;

pub(super) const HELPERS: &[Helper] = &[
    Helper::new("upper", &["text"], "the text in capital letters", ("{{upper \"abc\"}}", "ABC"), upper),
    Helper::new("lower", &["text"], "the text in small letters", ("{{lower \"ABC\"}}", "abc"), lower),
    Helper::new("trim", &["text"], "the text without blanks around it", ("{{trim \" abc \"}}", "abc"), trim),
    Helper::new(
        "replace",
        &["text", "from", "to"],
        "the text with every `from` in it made `to`",
        ("{{replace \"a-b-c\" \"-\" \"+\"}}", "a+b+c"),
        replace,
    ),
    Helper::new(
        "length",
        &["value"],
        "how many characters a text, elements an array, members an object has",
        ("{{length \"äbc\"}}", "3"),
        length,
    ),
];

fn upper(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(given.text(0)?.to_uppercase()))
}

fn lower(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(given.text(0)?.to_lowercase()))
}

fn trim(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(given.text(0)?.trim().to_owned()))
}

fn replace(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let (text, from, to) = (given.text(0)?, given.text(1)?, given.text(2)?);
    if from.is_empty() {
        return Err(given.wrong("from", "text that is not empty", given.value(1)));
    }
    let added = text.matches(from).count().saturating_mul(to.len());
    if added.saturating_add(text.len()) > LONGEST {
        return Err(RenderFault::other("`replace` gives a text longer than 64 MiB"));
    }
    Ok(Json::from(text.replace(from, to)))
}

fn length(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    Ok(Json::from(match given.value(0) {
        Json::String(text) => text.chars().count(),
        Json::Array(elements) => elements.len(),
        Json::Object(members) => members.len(),
        other => return Err(given.wrong("value", "text, an array or an object", other)),
    }))
}
