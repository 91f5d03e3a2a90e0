//! A shop of two lamps.

use actix_web::{HttpResponse, get, web};
use serde_json::json;

const LAMPS: [&str; 2] = ["blue lamp", "red lamp"];

/// The routes of the shop.
pub fn routes(config: &mut web::ServiceConfig) {
    config.service(items).service(item);
}

#[get("/items")]
async fn items() -> HttpResponse {
    HttpResponse::Ok().json(LAMPS)
}

#[get("/items/{id}")]
async fn item(id: web::Path<usize>) -> HttpResponse {
    match LAMPS.get(*id) {
        Some(title) => HttpResponse::Ok().json(json!({ "id": *id, "title": title })),
        None => HttpResponse::NotFound().finish(),
    }
}
