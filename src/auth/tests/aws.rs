//! Requests signed for AWS: where the keys come from, what is put on a request, and whose clock dates it.

use std::fs;

use bytes::Bytes;

use super::{ready::Room, *};
use crate::auth::Attached;
use crate::http::Response;

const WRITTEN: &str = "{aws_sigv4: {service: execute-api, region: eu-west-1, access_key_id: {env: ID}, secret_access_key: {env: KEY}, session_token: {env: SESSION}}}";
const PROFILE: &str = "{aws_sigv4: {service: s3, region: eu-west-1, profile: qa}}";

async fn sent(bench: &Bench, ready: &Arc<Ready>, written: &[(&str, &str)]) -> Vec<String> {
    let credential = bench.tokens.credential(ready).await.unwrap();
    let mut sent = request("https://api.example.com/items?b=2&a=1");
    sent.headers = written.iter().map(|(name, value)| header(name, value)).collect();
    assert_eq!(bench.tokens.attach(&credential, &mut sent).await, Attached::Yes);
    assert!(sent.headers[written.len()..].iter().all(|header| header.bound));
    sent.headers.iter().map(|it| format!("{}: {}", it.name, it.value)).collect()
}

#[tokio::test]
async fn keys_in_the_file_sign_and_are_hidden() {
    let room = Room::new(&[("ID", "AKIDEXAMPLE"), ("KEY", "very+secret/key"), ("SESSION", "session-token==")]);
    let bench = Bench::new(Vec::new()).await;
    let credential = bench.tokens.credential(&room.ready(WRITTEN).unwrap()).await.unwrap();
    assert!(!format!("{credential:?}").contains("very+secret"));
    let headers = sent(
        &bench,
        &room.ready(WRITTEN).unwrap(),
        &[("Content-Type", "a/b"), ("X-Amz-Target", "T.Op"), ("X-Own", "1")],
    )
    .await;
    let names: Vec<_> = headers.iter().filter_map(|it| it.split(": ").next()).collect();
    assert_eq!(names, ["Content-Type", "X-Amz-Target", "X-Own", "X-Amz-Date", "X-Amz-Security-Token", "Authorization"]);
    assert!(headers[5].contains("/eu-west-1/execute-api/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "), "{}", headers[5]);
    for hidden in ["very+secret/key", "session-token=="] {
        assert_eq!(room.redactor.redact(hidden), "[redacted]", "{hidden}");
    }
}

