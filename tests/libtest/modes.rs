//! The ways in which the fixture is told to bring its application up, and what it adds to the language.

use std::{
    collections::{HashSet, VecDeque},
    env,
    fs::{self, OpenOptions},
    io::{self, Read as _, Write as _},
    net::TcpListener,
    panic::{self, AssertUnwindSafe},
    path::PathBuf,
    pin::Pin,
    process::{self, Command},
    sync::{Arc, atomic},
    task::{Context, Poll},
};

use axum::{
    Json, Router,
    extract::Request,
    http::StatusCode,
    middleware,
    response::IntoResponse as _,
    routing::{get, post},
};
use hallpass::{App, Harness};
use hyper::body::{Body, Bytes, Frame};
use serde_json::{Value, json};

/// The harness with what a mode adds.
pub(crate) fn with(mode: &str, harness: Harness) -> Harness {
    match mode {
        "plain" => harness,
        "router" => harness.router(shop()),
        "serve" => harness.serve(|listener| async {
            let _diary = Diary("served no more");
            Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, shop()).await?)
        }),
        "serve fails" => harness.serve(|_| async { Err("out of memory".into()) }),
        "two" => harness.router(shop()).command("true"),
        "command" => harness.env("GREETING", "from the harness").command(env::var("FIXTURE_COMMAND").unwrap()),
        "each" => each(harness),
        "each fails" => {
            harness.before_each(|_| async { Err("no database".into()) }).after_each(|_| async { panic!("never") })
        }
        "each panics" => harness.before_each(|spec| async move {
            assert_ne!(spec.file(), "specs/a.yaml", "no room");
            Ok(App::router(shop()))
        }),
        "each serves" => harness.before_each(|_| async {
            Ok(App::serve(|listener| async {
                Ok(axum::serve(tokio::net::TcpListener::from_std(listener)?, shop()).await?)
            })?)
        }),
        "after fails" => harness
            .router(shop())
            .after_each(|spec| async move { Err(format!("left behind {}", spec.id().len()).into()) }),
        "words" => words(harness.router(shop())),
        "taken" => words(harness).helper("upper", |_| Ok(Value::Null)),
        "identity" => {
            let text = env::var("FIXTURE_IDENTITY").unwrap();
            harness.env("SERVICE_TOKEN", "t-o-k-e-n").identity("service", text).router(shop())
        }
        other => panic!("there is no mode `{other}`"),
    }
}

