//! Truth tables of formats.

use proptest::prelude::*;

use super::*;
use crate::expect::tests::{first, holds};

fn table(format: Format, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(is(format, text), "{format:?} {text}");
    }
    for text in bad {
        assert!(!is(format, text), "{format:?} {text}");
    }
    assert!(!is(format, "\u{0}") && !is(format, "ü") && !is(format, "𝟙".repeat(13).as_str()));
}

#[test]
fn ids() {
    let good = [
        "67e55044-10b1-426f-9247-bb680e5fe0c8",
        "00000000-0000-0000-0000-000000000000",
        "67E55044-10B1-426F-9247-BB680E5FE0C8",
    ];
    let bad = [
        "67e5504410b1426f9247bb680e5fe0c8",
        "{67e55044-10b1-426f-9247-bb680e5fe0c8}",
        "67e55044-10b1-426f-9247-bb680e5fe0cg",
        "",
    ];
    table(Format::Uuid, &good, &bad);
    let good = ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "01arz3ndektsv4rrffq69g5fav", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ"];
    let bad = ["8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01ARZ3NDEKTSV4RRFFQ69G5FAI", "01ARZ3NDEKTSV4RRFFQ69G5FA", ""];
    table(Format::Ulid, &good, &bad);
    let good = ["1.2.3", "0.0.0", "1.0.0-alpha.1", "1.0.0-0A", "1.0.0+001", "1.0.0--x-.-+b.00", "1.0.0-x-y+a-b"];
    let bad =
        ["1.2", "1.2.3.4", "01.2.3", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0+", "v1.0.0", "1.0.0-a_b", "-1.0.0", ""];
    table(Format::Semver, &good, &bad);
}

#[test]
fn dates_and_times() {
    table(
        Format::Date,
        &["2026-01-31", "2024-02-29", "0001-01-01"],
        &["2026-02-29", "2026-1-31", "2026-13-01", "20260131", "2026-01-31T00:00:00Z", "+2026-01-3", ""],
    );
    table(
        Format::DateTime,
        &[
            "2026-01-31T12:00:00Z",
            "2026-01-31t12:00:00.123456789z",
            "2026-01-31T12:00:00+05:30",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
        ],
        &[
            "2026-01-31 12:00:00Z",
            "2026-01-31T12:00:00",
            "2026-01-31T24:00:00Z",
            "2026-01-31T12:00Z",
            "2026-01-31T12:00:00+0530",
            "2026-02-30T12:00:00Z",
            "2026-01-31T12:00:60Z",
            "2026-01-31T12:00:00.Z",
            "2026-01-31",
        ],
    );
    table(
        Format::Time,
        &["12:00:00Z", "23:59:60Z", "00:00:00.5-01:00", "23:59:59+23:59"],
        &["12:00:00", "12:00Z", "25:00:00Z", "12:60:00Z", "12:00:00+24:00", "12:00:00+1:00", "22:59:60Z", ""],
    );
}

#[test]
fn addresses() {
    table(
        Format::Email,
        &[
            "a@example.com",
            "a.b+c@localhost",
            "\"a b\"@example.com",
            "\"a\\\"b\"@example.com",
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
            "o'brien@example.org",
        ],
        &[
            "a",
            "@example.com",
            "a@",
            "a..b@example.com",
            ".a@example.com",
            "a b@example.com",
            "a@exa_mple.com",
            "a@[1.2.3]",
            "a@b@c.com",
            "\"a\"b\"@example.com",
            "a@-b.com",
        ],
    );
}

#[test]
fn places_in_a_network() {
    table(
        Format::Uri,
        &[
            "https://example.com/a?b=c#d",
            "urn:isbn:0451450523",
            "mailto:a@example.com",
            "http://[::1]:8080/",
            "a+b-c.d:x",
        ],
        &[
            "/a/b",
            "example.com",
            "http://exa mple.com",
            "http://example.com/%zz",
            "1http://a",
            "http://example.com/\\",
            "http://",
            "a:#b#c",
            "",
        ],
    );
    table(
        Format::Ipv4,
        &["127.0.0.1", "255.255.255.255", "0.0.0.0"],
        &["256.0.0.1", "1.2.3", "01.2.3.4", "1.2.3.4.5", "1.2.3.4/8", ""],
    );
    table(
        Format::Ipv6,
        &["::1", "2001:db8::ff00:42:8329", "::ffff:1.2.3.4"],
        &["1.2.3.4", "::1%eth0", "[::1]", ":::", "1:2:3:4:5:6:7:8:9", ""],
    );
    table(
        Format::Hostname,
        &["example.com", "a", "a-b.c", "1.example", "xn--mnchen-3ya.de"],
        &[
            "-a.com",
            "a-.com",
            "a..b",
            "a_b",
            "example.com.",
            "a b",
            "",
            &"a".repeat(64),
            &format!("{}a", "a.".repeat(127)),
        ],
    );
}

#[test]
fn encodings() {
    table(
        Format::Base64,
        &["", "YQ==", "YWI=", "YWJj", "+/+/"],
        &["YQ", "YQ=", "YR==", "-_-_", "YWJj\n", "a b=", "===="],
    );
    // {"alg":"none"} . {}
    let good = ["eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJub25lIn0.e30.c2ln"];
    let bad = [
        "eyJhbGciOiJub25lIn0.e30",
        "e30.e30.c2ln",
        "eyJhbGciOiJub25lIn0.e30.c2ln.x",
        "eyJhbGciOiJub25lIn0=.e30.",
        "eyJhbGciOiJub25lIn0.W10.",
        "eyJhbGciOjF9.e30.",
        "a.b.c",
        "..",
        "",
    ];
    table(Format::Jwt, &good, &bad);
}

#[test]
fn only_text_has_a_format() {
    holds(&[
        ("{format: ipv4}", "\"127.0.0.1\"", true),
        ("{format: ipv4}", "\"127.0.0\"", false),
        ("{format: date}", "20260131", false),
        ("{not: {format: date}}", "\"soon\"", true),
        ("{not: {format: date}}", "20260131", false),
        ("{not: {format: date}}", "\"2026-01-31\"", false),
    ]);
    let message = first("{format: date}", "\"31.1.2026\"").message;
    assert_eq!(message, "$.a: expected the format `date` (`2026-01-31`), found `\"31.1.2026\"`");
}

proptest! {
    #[test]
    fn any_text_has_a_verdict(text in "\\PC*|[0-9T:.Z+-]{0,30}|[a-z0-9@.\"\\[\\]\\\\%#]{0,40}") {
        for (_, format) in Format::ALL {
            let _ = is(*format, &text);
        }
    }
}
