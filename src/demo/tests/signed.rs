//! The door that AWS might keep: what it says to those it does not take.

use super::*;

/// `2030-03-17T17:46:40Z`, the time of a demo whose clock stands still.
const STAMP: &str = "20300317T174640Z";

fn authorization(scope: &str) -> String {
    format!("authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=00")
}

#[tokio::test]
async fn each_flaw_of_a_signature_is_told_as_aws_does() {
    let (demo, _) = frozen(options()).await;
    let own = "AKIAIOSFODNN7EXAMPLE/20300317/eu-west-1/execute-api/aws4_request";
    let (late, early) = ("20300317T174100Z", "20300317T175200Z");
    let rows = [
        ("authorization: Bearer token".to_owned(), STAMP, "MissingAuthenticationTokenException"),
        ("authorization: AWS4-HMAC-SHA256 Credential=a".to_owned(), STAMP, "IncompleteSignatureException"),
        (authorization(&own.replace("/aws4_request", "")), STAMP, "IncompleteSignatureException"),
        (authorization(&own.replace("20300317", "20300316")), STAMP, "IncompleteSignatureException"),
        (authorization(own).replace("host;", ""), STAMP, "IncompleteSignatureException"),
        (authorization(own), "20300317", "IncompleteSignatureException"),
        (authorization(&own.replace("AKIA", "ASIA")), STAMP, "UnrecognizedClientException"),
        (authorization(own), late, "InvalidSignatureException: Signature expired"),
        (authorization(own), early, "InvalidSignatureException: Signature not yet current"),
        (authorization(own), STAMP, "InvalidSignatureException: The request signature we calculated does not match"),
    ];
    for (line, stamp, expected) in rows {
        let reply = demo.call_with("", "GET /aws/items", &[&line, &format!("x-amz-date: {stamp}")], b"").await;
        let told = format!("{}: {}", reply.header("x-amzn-errortype").unwrap(), reply.text("message"));
        assert!(reply.status == 403 && told.starts_with(expected), "{line} {stamp}: {told}");
    }
    assert_eq!(demo.counts().forbidden, 10);
}