/// A line in the diary, if there is one.
fn note(line: &str) {
    if let Ok(path) = env::var("FIXTURE_DIARY") {
        let mut diary = OpenOptions::new().append(true).create(true).open(path).unwrap();
        // In one piece: several write at once.
        diary.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// Notes when it is dropped.
struct Diary(&'static str);

impl Drop for Diary {
    fn drop(&mut self) {
        note(self.0);
    }
}

fn shop() -> Router {
    let count = Arc::new(atomic::AtomicUsize::new(0));
    let who = |request: Request| async move {
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("nobody");
        json!({"who": header("authorization"), "cookie": header("cookie")}).to_string()
    };
    bytes(Router::new())
        .route("/items/1", get(|| async { Json(json!({"id": 1, "title": "blue lamp", "price": 42.5, "stock": 3})) }))
        .route("/count", get(move || async move { (count.fetch_add(1, atomic::Ordering::SeqCst) + 1).to_string() }))
        .route("/who", get(who))
        .route("/sockets", get(|| async { sockets().to_string() }))
        .route(
            "/panic",
            get(|| async {
                if true {
                    panic!("the shelf is empty")
                }
            }),
        )
        .route("/slow", get(std::future::pending::<()>))
        .fallback(|| async { (StatusCode::NOT_FOUND, Json(json!({"error": "no such page"}))).into_response() })
        .layer(middleware::map_request(|request: Request| async {
            note(request.uri().path());
            request
        }))
}

/// Pages that show what is sent, and send more than a value.
fn bytes(router: Router) -> Router {
    let told = |request: Request| async move {
        let (parts, body) = request.into_parts();
        let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let (host, word) = (header("host"), header("x-word"));
        let body = axum::body::to_bytes(body, 1000).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Json(
            json!({"host": host, "word": word, "method": parts.method.as_str(), "path": parts.uri.path(), "body": body}),
        )
    };
    let parts = |parts: &[Result<&'static str, ()>]| axum::body::Body::new(Parts(parts.iter().copied().collect()));
    router
        .route("/echo", post(told))
        .route("/to", get(told))
        .route("/from", get(|| async { (StatusCode::FOUND, [("location", "/to")]) }))
        .route("/cookie", get(|| async { [("set-cookie", "a=b; Path=/")] }))
        .route("/stream", get(move || async move { parts(&[Ok("one "), Ok("two "), Ok("three")]) }))
        .route("/broken", get(move || async move { parts(&[Ok("one "), Err(())]) }))
}

/// A body in parts, one of which may be missing.
struct Parts(VecDeque<Result<&'static str, ()>>);

impl Body for Parts {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let part = self.0.pop_front();
        let frame = |part: Result<&'static str, ()>| {
            part.map(|text| Frame::data(text.into())).map_err(|()| io::Error::other("out of paper"))
        };
        Poll::Ready(part.map(frame))
    }
}

/// Runs the specs, and notes how many sockets are left, and whether it panicked.
pub(crate) fn counted(harness: Harness) {
    let before = sockets();
    let ended = panic::catch_unwind(AssertUnwindSafe(|| harness.run()));
    note(&format!("{} more sockets, panicked: {}", sockets() - before, ended.is_err()));
}

/// How many TCP sockets this process has; none where Linux does not tell.
fn sockets() -> usize {
    let known = fs::read_to_string("/proc/self/net/tcp").unwrap_or_default();
    let inodes: HashSet<_> = known.lines().filter_map(|line| line.split_whitespace().nth(9)).collect();
    let files = fs::read_dir("/proc/self/fd").into_iter().flatten().flatten();
    let links = files.filter_map(|file| fs::read_link(file.path()).ok());
    let is_tcp = |link: &PathBuf| {
        let inode = link.to_str().and_then(|link| link.strip_prefix("socket:[")?.strip_suffix(']'));
        inode.is_some_and(|inode| inodes.contains(inode))
    };
    links.filter(is_tcp).count()
}

/// An application for each run of a spec, with what it was told about it.
fn each(harness: Harness) -> Harness {
    harness
        .var("run", "")
        .before_each(|spec| async move {
            note(&format!("before {} {}", spec.file(), spec.row().unwrap_or("-")));
            let app = App::router(shop()).var("run_id", spec.id()).env("ROW", spec.row().unwrap_or("none"));
            Ok(app.var("run", spec.id()).keep(Diary("let go")))
        })
        .after_each(|spec| async move {
            note(&format!("after {} {} failed: {}", spec.file(), spec.row().unwrap_or("-"), spec.failed()));
            Ok(())
        })
}

fn words(harness: Harness) -> Harness {
    harness
        .helper("shout", |words| match words {
            [Value::String(word)] => Ok(format!("{}!", word.to_uppercase()).into()),
            [Value::Number(_)] => panic!("numbers are silent"),
            _ => Err("it takes one word".to_owned()),
        })
        .matcher("even", |found, wanted| {
            let number = found.as_i64().ok_or_else(|| format!("{found} is neither even nor odd"))?;
            match (number % 2 == 0) == (*wanted == true) {
                true => Ok(()),
                false => Err(format!("{number} is {}", if number % 2 == 0 { "even" } else { "odd" })),
            }
        })
}

/// Is an application in a process of its own: it answers every request with its port and greeting, and has a child that would outlive it.
pub(crate) fn be_an_app(port: &str) -> ! {
    let child = Command::new("sleep").arg("600").spawn().unwrap();
    note(&format!("pids {} {}", process::id(), child.id()));
    println!("listening on {port}, as {} says", env::var("PORT").unwrap());
    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).unwrap();
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut head = [0; 4096];
        let count = stream.read(&mut head).unwrap();
        if head[..count].starts_with(b"GET /exit") {
            println!("out of order");
            process::exit(3);
        }
        let body = env::var("GREETING").unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        let _ = stream.write_all(format!("{head}{body}").as_bytes());
    }
    process::exit(0)
}
