//! Values that are drawn: `uuid`, `random_int`, `random_string`, `pick`.

use std::time::UNIX_EPOCH;

use uuid::Builder;

use super::{Given, Helper};
use crate::json::Json;
use crate::template::RenderFault;

/// How many characters `random_string` gives at most.
const LONGEST: i64 = 1_000_000;

const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The greatest integer that every reader of JSON holds exactly: 2^53 - 1 (RFC 8259, section 6).
const GREATEST: i64 = 9_007_199_254_740_991;

pub(super) const HELPERS: &[Helper] = &[
    Helper::new("uuid", &[], "a random UUID (version 4)", ("{{uuid}}", "67b0fd43-0297-4e3a-b3f5-7cf8ba0e7bcf"), uuid),
    Helper::new(
        "uuid_v7",
        &[],
        "a UUID that sorts by the time it was made (version 7)",
        ("{{uuid_v7}}", "019b76da-a800-7ac1-9d4e-6e2b2f0e8d11"),
        uuid_v7,
    ),
    Helper::new(
        "random_int",
        &["min?", "max?"],
        "a random integer from `min` to `max`, both included; from 0 to 2^53 - 1 if they are not given",
        ("{{random_int 1 6}}", "4"),
        random_int,
    )
    .options(&["min", "max"]),
    Helper::new(
        "random_string",
        &["length?"],
        "random characters, 16 if no length is given, letters and digits if no alphabet is given",
        ("{{random_string 8 alphabet=\"0123456789abcdef\"}}", "5e884898"),
        random_string,
    )
    .options(&["length", "alphabet"]),
    Helper::new(
        "pick",
        &["value", "values..."],
        "one of the values, or one of the elements of a single array, by chance",
        ("{{pick \"red\" \"green\" \"blue\"}}", "green"),
        pick,
    ),
];

fn uuid(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let uuid = Builder::from_random_bytes(given.scope.draws.bytes()).into_uuid();
    Ok(Json::from(uuid.to_string()))
}

fn uuid_v7(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let since = given.scope.now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
    let uuid = Builder::from_unix_timestamp_millis(millis, &given.scope.draws.bytes()).into_uuid();
    Ok(Json::from(uuid.to_string()))
}

fn random_int(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    if given.arguments.len() == 1 {
        let help = "write both, `{{random_int 1 6}}`, or one by its name, `{{random_int max=6}}`";
        return Err(RenderFault::cured("`random_int` takes `min` and `max`, only one is given", help));
    }
    let least = given.integer(0, "min")?.unwrap_or(0);
    let most = given.integer(1, "max")?.unwrap_or(GREATEST.max(least));
    let Ok(span) = u128::try_from(i128::from(most) - i128::from(least)) else {
        return Err(RenderFault::other(format!(
            "`random_int` takes `max` not less than `min`, found {most} and {least}"
        )));
    };
    let drawn = i128::from(least) + i128::try_from(given.scope.draws.below(span + 1)).unwrap_or(0);
    Ok(Json::from(i64::try_from(drawn).unwrap_or(least)))
}

fn random_string(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    let length = given.integer(0, "length")?.unwrap_or(16);
    if !(0..=LONGEST).contains(&length) {
        let message = format!("`random_string` takes a `length` from 0 to {LONGEST}, found {length}");
        return Err(RenderFault::other(message));
    }
    let alphabet: Vec<char> = given.option_text("alphabet")?.unwrap_or(ALPHANUMERIC).chars().collect();
    if alphabet.is_empty() {
        return Err(RenderFault::other("`random_string` takes an `alphabet` of one character at least"));
    }
    let text: String = (0..length).map(|_| alphabet[draw(given, alphabet.len())]).collect();
    Ok(Json::from(text))
}

fn pick(given: &Given<'_>) -> Result<Json<'static>, RenderFault> {
    match (&given.arguments[..], given.value(0)) {
        ([_], Json::Array(elements)) if elements.is_empty() => {
            Err(RenderFault::other("`pick` takes an array that is not empty"))
        }
        ([_], Json::Array(elements)) => Ok(elements[draw(given, elements.len())].clone()),
        (values, _) => Ok(values[draw(given, values.len())].clone().into_owned()),
    }
}

/// An index below this count.
fn draw(given: &Given<'_>, count: usize) -> usize {
    usize::try_from(given.scope.draws.below(count as u128)).unwrap_or(0)
}
