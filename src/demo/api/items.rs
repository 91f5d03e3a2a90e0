//! `/items`: a collection with pages, and its items with entity tags.

use std::sync::Arc;

use axum::{
    extract::{Path, State as Shared},
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::Response,
};
use bytes::Bytes;
use url::form_urlencoded;

use crate::demo::answer::{empty, header_text, json, parameter, with_header};
use crate::demo::api::{
    body::read_json,
    guard::Caller,
    problem::Problem,
    shop::{Cents, Draft, Item, Items},
};
use crate::demo::state::{State, lock};
use crate::json::Json;

/// How many items a page has, unless it is asked for others, and how many it may have.
const PAGE: usize = 20;
const MAX_PAGE: usize = 100;

/// `GET /items?page=&per_page=&tag=&q=`
pub(super) async fn list(caller: Caller, Shared(state): Shared<Arc<State>>, uri: Uri) -> Result<Response, Problem> {
    caller.needs("items.read")?;
    let page = Page::of(&uri)?;
    let (tag, words) = (parameter(&uri, "tag"), parameter(&uri, "q").map(|words| words.to_lowercase()));
    let items = lock(&state.shop.items);
    let wanted = |item: &&Item| {
        tag.as_ref().is_none_or(|tag| item.tags.contains(tag))
            && words.as_ref().is_none_or(|words| item.title.to_lowercase().contains(words))
    };
    let found: Vec<_> = items.by_id.values().filter(wanted).collect();
    let shown = found.iter().skip(page.skipped()).take(page.size).map(|item| item.to_json());
    Ok(page.answer(&uri, found.len(), shown.collect()))
}

/// `POST /items`
pub(super) async fn create(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    caller.needs("items.write")?;
    let draft = draft(None, &read_json(&headers, &body)?)?;
    let now = jiff::Timestamp::try_from(state.clock.wall()).unwrap_or_default();
    let item = lock(&state.shop.items).add(draft, now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    let place = format!("/items/{}", item.id);
    Ok(with_header(shown(StatusCode::CREATED, &item), header::LOCATION, &place))
}

/// `GET /items/{id}`
pub(super) async fn read(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.needs("items.read")?;
    let mut items = lock(&state.shop.items);
    let item = find(&mut items, &id)?;
    if names(&headers, header::IF_NONE_MATCH, &item.etag(), Strength::Weak) == Some(true) {
        return Ok(with_header(empty(StatusCode::NOT_MODIFIED), header::ETAG, &item.etag()));
    }
    Ok(shown(StatusCode::OK, item))
}

/// `PUT /items/{id}`
pub(super) async fn replace(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    write(&caller, &state, &id, (&headers, &body), |_, body| draft(None, body))
}

/// `PATCH /items/{id}`: the members given change (RFC 7396).
pub(super) async fn change(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    write(&caller, &state, &id, (&headers, &body), |item, body| draft(Some(item.draft()), body))
}

fn write(
    caller: &Caller,
    state: &State,
    id: &str,
    (headers, body): (&HeaderMap, &[u8]),
    read: impl Fn(&Item, &Json<'_>) -> Result<Draft, Problem>,
) -> Result<Response, Problem> {
    caller.needs("items.write")?;
    let body = read_json(headers, body)?;
    let mut items = lock(&state.shop.items);
    let item = unchanged(&mut items, id, headers)?;
    let draft = read(item, &body)?;
    item.become_like(draft);
    Ok(shown(StatusCode::OK, item))
}

/// `DELETE /items/{id}`
pub(super) async fn remove(
    caller: Caller,
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    caller.needs("items.write")?;
    let mut items = lock(&state.shop.items);
    let id = unchanged(&mut items, &id, &headers)?.id;
    items.by_id.remove(&id);
    Ok(empty(StatusCode::NO_CONTENT))
}

/// `GET /old-items`: where items once were.
pub(super) async fn moved() -> Response {
    with_header(empty(StatusCode::MOVED_PERMANENTLY), header::LOCATION, "/items")
}

fn shown(status: StatusCode, item: &Item) -> Response {
    with_header(json(status, &item.to_json()), header::ETAG, &item.etag())
}

fn find<'i>(items: &'i mut Items, id: &str) -> Result<&'i mut Item, Problem> {
    let found = id.parse().ok().and_then(|id: u64| items.by_id.get_mut(&id));
    found.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, format!("there is no item {id}")))
}

/// The item, if it is still the one that `If-Match` names.
fn unchanged<'i>(items: &'i mut Items, id: &str, headers: &HeaderMap) -> Result<&'i mut Item, Problem> {
    let item = find(items, id)?;
    match names(headers, header::IF_MATCH, &item.etag(), Strength::Strong) {
        Some(false) => Err(Problem::new(StatusCode::PRECONDITION_FAILED, format!("the item is now {}", item.etag()))),
        _ => Ok(item),
    }
}

