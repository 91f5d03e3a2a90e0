//! Files as bodies: read from disk while they are sent, anew each time, over both versions of HTTP, and never more of them in memory
//! than a little.

use std::{
    fs,
    future::poll_fn,
    net::SocketAddr,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use hyper::{
    body::{Body, Incoming},
    server::conn,
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo};

use crate::connection::servers::{Seen, Server};
use crate::support::{Ran, Workspace};
use hallpass::demo::{Demo, Options};

/// A project with a file of 5 bytes, and one request that has these keys.
fn one(base_url: &str, http: &str, keys: &str) -> Workspace {
    let spec = format!("requests:\n  - name: it\n    post: /\n    {keys}\n");
    Workspace::new(&format!("base_url: {base_url}\n{http}")).spec("it.yaml", &spec).file("specs/five.txt", "12345")
}

/// Gives a project a file of so many bytes, none of which is written.
fn sparse(project: &Path, size: u64) {
    fs::File::create(project.join("specs/large.bin")).unwrap().set_len(size).unwrap();
}

/// What a server says, one after the other: a status and JSON, or where it leads.
type Statuses = &'static [(u16, &'static str)];

/// What came to a server that answers its requests with these statuses, the last one from then on.
fn sent(statuses: Statuses, keys: &str) -> (Ran, Vec<Seen>) {
    let count = AtomicUsize::new(0);
    let server = Server::plain(move |_| {
        let (status, body) = statuses[count.fetch_add(1, Ordering::SeqCst).min(statuses.len() - 1)];
        (status, body.to_owned())
    });
    let ran = one(&format!("http://127.0.0.1:{}", server.port()), "", keys).hallpass(&["run", "-vv"]);
    (ran, server.seen())
}

