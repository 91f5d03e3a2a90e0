//! A server that answers brokenly fails the case with a clear cause: no panic, no hang, bounded memory. A server that is not
//! there is an error of the environment.

use std::{io::Write, net::TcpListener, time::Instant};

use crate::support::{Answer, Ran, RawServer, Workspace, message};

/// Runs one request against a server and gives what was printed.
fn ask(server: &RawServer, request: &str) -> Ran {
    let spec = format!("requests:\n  - name: ask\n    get: /thing\n{request}");
    let workspace = Workspace::new(&format!("base_url: {}\n", server.url())).spec("ask.yaml", &spec);
    let ran = workspace.hallpass(&["run"]);
    assert!(server.requests() > 0, "the server was asked: {}", ran.all());
    ran.does_not_say("panicked")
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_body_that_is_cut_fails_the_case() {
    let server = RawServer::answering("HTTP/1.1 200 OK\ncontent-length: 100", b"only this");
    ask(&server, "").ends_with(1).says("9 of 100 bytes");
}

#[test]
fn a_chunked_body_without_its_end_fails_the_case() {
    let server = RawServer::answering("HTTP/1.1 200 OK\ntransfer-encoding: chunked", b"5\r\nhello\r\n");
    ask(&server, "").ends_with(1).says("FAIL");
}

#[test]
fn a_length_that_is_no_number_fails_the_case() {
    let server = RawServer::answering("HTTP/1.1 200 OK\ncontent-length: many", b"hello");
    ask(&server, "").ends_with(1).says("FAIL");
}

#[test]
fn a_head_that_is_no_http_fails_the_case() {
    let server = RawServer::answering("220 mail.example.com ESMTP", b"");
    ask(&server, "").ends_with(1).says("FAIL");
}

#[test]
fn a_connection_closed_without_an_answer_fails_the_case() {
    let server = RawServer::start(Answer::Bytes(Vec::new()));
    ask(&server, "").ends_with(1).says("closed the connection");
}

#[test]
fn gzip_that_is_none_fails_the_case() {
    let server = RawServer::answering("HTTP/1.1 200 OK\ncontent-encoding: gzip\ncontent-length: 11", b"hello world");
    ask(&server, "").ends_with(1).says("gzip");
}

#[test]
fn an_unknown_coding_fails_the_case() {
    let server = RawServer::answering("HTTP/1.1 200 OK\ncontent-encoding: rot13\ncontent-length: 5", b"uryyb");
    ask(&server, "").ends_with(1).says("rot13");
}

#[test]
fn a_bomb_fails_the_case_and_memory_stays_bounded() {
    let zeros = vec![0; 300 * 1024 * 1024];
    let body = gzipped(&zeros);
    drop(zeros);
    let head = format!("HTTP/1.1 200 OK\ncontent-encoding: gzip\ncontent-length: {}", body.len());
    let server = RawServer::answering(&head, &body);
    ask(&server, "").ends_with(1).says("64 MiB");
}

#[test]
fn an_endless_body_fails_the_case() {
    let head = message("HTTP/1.1 200 OK\ncontent-type: text/plain", b"");
    let server = RawServer::start(Answer::Endless(head, vec![b'x'; 64 * 1024]));
    ask(&server, "").ends_with(1).says("64 MiB");
}

#[test]
fn text_that_is_not_utf8_fails_text_assertions() {
    let server = RawServer::answering("HTTP/1.1 200 OK\ncontent-type: text/plain\ncontent-length: 4", b"caf\xe9");
    ask(&server, "    expect:\n      body: { contains: caf }\n").ends_with(1).says("UTF-8");
}

#[test]
fn text_with_the_label_json_fails_json_assertions_once_each() {
    let head = "HTTP/1.1 200 OK\ncontent-type: application/json\ncontent-length: 13";
    let server = RawServer::answering(head, b"<html></html>");
    let expect = "    expect:\n      jsonpath:\n        $.id: 1\n        $.name: { exists: false }\n";
    ask(&server, expect).ends_with(1).says("not JSON").says("$.id").says("$.name");
}

#[test]
fn a_redirect_loop_fails_the_case() {
    let server = RawServer::answering("HTTP/1.1 302 Found\nlocation: /thing\ncontent-length: 0", b"");
    ask(&server, "    redirects: 5\n").ends_with(1).says("redirect");
    assert_eq!(server.requests(), 6);
}

#[test]
fn a_server_that_hangs_fails_the_case_in_time() {
    for beginning in [Vec::new(), message("HTTP/1.1 200 OK\ncontent-length: 100", b"begun")] {
        let server = RawServer::start(Answer::Hang(beginning));
        let begun = Instant::now();
        ask(&server, "    timeout: 300ms\n").ends_with(1).says("300ms");
        assert!(begun.elapsed().as_secs() < 20, "the timeout was not kept");
    }
}

#[test]
fn a_header_without_end_fails_the_case() {
    let server = RawServer::start(Answer::Endless(b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; 64 * 1024]));
    ask(&server, "    timeout: 20s\n").ends_with(1).says("FAIL");
}

#[test]
fn a_refused_connection_is_an_error_of_the_environment() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let workspace = Workspace::new(&format!("base_url: http://{address}\n"))
        .spec("ask.yaml", "requests:\n  - name: ask\n    get: /thing\n");
    workspace.hallpass(&["run"]).ends_with(3).says("refused").says(&address.to_string());
}

#[test]
fn a_host_without_an_address_is_an_error_of_the_environment() {
    let workspace = Workspace::new("base_url: http://no-such-host.invalid\n")
        .spec("ask.yaml", "requests:\n  - name: ask\n    get: /thing\n");
    workspace.hallpass(&["run"]).ends_with(3).says("no-such-host.invalid");
}
