//! The published test suite of AWS (aws-sig-v4-test-suite), and the examples of the Amazon S3 API Reference.

use super::*;

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const SUITE: Scope<'_> = Scope { stamp: "20150830T123600Z", region: "us-east-1", service: "service" };
const HOST: (&str, &str) = ("Host", "example.amazonaws.com");
const DATE: (&str, &str) = ("X-Amz-Date", "20150830T123600Z");
const UNRESERVED: &str = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The signature of a request to the host of the suite.
fn signature(method: &str, target: &str, more: &[(&str, &str)], body: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = [HOST].iter().chain(more).chain([&DATE]).copied().collect();
    let payload = sha256(body.as_bytes());
    let request = Signable { method, path, query, headers, payload: &payload };
    let key = hmac::Key::new(HMAC_SHA256, SUITE.key(SECRET).as_ref());
    let value = SUITE.authorization(&request, ID, &key);
    let start = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=";
    assert!(value.starts_with(start), "{value}");
    value.rsplit_once("Signature=").unwrap().1.to_owned()
}

/// Requests without more than host and date, by the names that the suite has for them.
const PLAIN: &[(&str, &str, &str, &str)] = &[
    ("get-vanilla", "GET", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("post-vanilla", "POST", "/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
    (
        "get-vanilla-empty-query-key",
        "GET",
        "/?Param1=value1",
        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb",
    ),
    (
        "get-vanilla-query-order-key-case",
        "GET",
        "/?Param2=value2&Param1=value1",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    (
        "get-vanilla-query-order-key",
        "GET",
        "/?Param1=value2&Param1=Value1",
        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1",
    ),
    (
        "get-vanilla-query-order-value",
        "GET",
        "/?Param1=value2&Param1=value1",
        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694",
    ),
    (
        "get-vanilla-query-order-encoded",
        "GET",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ),
    ("get-vanilla-utf8-query", "GET", "/?ሴ=bar", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
    (
        "post-vanilla-query",
        "POST",
        "/?Param1=value1",
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    ),
    ("get-utf8", "GET", "/ሴ", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
    ("get-relative", "GET", "/example/..", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    (
        "get-relative-relative",
        "GET",
        "/example1/example2/../..",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    ("get-slash", "GET", "//", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ("get-slash-dot-slash", "GET", "/./", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    (
        "get-slash-pointless-dot",
        "GET",
        "/./example",
        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5",
    ),
    ("get-slashes", "GET", "//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
    ("get-space", "GET", "/example space/", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"),
    (
        "get-special-character",
        "GET",
        "/example/$delete",
        "a853c9b21b528b19643d00910d35b83a10c366a10833ceefb45edd6c80e40f27",
    ),
];

#[test]
fn targets_are_signed_as_in_the_suite() {
    for (name, method, target, expected) in PLAIN {
        assert_eq!(signature(method, target, &[], ""), *expected, "{name}");
    }
    let query = signature("GET", &format!("/?{UNRESERVED}={UNRESERVED}"), &[], "");
    assert_eq!(query, "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197");
    let path = signature("GET", &format!("/{UNRESERVED}"), &[], "");
    assert_eq!(path, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f");
}

#[test]
fn headers_and_bodies_are_signed_as_in_the_suite() {
    let mine = |values: &[&'static str]| values.iter().map(|value| ("My-Header1", *value)).collect::<Vec<_>>();
    let form = "application/x-www-form-urlencoded";
    let token = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
    let rows = [
        (
            "get-header-key-duplicate",
            signature("GET", "/", &mine(&["value2", "value2", "value1"]), ""),
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
        ),
        (
            "get-header-value-order",
            signature("GET", "/", &mine(&["value4", "value1", "value3", "value2"]), ""),
            "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
        ),
        (
            "get-header-value-trim",
            signature("GET", "/", &[("My-Header1", " value1"), ("My-Header2", " \"a   b   c\"")], ""),
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        ),
        (
            "get-vanilla-with-session-token",
            signature("GET", "/", &[("X-Amz-Security-Token", token)], ""),
            "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
        ),
        (
            "post-header-value-case",
            signature("POST", "/", &mine(&["VALUE1"]), ""),
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
        ),
        (
            "post-x-www-form-urlencoded",
            signature("POST", "/", &[("Content-Type", form)], "Param1=value1"),
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
        (
            "post-x-www-form-urlencoded-parameters",
            signature("POST", "/", &[("Content-Type", &format!("{form}; charset=utf8"))], "Param1=value1"),
            "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
        ),
    ];
    for (name, signed, expected) in rows {
        assert_eq!(signed, expected, "{name}");
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>
#[test]
fn s3_is_signed_as_in_its_reference() {
    let (id, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let scope = Scope { stamp: "20130524T000000Z", region: "us-east-1", service: "s3" };
    let (empty, welcome) = (sha256(b""), sha256(b"Welcome to Amazon S3."));
    let rows = [
        (
            ("GET", "/test.txt", "", vec![("Range", "bytes=0-9")], &empty),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            (
                "PUT",
                "/test$file.text",
                "",
                vec![("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
                &welcome,
            ),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (("GET", "/", "lifecycle", vec![], &empty), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        (
            ("GET", "/", "max-keys=2&prefix=J", vec![], &empty),
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ];
    for ((method, path, query, more, payload), expected) in rows {
        let fixed = [
            ("Host", "examplebucket.s3.amazonaws.com"),
            ("x-amz-content-sha256", payload),
            ("x-amz-date", scope.stamp),
        ];
        let headers = more.into_iter().chain(fixed).collect();
        let request = Signable { method, path, query, headers, payload };
        let key = hmac::Key::new(HMAC_SHA256, scope.key(secret).as_ref());
        let value = scope.authorization(&request, id, &key);
        assert_eq!(value.rsplit_once("Signature=").unwrap().1, expected, "{method} {path}?{query}");
    }
}

#[test]
fn a_path_that_is_encoded_is_encoded_again_but_for_s3() {
    let rows = [
        ("/a%20b/c", "/a%2520b/c", "/a%20b/c"),
        ("/a%2Fb(c)", "/a%252Fb%28c%29", "/a%2Fb%28c%29"),
        ("/a//b/", "/a/b/", "/a//b/"),
        ("", "/", "/"),
    ];
    for (sent, again, once) in rows {
        assert_eq!((encoded_again(sent).as_str(), encoded_once(sent).as_str()), (again, once), "{sent}");
    }
    assert_eq!(query("b=2&a=x+y&a=%7e&c&&d=%2f"), "a=x%20y&a=~&b=2&c=&d=%2F");
}
