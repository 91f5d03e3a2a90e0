//! What was sold, and a report of what is left.

use std::{fmt::Write, sync::Arc};

use axum::{extract::State as Shared, http::StatusCode, response::Response};

use crate::demo::answer::{json, typed};
use crate::demo::api::{guard::Caller, problem::Problem, shop::Cents};
use crate::demo::state::{State, lock};
use crate::json::Json;

/// Number, customer, state, and lines of title, quantity and price in cents.
type Order = (&'static str, &'static str, &'static str, &'static [(&'static str, u64, u64)]);

const ORDERS: &[Order] = &[
    ("A-1001", "Ada Osei", "shipped", &[("Enamel mug", 6, 950), ("Cork board", 1, 2_400)]),
    ("A-1002", "Bruno Keller", "paid", &[("Anglepoise lamp", 1, 12_900)]),
    ("A-1003", "Chiara Rossi", "open", &[("Folding chair", 4, 3_999), ("Wool blanket", 2, 5_900)]),
];

/// `GET /orders`
pub(super) async fn list(caller: Caller) -> Result<Response, Problem> {
    caller.needs("orders.read")?;
    let orders = Json::Array(ORDERS.iter().map(order).collect());
    Ok(json(StatusCode::OK, &Json::object([("orders", orders), ("total", ORDERS.len().into())])))
}

/// `GET /report.xml`
pub(super) async fn report(caller: Caller, Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    caller.needs("items.read")?;
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<stock>\n");
    for item in lock(&state.shop.items).by_id.values() {
        let title = escaped(&item.title);
        // Writing to a string does not fail.
        let _ = writeln!(xml, "  <item id=\"{}\" count=\"{}\">{title}</item>", item.id, item.stock);
    }
    xml.push_str("</stock>\n");
    Ok(typed(StatusCode::OK, "application/xml", xml))
}

fn order((number, customer, state, lines): &Order) -> Json<'static> {
    let line = |(title, quantity, price): &(&'static str, u64, u64)| {
        Json::object([("title", (*title).into()), ("quantity", (*quantity).into()), ("price", Cents(*price).to_json())])
    };
    let total = lines.iter().map(|(_, quantity, price)| quantity * price).sum();
    Json::object([
        ("number", (*number).into()),
        ("customer", (*customer).into()),
        ("state", (*state).into()),
        ("lines", Json::Array(lines.iter().map(line).collect())),
        ("total", Cents(total).to_json()),
    ])
}

/// Text that may stand in XML; characters that XML does not know are left out.
fn escaped(text: &str) -> String {
    let known = text.chars().filter(|c| *c >= ' ' || matches!(c, '\t' | '\n'));
    let mut xml = String::with_capacity(text.len());
    for c in known.filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')) {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            other => xml.push(other),
        }
    }
    xml
}
