//! `/broken/{kind}`: answers that break what HTTP or their own headers promise.

use std::sync::Arc;

use axum::{
    extract::{ConnectInfo, Path, State as Shared},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::demo::answer::{typed, with_header};
use crate::demo::api::problem::Problem;
use crate::demo::server::Line;
use crate::demo::state::State;

const CUT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n\
    e\r\n{\"items\":[{\"id\r\n";
const SHORT: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\nonly this";
const HEAD: &[u8] = b"this is not HTTP\r\n\r\n";
const HEADER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent type application/json\r\n\r\n{}";

/// `GET /broken/{kind}`
pub(super) async fn broken(
    Path(kind): Path<String>,
    Shared(state): Shared<Arc<State>>,
    ConnectInfo(line): ConnectInfo<Line>,
) -> Response {
    match kind.as_str() {
        // The last chunk never comes.
        "cut" => line.write(CUT),
        // The body is shorter than its length says.
        "length" => line.write(SHORT),
        "head" => line.write(HEAD),
        "header" => line.write(HEADER),
        // The connection closes before any byte.
        "silence" => line.write(b"".as_slice()),
        "reset" => line.reset(),
        "hang" => {
            state.ended().await;
            line.reset()
        }
        "gzip" => {
            let answer = typed(StatusCode::OK, "application/json", "{\"this\":\"is not gzip\"}");
            with_header(answer, header::CONTENT_ENCODING, "gzip")
        }
        "utf8" => typed(StatusCode::OK, "application/json", b"{\"title\":\"caf\xe9\"}".as_slice()),
        // Text under the label of JSON, and JSON under that of text.
        "label" => typed(StatusCode::OK, "application/json", "all is well"),
        "text" => typed(StatusCode::OK, "text/plain; charset=utf-8", "{\"status\":\"ok\"}"),
        "json" => typed(StatusCode::OK, "application/json", "{\"items\":[1,2,"),
        _ => Problem::new(StatusCode::NOT_FOUND, "nothing breaks in this way").into_response(),
    }
}