#[tokio::test]
async fn a_date_that_the_request_has_is_the_one_that_is_signed() {
    let room = Room::new(&[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret-key")]);
    let bench = Bench::new(Vec::new()).await;
    let ready = room.ready("{aws_sigv4: {service: service, region: us-east-1}}").unwrap();
    let headers = sent(&bench, &ready, &[("x-amz-date", "20150830T123600Z")]).await;
    assert_eq!(headers.len(), 2);
    assert!(headers[1].contains("Credential=AKIDEXAMPLE/20150830/us-east-1/service/"), "{}", headers[1]);
    let derived = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"AWS4secret-key");
    let mut key = ring::hmac::sign(&derived, b"20150830");
    for part in ["us-east-1", "service", "aws4_request"] {
        key = ring::hmac::sign(&ring::hmac::Key::new(ring::hmac::HMAC_SHA256, key.as_ref()), part.as_bytes());
    }
    assert_eq!(bench.redactor.redact(&crate::hex::hex(key)), "[redacted]");
    assert_eq!(room.redactor.redact("secret-key"), "[redacted]");
}

#[tokio::test]
async fn what_else_goes_on_a_request_is_there_before_it_is_signed() {
    let room =
        Room::new(&[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret-key"), ("K", "key-1")]);
    let bench = Bench::new(Vec::new()).await;
    let both = "{all: [{aws_sigv4: {service: service, region: us-east-1}}, {api_key: {query: key, value: {env: K}}}]}";
    let mut signed = Vec::new();
    for (scheme, url) in [
        (both, "https://api.example.com/items"),
        ("{aws_sigv4: {service: service, region: us-east-1}}", "https://api.example.com/items?key=key-1"),
    ] {
        let credential = bench.tokens.credential(&room.ready(scheme).unwrap()).await.unwrap();
        let mut sent = request(url);
        sent.headers = vec![header("X-Amz-Date", "20150830T123600Z")];
        assert_eq!(bench.tokens.attach(&credential, &mut sent).await, Attached::Yes);
        signed.push((sent.url, sent.headers));
    }
    assert_eq!(signed[0], signed[1]);
}

#[tokio::test]
async fn a_profile_has_keys_or_a_command_that_prints_them() {
    let folder = tempfile::tempdir().unwrap();
    let path: &'static str = folder.path().join("credentials").to_string_lossy().into_owned().leak();
    let room = Room::new(&[("AWS_SHARED_CREDENTIALS_FILE", path)]);
    let write = |text: &str| fs::write(path, text).unwrap();
    assert!(room.fault(PROFILE).contains("cannot be read"));
    write("[qb]\naws_access_key_id = A\n");
    assert_eq!(room.fault(PROFILE), format!("`{path}` has no profile `qa` (did you mean `qb`?)"));
    write("[qa]\nregion = eu-west-1\n");
    assert!(room.fault(PROFILE).starts_with(&format!("the profile `qa` of `{path}` has no keys")));
    write("[qa]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = key-of-profile\n");
    let bench = Bench::with_clock(Clock::system(), Vec::new()).await;
    let headers = sent(&bench, &room.ready(PROFILE).unwrap(), &[]).await;
    assert!(headers[1].starts_with("X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb924"), "{headers:?}");
    assert!(headers[2].contains("Credential=AKIDPROFILE/") && headers.len() == 3, "{headers:?}");
    assert_eq!(room.redactor.redact("key-of-profile"), "[redacted]");
    let printed = r#"{"Version":1,"AccessKeyId":"AKIDPRINTED","SecretAccessKey":"printed-key","SessionToken":"printed-session","Expiration":"2999-01-01T00:00:00Z"}"#;
    fs::write(room.folder.path().join("keys.json"), printed).unwrap();
    write("[qa]\ncredential_process = cat \"keys.json\"\n");
    let ready = room.ready(PROFILE).unwrap();
    assert!(ready.command().is_some());
    let headers = sent(&bench, &ready, &[]).await;
    assert!(
        headers.last().unwrap().contains("Credential=AKIDPRINTED/") && headers[2].ends_with(": printed-session"),
        "{headers:?}"
    );
    for hidden in ["printed-key", "printed-session"] {
        assert_eq!(bench.redactor.redact(hidden), "[redacted]");
    }
    let summary = bench.tokens.summary();
    assert_eq!((summary.len(), summary[0].fetched), (1, 1));
}

#[tokio::test]
async fn a_signature_is_dated_by_the_server_once_after_it_was_refused() {
    let room = Room::new(&[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret-key")]);
    let bench = Bench::new(Vec::new()).await;
    let ready = room.ready("{aws_sigv4: {service: service, region: us-east-1}}").unwrap();
    let credential = bench.tokens.credential(&ready).await.unwrap();
    let answer = |status, body: &str| Response {
        status,
        version: "1.1",
        headers: vec![("date".to_owned(), "Sun, 06 Nov 1994 08:49:37 GMT".to_owned())],
        url: api(),
        body: Bytes::from(body.to_owned()),
        size: body.len() as u64,
        peer: None,
    };
    let late = answer(403, r#"{"message":"Signature expired: 20150830T123600Z is now earlier than"}"#);
    assert!(!bench.tokens.heard(&ready, &credential, &answer(403, r#"{"message":"Forbidden"}"#)));
    assert!(!bench.tokens.heard(&ready, &credential, &answer(200, "RequestTimeTooSkewed")));
    assert!(bench.tokens.heard(&ready, &credential, &answer(403, "<Code>RequestTimeTooSkewed</Code>")));
    assert!(bench.tokens.heard(&ready, &credential, &late));
    let again = bench.tokens.again(&ready, &credential, &late).await.unwrap().unwrap();
    assert_eq!(again.note(), Some("replayed by the clock of the server"));
    assert!(bench.tokens.again(&ready, &again, &late).await.unwrap().is_none());
    let headers = sent(&bench, &ready, &[]).await;
    assert!(headers[0].starts_with("X-Amz-Date: 19941106T0849"), "{headers:?}");
    assert!(bench.tokens.again(&ready, &credential, &answer(401, "")).await.unwrap().is_none());
}