#[test]
fn a_file_is_sent_whole_each_time_its_request_is() {
    let rows: [(Statuses, &str, usize); 4] = [
        (&[(503, "{}"), (200, "{}")], "retry: { on: [503], times: 2, backoff: 1ms }", 2),
        (&[(200, "{}"), (200, "{}"), (201, "{}")], "poll: { every: 1ms, times: 5 }\n    expect: { status: 201 }", 3),
        (&[(307, "\r\nLocation: /other"), (200, "{}")], "redirects: 1", 2),
        (&[(308, "\r\nLocation: /other"), (200, "{}")], "redirects: 1", 2),
    ];
    for (statuses, keys, count) in rows {
        let (ran, seen) = sent(statuses, &format!("file: five.txt\n    {keys}"));
        ran.ends_with(0).says("1 passed");
        assert_eq!(seen.len(), count, "{keys}");
        for Seen { text, .. } in seen {
            assert!(text.contains("\r\nContent-Length: 5\r\n") && text.ends_with("\r\n\r\n12345"), "{text}");
            assert!(text.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"), "{text}");
            assert!(!text.to_lowercase().contains("transfer-encoding"), "{text}");
        }
        let (ran, seen) = sent(statuses, &format!("multipart: {{ a: b, up: {{ file: five.txt }} }}\n    {keys}"));
        ran.ends_with(0).says("1 passed");
        let forms: Vec<_> = seen.iter().map(|seen| seen.text.split_once("\r\n\r\n").unwrap().1).collect();
        assert!(forms.len() == count && forms.iter().all(|form| *form == forms[0]), "{forms:?}");
        assert!(forms[0].contains("\r\n\r\n12345\r\n--hallpass-"), "{forms:?}");
    }
}

#[test]
fn a_redirect_that_drops_the_body_drops_the_file() {
    let (ran, seen) = sent(&[(303, "\r\nLocation: /other"), (200, "{}")], "file: five.txt\n    redirects: 1");
    ran.ends_with(0);
    assert!(seen[1].text.starts_with("GET /other ") && seen[1].text.ends_with("\r\n\r\n"), "{}", seen[1].text);
    assert!(!seen[1].text.to_lowercase().contains("content-"), "{}", seen[1].text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_token_is_renewed_and_the_whole_file_sent_again() {
    let demo = Demo::start(Options { api_always_unauthorized: true, ..Options::default() }).await.unwrap();
    let identity = "auth: editor\nidentities:\n  editor: { oauth2: { token_url: \"{{env.ISSUER_URL}}/oauth2/token\", \
        client_id: { env: EDITOR_ID }, client_secret: { env: EDITOR_SECRET } } }\n";
    let spec = "requests:\n  - name: it\n    post: /uploads\n    file: large.bin\n";
    let workspace = Workspace::new(&format!("base_url: {}\n{identity}", demo.api_url())).spec("it.yaml", spec);
    let workspace = workspace.envs(demo.env());
    sparse(workspace.path(), 32 << 20);
    let ran = tokio::task::spawn_blocking(move || workspace.hallpass(&["run", "-vv"])).await.unwrap();
    ran.ends_with(1).says("replayed with a renewed token").says("found `401`");
    assert_eq!((demo.counts().api_requests, demo.counts().token_requests), (2, 2));
}

#[test]
fn a_file_that_cannot_be_sent_is_an_error_that_names_it() {
    let server = Server::plain(|_| (200, "{}".to_owned()));
    let url = format!("http://127.0.0.1:{}", server.port());
    let rows = [
        ("file: none.bin", "`none.bin` does not exist"),
        ("file: '{{folder}}'", "`../specs` is a folder, not a file"),
        ("multipart: { a: { file: none.bin } }", "`none.bin` does not exist"),
        ("multipart: { a: { file: '{{folder}}' } }", "`../specs` is a folder, not a file"),
        ("graphql: { query: { file: none.bin } }", "`none.bin` does not exist"),
        ("graphql: { query: { file: '{{folder}}' } }", "`../specs` is a folder, not a file"),
    ];
    for (keys, message) in rows {
        let workspace = one(&url, "", &format!("vars: {{ folder: ../specs }}\n    {keys}"));
        workspace.hallpass(&["run"]).ends_with(3).says(message).says("specs/it.yaml:5").does_not_say("panic");
    }
    assert_eq!(server.seen().len(), 0);
}

#[cfg(unix)]
#[test]
fn no_file_outside_of_the_project_is_sent() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("key"), "s3cret").unwrap();
    for form in ["file: {}", "multipart: { a: { file: {} } }", "graphql: { query: { file: {} } }"] {
        let linked = |keys: &str| {
            let workspace = one("http://127.0.0.1:1", "", keys);
            std::os::unix::fs::symlink(outside.path().join("key"), workspace.path().join("specs/link")).unwrap();
            workspace
        };
        let written = linked(&form.replace("{}", "link"));
        written.hallpass(&["check"]).ends_with(2).says("`link` lies outside of the project").says("specs/it.yaml:4");
        let drawn = linked(&format!("vars: {{ it: link }}\n    {}", form.replace("{}", "\"{{it}}\"")));
        drawn.hallpass(&["check"]).ends_with(0);
        drawn.hallpass(&["run"]).ends_with(3).says("`link` lies outside of the project").says("specs/it.yaml:5");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let workspace = one("http://127.0.0.1:1", "", "file: pipe");
    assert!(std::process::Command::new("mkfifo").arg(workspace.path().join("specs/pipe")).status().unwrap().success());
    workspace.hallpass(&["run"]).ends_with(2).says("`pipe` is not a regular file").says("name a regular file");
}

/// What is done to a file.
type Change = fn(&Path);

#[test]
fn a_file_that_changes_between_two_attempts_is_an_error_that_says_how() {
    let changes: [(Change, &str); 3] = [
        (|file| fs::remove_file(file).unwrap(), "it does not exist any more"),
        (|file| fs::write(file, "123").unwrap(), "it had 5 bytes when the request was made, and has 3 now"),
        (|file| fs::write(file, "1234567").unwrap(), "it had 5 bytes when the request was made, and has 7 now"),
    ];
    for (change, why) in changes {
        let place: Arc<Mutex<Option<PathBuf>>> = Arc::default();
        let known = Arc::clone(&place);
        let server = Server::plain(move |_| {
            change(known.lock().unwrap().as_ref().unwrap());
            (503, "{}".to_owned())
        });
        let keys = "file: five.txt\n    retry: { on: [503], times: 3, backoff: 1ms }";
        let workspace = one(&format!("http://127.0.0.1:{}", server.port()), "", keys);
        *place.lock().unwrap() = Some(workspace.path().join("specs/five.txt"));
        let ran = workspace.hallpass(&["run"]).ends_with(3);
        ran.says(&format!("`specs/five.txt` cannot be sent: {why}")).says("help: ").does_not_say("panic");
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_failure_and_the_reports_name_the_file_and_show_its_beginning_without_secrets() {
    let server = Server::plain(|_| (500, "{}".to_owned()));
    let url = format!("http://127.0.0.1:{}", server.port());
    let keys = "auth: { bearer: { env: TOKEN } }\n    file: data/notes.json\n    expect: { status: 200 }";
    let rest = "y".repeat(100_000);
    let text = format!("{{\"password\": \"hunter2-x\", \"t\": \"tok-12345678\", \"rest\": \"{rest}\"}}");
    let workspace = one(&url, "", keys).file("specs/data/notes.json", &text).env("TOKEN", "tok-12345678");
    let ran =
        workspace.hallpass(&["run", "-vv", "--report", "json=run.json", "--report", "junit=run.xml"]).ends_with(1);
    let size = text.len();
    ran.says("--data-binary @specs/data/notes.json")
        .says(&format!("* with the file specs/data/notes.json, {size} bytes"))
        .says(&format!("… {size} bytes in all"))
        .says("[redacted]")
        .does_not_say("hunter2-x")
        .does_not_say("tok-12345678");
    let json: serde_json::Value = serde_json::from_str(&workspace.read("run.json")).unwrap();
    let request = &json["cases"][0]["exchanges"][0]["request"];
    assert_eq!(request["files"], serde_json::json!([{ "file": "specs/data/notes.json", "size": size }]));
    assert_eq!(request["truncated"], true);
    let body = request["body"].as_str().unwrap();
    assert!(body.starts_with("{\"password\": \"[redacted]\"") && body.len() < 70_000, "{}", body.len());
    for report in ["run.json", "run.xml"] {
        let report = workspace.read(report);
        assert!(!report.contains("hunter2-x") && !report.contains("tok-12345678"));
    }
}

/// How much memory a process has needed so far at most, in bytes.
#[cfg(target_os = "linux")]
fn most_memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

/// What a server is told while a body comes: the head, how many bytes came so far, and whether that is all.
type Watch = Arc<dyn Fn(&http::request::Parts, u64, bool) + Send + Sync>;

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_is_never_in_memory() {
    use std::process::Stdio;
    const SIZE: u64 = 512 << 20;
    for (version, body) in [("1.1", "file: large.bin"), ("2", "multipart: { a: b, up: { file: large.bin } }")] {
        let client = Arc::new(Mutex::new(None));
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (of, log) = (Arc::clone(&client), Arc::clone(&seen));
        let watch: Watch = Arc::new(move |head, length, is_all| {
            if is_all {
                let memory = most_memory(of.lock().unwrap().unwrap());
                log.lock().unwrap().push((head.version, head.headers["content-length"].clone(), length, memory));
            }
        });
        let address = taking(version, watch).await;
        let settings = format!("http: {{ http_version: \"{version}\" }}\n");
        let workspace = one(&format!("http://{address}"), &settings, &format!("{body}\n    timeout: 5m"));
        sparse(workspace.path(), SIZE);
        let mut command = workspace.command(&["run"]);
        let child = {
            // The server asks for it only once it is there.
            let mut client = client.lock().unwrap();
            let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            *client = Some(child.id());
            child
        };
        let ran = tokio::task::spawn_blocking(|| Ran::of(child.wait_with_output().unwrap())).await.unwrap();
        ran.ends_with(0).says("1 passed");
        let seen = seen.lock().unwrap();
        let (spoken, announced, length, memory) = &seen[0];
        assert_eq!(*spoken == http::Version::HTTP_2, version == "2");
        assert_eq!(announced.to_str().unwrap(), length.to_string());
        assert!((SIZE..SIZE + 1024).contains(length), "{length}");
        assert!(*memory < 128 << 20, "{version}: {memory} bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_shrinks_on_its_way_is_named() {
    for version in ["1.1", "2"] {
        let settings = format!("http: {{ http_version: \"{version}\" }}\n");
        let workspace = one("\"{{env.URL}}\"", &settings, "file: large.bin");
        sparse(workspace.path(), 256 << 20);
        let file = workspace.path().join("specs/large.bin");
        let watch: Watch = Arc::new(move |_, length, _| {
            if length > 1 << 20 {
                fs::File::options().write(true).open(&file).unwrap().set_len(0).unwrap();
            }
        });
        let workspace = workspace.env("URL", &format!("http://{}", taking(version, watch).await));
        let ran = tokio::task::spawn_blocking(move || workspace.hallpass(&["run"])).await.unwrap();
        ran.ends_with(3)
            .says("`specs/large.bin` cannot be sent: it ended after ")
            .says(" of 268435456 bytes")
            .does_not_say("panic");
    }
}

/// A server that takes one body as it comes, speaks this version and answers with an empty object.
async fn taking(version: &str, watch: Watch) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let is_two = version == "2";
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let stream = TokioIo::new(stream);
        let service = service_fn(move |request| take(request, Arc::clone(&watch)));
        match is_two {
            true => drop(conn::http2::Builder::new(TokioExecutor::new()).serve_connection(stream, service).await),
            false => drop(conn::http1::Builder::new().serve_connection(stream, service).await),
        }
    });
    address
}

async fn take(request: hyper::Request<Incoming>, watch: Watch) -> hyper::Result<hyper::Response<String>> {
    let (head, mut body) = request.into_parts();
    let mut length = 0;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        length += frame?.into_data().map_or(0, |data| data.len() as u64);
        watch(&head, length, false);
    }
    watch(&head, length, true);
    Ok(hyper::Response::new("{}".to_owned()))
}