/// How entity tags are compared (RFC 9110, section 8.8.3.2).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strength {
    Weak,
    Strong,
}

/// Whether a header lists this entity tag, if the header is there.
fn names(headers: &HeaderMap, name: HeaderName, etag: &str, strength: Strength) -> Option<bool> {
    let listed = header_text(headers, name)?;
    let strong = |tag| if strength == Strength::Weak { str::strip_prefix(tag, "W/").unwrap_or(tag) } else { tag };
    Some(listed.split(',').map(str::trim).any(|tag| tag == "*" || strong(tag) == etag))
}

/// What a body makes of an item, or of nothing: then title and price must be there.
fn draft(before: Option<Draft>, body: &Json<'_>) -> Result<Draft, Problem> {
    let Some(members) = body.as_object() else { return Err(Problem::invalid(vec![("", "must be an object")])) };
    let mut errors = Vec::new();
    if before.is_none() {
        let required = ["title", "price"].into_iter().filter(|name| body.get(name).is_none());
        errors.extend(required.map(|name| (name, "is required")));
    }
    let mut draft = before.unwrap_or(Draft { title: String::new(), price: Cents(0), stock: 0, tags: Vec::new() });
    for (name, value) in members {
        errors.extend(set(&mut draft, name, value).err());
    }
    if errors.is_empty() { Ok(draft) } else { Err(Problem::invalid(errors)) }
}

fn set(draft: &mut Draft, name: &str, value: &Json<'_>) -> Result<(), (&'static str, &'static str)> {
    match name {
        "title" => {
            let title = value.as_str().map(str::trim).filter(|title| (1..=200).contains(&title.chars().count()));
            draft.title = title.ok_or(("title", "must be text of 1 to 200 characters"))?.to_owned();
        }
        "price" => {
            let price = value.as_number().and_then(Cents::from_number);
            draft.price = price.ok_or(("price", "must be 0 to 1000000 with at most two decimals"))?;
        }
        "stock" => {
            let stock = value.as_number().and_then(|number| u64::try_from(number.to_i64()?).ok());
            draft.stock = stock.ok_or(("stock", "must be a whole number that is not negative"))?;
        }
        "tags" => draft.tags = tags(value).ok_or(("tags", "must be a list of texts"))?,
        // What the shop gives an item itself may come back with it.
        "id" | "created_at" => {}
        _ => return Err(("", "has a member that no item has")),
    }
    Ok(())
}

fn tags(value: &Json<'_>) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|tag| tag.as_str().map(ToOwned::to_owned)).collect()
}

/// Which part of a list is wanted.
struct Page {
    /// From 1.
    number: usize,
    size: usize,
}

impl Page {
    fn of(uri: &Uri) -> Result<Self, Problem> {
        let read = |name: &str, default: usize, most: usize| match parameter(uri, name) {
            None => Ok(default),
            Some(text) => text.parse().ok().filter(|number| (1..=most).contains(number)).ok_or_else(|| {
                Problem::new(StatusCode::BAD_REQUEST, format!("`{name}` must be a whole number from 1 to {most}"))
            }),
        };
        Ok(Self { number: read("page", 1, 1_000_000)?, size: read("per_page", PAGE, MAX_PAGE)? })
    }

    fn skipped(&self) -> usize {
        (self.number - 1) * self.size
    }

    fn answer(&self, uri: &Uri, total: usize, items: Vec<Json<'static>>) -> Response {
        let pages = total.div_ceil(self.size).max(1);
        let next = (self.number < pages).then(|| self.link(uri, self.number + 1));
        let previous = (self.number > 1).then(|| self.link(uri, (self.number - 1).min(pages)));
        let links = [
            ("first", Some(self.link(uri, 1))),
            ("prev", previous.clone()),
            ("next", next.clone()),
            ("last", Some(self.link(uri, pages))),
        ];
        let links = links.into_iter().filter_map(|(rel, url)| Some(format!("<{}>; rel=\"{rel}\"", url?)));
        let links: Vec<_> = links.collect();
        let body = Json::object([
            ("items", Json::Array(items)),
            ("page", self.number.into()),
            ("per_page", self.size.into()),
            ("pages", pages.into()),
            ("total", total.into()),
            ("next", next.map_or(Json::Null, Json::from)),
            ("previous", previous.map_or(Json::Null, Json::from)),
        ]);
        let answer = with_header(json(StatusCode::OK, &body), header::LINK, &links.join(", "));
        with_header(answer, HeaderName::from_static("x-total-count"), &total.to_string())
    }

    /// The URL of another page of the same list.
    fn link(&self, uri: &Uri, number: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("page", &number.to_string()).append_pair("per_page", &self.size.to_string());
        for name in ["tag", "q"] {
            if let Some(value) = parameter(uri, name) {
                query.append_pair(name, &value);
            }
        }
        format!("{}?{}", uri.path(), query.finish())
    }
}
