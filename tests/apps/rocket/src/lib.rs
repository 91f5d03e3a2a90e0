//! A shop of two lamps.

use rocket::{
    Build, Config, Rocket, get, routes,
    serde::json::{Json, Value, json},
};

const LAMPS: [&str; 2] = ["blue lamp", "red lamp"];

/// The shop, not launched yet.
pub fn shop(config: Config) -> Rocket<Build> {
    rocket::custom(config).mount("/", routes![items, item])
}

#[get("/items")]
fn items() -> Json<[&'static str; 2]> {
    Json(LAMPS)
}

#[get("/items/<id>")]
fn item(id: usize) -> Option<Value> {
    Some(json!({ "id": id, "title": LAMPS.get(id)? }))
}
