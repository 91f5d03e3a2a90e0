//! A shop that keeps its lamps in a database.

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    routing::get,
};
use serde_json::{Value, json};
use sqlx::{Row as _, SqlitePool};

/// The tables of the shop.
pub async fn migrate(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("CREATE TABLE items (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE)").execute(pool).await?;
    Ok(())
}

/// The routes of the shop.
pub fn shop(pool: SqlitePool) -> Router {
    Router::new().route("/items", get(count).post(create)).route("/items/{id}", get(read)).with_state(pool)
}

async fn count(State(pool): State<SqlitePool>) -> Result<Json<Value>, StatusCode> {
    let row = sqlx::query("SELECT count(*) FROM items").fetch_one(&pool).await.map_err(wrong)?;
    Ok(Json(json!({ "count": row.get::<i64, _>(0) })))
}

async fn create(
    State(pool): State<SqlitePool>,
    Json(item): Json<Value>,
) -> Result<(StatusCode, Json<Value>), StatusCode> {
    let title = item["title"].as_str().ok_or(StatusCode::BAD_REQUEST)?;
    let made = sqlx::query("INSERT INTO items (title) VALUES (?)").bind(title).execute(&pool).await;
    let id = made.map_err(|_| StatusCode::CONFLICT)?.last_insert_rowid();
    Ok((StatusCode::CREATED, Json(json!({ "id": id, "title": title }))))
}

async fn read(State(pool): State<SqlitePool>, Path(id): Path<i64>) -> Result<Json<Value>, StatusCode> {
    let row = sqlx::query("SELECT title FROM items WHERE id = ?").bind(id).fetch_optional(&pool).await;
    let row = row.map_err(wrong)?.ok_or(StatusCode::NOT_FOUND)?;
    Ok(Json(json!({ "id": id, "title": row.get::<String, _>(0) })))
}

fn wrong(_: sqlx::Error) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}
