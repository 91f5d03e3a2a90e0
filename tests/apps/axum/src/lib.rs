//! A shop of two lamps.

use axum::{Json, Router, extract::Path, http::StatusCode, routing::get};
use serde_json::{Value, json};

const LAMPS: [&str; 2] = ["blue lamp", "red lamp"];

/// The routes of the shop.
pub fn shop() -> Router {
    Router::new().route("/items", get(|| async { Json(json!(LAMPS)) })).route("/items/{id}", get(item))
}

async fn item(Path(id): Path<usize>) -> Result<Json<Value>, StatusCode> {
    let title = LAMPS.get(id).ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "id": id, "title": title })))
}
