//! `/graphql`: the items of the shop by two queries, `items` and `item(id:)`. Other operations are errors.

use std::sync::Arc;

use axum::{
    extract::State as Shared,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use bytes::Bytes;

use crate::demo::answer::{json, texts};
use crate::demo::api::{body::read_json, guard::Caller, problem::Problem, shop::Item};
use crate::demo::state::{State, lock};
use crate::json::{Json, Number};

/// `POST /graphql`
pub(super) async fn answer(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.needs("items.read")?;
    let request = read_json(&headers, &body)?;
    let Some(query) = request.get("query").and_then(Json::as_str) else {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "`query` is missing"));
    };
    let words: Vec<&str> = query.split(|c: char| !c.is_alphanumeric()).collect();
    if words.contains(&"item") {
        return Ok(one(&state, &words, request.get("variables").and_then(|it| it.get("id"))));
    }
    if words.contains(&"items") {
        let items = lock(&state.shop.items).by_id.values().map(|item| fields(item, &words)).collect();
        return Ok(json(StatusCode::OK, &Json::object([("data", Json::object([("items", Json::Array(items))]))])));
    }
    Ok(failed("the query asks for neither `items` nor `item`", &[]))
}

fn one(state: &State, words: &[&str], id: Option<&Json<'_>>) -> Response {
    let Some(id) = id.and_then(Json::as_number).and_then(Number::to_i64) else {
        return failed("the variable `$id` is an Int", &["item"]);
    };
    let items = lock(&state.shop.items);
    let found = u64::try_from(id).ok().and_then(|id| items.by_id.get(&id));
    match found {
        Some(item) => json(StatusCode::OK, &Json::object([("data", Json::object([("item", fields(item, words))]))])),
        None => failed(&format!("there is no item {id}"), &["item"]),
    }
}

/// The fields of an item that a query names.
fn fields(item: &Item, words: &[&str]) -> Json<'static> {
    let all = match item.to_json() {
        Json::Object(members) => members,
        _ => Vec::new(),
    };
    Json::Object(all.into_iter().filter(|(name, _)| words.contains(&&**name)).collect())
}

/// An answer with `errors` and the status 200, as servers of GraphQL give it.
fn failed(message: &str, path: &[&'static str]) -> Response {
    let error = Json::object([("message", message.to_owned().into()), ("path", texts(path.iter().copied()))]);
    json(StatusCode::OK, &Json::object([("data", Json::Null), ("errors", Json::Array(vec![error]))]))
}
