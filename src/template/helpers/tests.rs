//! What the helpers give and refuse.

use super::{Helper, helpers};
use crate::json::Json;
use crate::template::{
    Template,
    tests::{refused, rendered},
};

const DATA: &str = r#"{
    "id": 9007199254740993, "price": 0.10, "hundred": 1e2, "title": "blue lamp", "empty": "", "nothing": null,
    "yes": true, "tags": ["a", 1.0, null], "none": [], "item": {"title": "x", "size": 2.0}, "body": "{\"a\": [1, 0.10]}"
}"#;

#[test]
fn text_is_encoded_byte_by_byte() {
    give(&[
        (r#"{{base64 "a=b&c<d>"}}"#, r#""YT1iJmM8ZD4=""#),
        ("{{base64 id}}", r#""OTAwNzE5OTI1NDc0MDk5Mw==""#),
        (r#"{{base64_decode "YT1iJmM8ZD4"}}"#, r#""a=b&c<d>""#),
        (r#"{{base64_decode "PDw_Pz8-Pg"}}"#, r#""<<???>>""#),
        (r#"{{url_encode "a+b=c&d/é~"}}"#, r#""a%2Bb%3Dc%26d%2F%C3%A9~""#),
        (r#"{{hex "é"}}"#, r#""c3a9""#),
        (r#"{{sha256 ""}}"#, r#""e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855""#),
        (
            r#"{{hmac "key" "The quick brown fox jumps over the lazy dog"}}"#,
            r#""f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8""#,
        ),
        (r#"{{hmac "key" "x" encoding="base64"}}"#, r#""T8O36vNNfllKb1HZUXulQ6v0EGeydYf/2CujWE5NPN0=""#),
    ]);
}

#[test]
fn types_change_without_losing_a_digit() {
    give(&[
        ("{{json item}}", r#""{\"title\":\"x\",\"size\":2.0}""#),
        ("{{json nothing}}", r#""null""#),
        ("{{json price}}", r#""0.10""#),
        ("{{parse_json body}}", r#"{"a":[1,0.10]}"#),
        ("{{string hundred}}", r#""1e2""#),
        ("{{string yes}}", r#""true""#),
        ("{{integer hundred}}", "100"),
        ("{{integer id}}", "9007199254740993"),
        (r#"{{integer " 123456789012345678901234567890 "}}"#, "123456789012345678901234567890"),
        ("{{integer 1.0}}", "1"),
        ("{{integer -0}}", "0"),
        (r#"{{number "1.50"}}"#, "1.50"),
        ("{{number price}}", "0.10"),
        (r#"{{boolean "false"}}"#, "false"),
        ("{{boolean yes}}", "true"),
    ]);
}

#[test]
fn text_and_numbers_are_worked_on_exactly() {
    give(&[
        ("{{upper title}}", r#""BLUE LAMP""#),
        (r#"{{lower "ÄB"}}"#, r#""äb""#),
        ("{{trim '\u{a0} a b\t'}}", r#""a b""#),
        (r#"{{replace title "l" ""}}"#, r#""bue amp""#),
        ("{{length title}}", "9"),
        ("{{length tags}}", "3"),
        ("{{length item}}", "2"),
        (r#"{{length ""}}"#, "0"),
        ("{{add id 1}}", "9007199254740994"),
        ("{{sub 0.3 price}}", "0.2"),
        ("{{mul hundred price}}", "10"),
    ]);
}

#[test]
fn values_are_compared_by_what_they_are() {
    give(&[
        ("{{eq hundred 100}}", "true"),
        (r#"{{eq 1 "1"}}"#, "false"),
        (r#"{{eq item {"size": 2, "title": "x"}}}"#, "true"),
        ("{{eq none []}}", "true"),
        ("{{ne nothing null}}", "false"),
        ("{{lt id 9007199254740994}}", "true"),
        (r#"{{gte "2026-01-02" "2026-01-01"}}"#, "true"),
        ("{{lte 1 0.5}}", "false"),
        ("{{gt 1 0.5}}", "true"),
        ("{{and yes title tags}}", "true"),
        ("{{and yes empty}}", "false"),
        ("{{or nothing 0 none}}", "false"),
        ("{{or nothing 0.1}}", "true"),
        ("{{not empty}}", "true"),
        (r#"{{contains title "lam"}}"#, "true"),
        ("{{contains tags 1}}", "true"),
        ("{{contains tags null}}", "true"),
        (r#"{{contains tags "1"}}"#, "false"),
        (r#"{{contains item "size"}}"#, "true"),
    ]);
}

#[test]
fn a_fallback_stands_in_for_what_is_missing_or_null() {
    give(&[
        (r#"{{default title "x"}}"#, r#""blue lamp""#),
        (r#"{{default missing "x"}}"#, r#""x""#),
        ("{{default nothing 0.10}}", "0.10"),
        ("{{default item.missing tags}}", r#"["a",1.0,null]"#),
        ("{{default item.title.missing false}}", "false"),
        ("{{default empty 1}}", r#""""#),
        ("{{default (parse_json \"null\") 1}}", "1"),
        ("{{upper (default missing (lower title))}}", r#""BLUE LAMP""#),
    ]);
}

#[test]
fn what_is_drawn_stays_within_its_bounds() {
    give(&[
        ("{{pick item}}", r#"{"title":"x","size":2.0}"#),
        ("{{random_int 5 5}}", "5"),
        ("{{random_int min=-3 max=-3}}", "-3"),
        ("{{random_int 9223372036854775807 9223372036854775807}}", "9223372036854775807"),
        (r#"{{random_string 3 alphabet="ü"}}"#, r#""üüü""#),
        ("{{random_string 0}}", r#""""#),
    ]);
}

/// Checks the value of each template.
fn give(cases: &[(&str, &str)]) {
    for (text, value) in cases {
        assert_eq!(rendered(text, DATA), *value, "{text}");
    }
}

#[test]
fn the_time_is_that_of_the_scope() {
    let cases = [
        ("{{now}}", r#""2026-01-01T00:00:00.250Z""#),
        (r#"{{now add="5m"}}"#, r#""2026-01-01T00:05:00.250Z""#),
        (r#"{{now add="-1h30m"}}"#, r#""2025-12-31T22:30:00.250Z""#),
        (r#"{{now add="2d" format="%Y-%m-%d"}}"#, r#""2026-01-03""#),
        (r#"{{now tz="+02:00"}}"#, r#""2026-01-01T02:00:00.250+02:00""#),
        (r#"{{now format="%s" tz="UTC"}}"#, r#""1767225600""#),
        ("{{timestamp}}", "1767225600"),
        (r#"{{timestamp unit="ms"}}"#, "1767225600250"),
        (r#"{{timestamp add="-1s"}}"#, "1767225599"),
        (r#"{{timestamp unit="ms" add="1s"}}"#, "1767225601250"),
    ];
    for (text, value) in cases {
        assert_eq!(rendered(text, "{}"), value, "{text}");
    }
}

#[test]
fn helpers_say_what_they_take() {
    let cases = [
        ("{{upper nothing}}", "`upper` takes text as `text`, found null"),
        ("{{upper tags}}", "`upper` takes text as `text`, found an array"),
        (r#"{{replace title "" "x"}}"#, "`replace` takes text that is not empty as `from`, found an empty text"),
        ("{{replace title item 1}}", "`replace` takes text as `from`, found an object"),
        ("{{base64 item}}", "`base64` takes text as `text`, found an object"),
        (r#"{{base64_decode "*"}}"#, "`base64_decode` takes base64: "),
        (r#"{{base64_decode "/w=="}}"#, "`base64_decode` gives text, but the bytes are not UTF-8"),
        (
            r#"{{sha256 "a" encoding="bytes"}}"#,
            "`sha256` takes `hex` or `base64` as `encoding`, found the text `bytes`",
        ),
        (
            r#"{{hmac "a" "b" algorithm="md5"}}"#,
            "`hmac` takes `sha256`, `sha384` or `sha512` as `algorithm`, found the text `md5`",
        ),
        (r#"{{parse_json "{"}}"#, "`parse_json` takes JSON text: the text ends inside an object"),
        ("{{string nothing}}", "`string` takes text as `value`, found null"),
        ("{{integer price}}", "`integer` takes an integer or text that writes one as `value`, found `0.10`"),
        (r#"{{integer "1.5"}}"#, "found the text `1.5`"),
        ("{{integer yes}}", "found `true`"),
        ("{{integer 1e99999}}", "more than 5000 digits"),
        (r#"{{number "1,5"}}"#, "`number` takes a number or text that writes one as `value`, found the text `1,5`"),
        (r#"{{number "0123"}}"#, "found the text `0123`"),
        ("{{boolean 1}}", "`boolean` takes `true` or `false` as `value`, found `1`"),
        (r#"{{boolean "yes"}}"#, "found the text `yes`"),
        ("{{length 5}}", "`length` takes text, an array or an object as `value`, found `5`"),
        (r#"{{add 1 "2"}}"#, "`add` takes a number as `right`, found the text `2`"),
        ("{{mul nothing 2}}", "`mul` takes a number as `left`, found null"),
        ("{{add 1e99999 1}}", "more than 5000 digits"),
        (r#"{{lt 1 "2"}}"#, "`lt` takes a number to compare with a number as `right`, found the text `2`"),
        (r#"{{gt "1" 2}}"#, "`gt` takes text to compare with text as `right`, found `2`"),
        ("{{lt tags 2}}", "`lt` takes a number or text as `left`, found an array"),
        ("{{contains 5 5}}", "`contains` takes text, an array or an object as `whole`, found `5`"),
        ("{{contains title none}}", "`contains` takes text as `part`, found an array"),
        ("{{pick none}}", "`pick` takes an array that is not empty"),
        ("{{random_int 5}}", "`random_int` takes `min` and `max`, only one is given"),
        ("{{random_int 6 5}}", "`random_int` takes `max` not less than `min`, found 5 and 6"),
        ("{{random_int 0.5 1}}", "`random_int` takes a whole number of at most 64 bits as `min`, found `0.5`"),
        ("{{random_string -1}}", "`random_string` takes a `length` from 0 to 1000000, found -1"),
        ("{{random_string 1000001}}", "found 1000001"),
        (r#"{{random_string "5"}}"#, "`random_string` takes a whole number of at most 64 bits as `length`"),
        (r#"{{random_string alphabet=""}}"#, "an `alphabet` of one character at least"),
        (r#"{{now add="5 parsecs"}}"#, "`now` cannot use `add=5 parsecs`: "),
        (r#"{{now add="99999999h"}}"#, "`now` cannot use `add=99999999h`: "),
        (r#"{{now tz="Mars/Base"}}"#, "`now` cannot use `tz=Mars/Base`: "),
        (r#"{{now format="%"}}"#, "`now` cannot use `format=%`: "),
        (r#"{{timestamp unit="us"}}"#, "`timestamp` takes `s` or `ms` as `unit`, found the text `us`"),
        (r#"{{file "missing.txt"}}"#, "the file `missing.txt` does not exist"),
        ("{{default missing absent}}", "the variable `absent` is not defined"),
        ("{{default (upper missing) 1}}", "the variable `missing` is not defined"),
    ];
    for (text, message) in cases {
        let fault = refused(text, DATA);
        assert!(fault.contains(message), "{text}: {fault}");
    }
}

#[test]
fn a_long_value_is_not_quoted_in_part() {
    let data = format!(r#"{{"token":"{}"}}"#, "s".repeat(41));
    assert!(refused("{{integer token}}", &data).ends_with("found a text of 41 characters"));
}

#[test]
fn a_text_that_grows_without_bound_is_refused() {
    let mut text = String::from("\"aaaaaaaaaa\"");
    for _ in 0..20 {
        text = format!("(replace {text} \"a\" \"aaaaaaaaaa\")");
    }
    assert!(refused(&format!("{{{{{text}}}}}"), "{}").contains("longer than 64 MiB"));
}

#[test]
fn drawn_values_have_their_form_and_repeat() {
    let uuid = rendered("{{uuid}}", "{}");
    assert_eq!((uuid.len(), &uuid[15..16]), (38, "4"), "{uuid}");
    let v7 = rendered("{{uuid_v7}}", "{}");
    assert!(v7.starts_with("\"019b76da-a8fa-7"), "{v7}");
    let both = rendered("{{uuid}} {{uuid}}", "{}");
    assert_ne!(both[1..37], both[38..74]);
    assert_eq!(rendered("{{uuid}}", "{}"), uuid);
    let string = rendered("{{random_string}}", "{}");
    assert!(string.len() == 18 && string[1..17].chars().all(|c| c.is_ascii_alphanumeric()), "{string}");
    let number: u64 = rendered("{{random_int}}", "{}").parse().unwrap();
    assert!(number < 1 << 53);
    assert!(["1.0", "2"].contains(&&*rendered("{{pick 1.0 2}}", "{}")));
    assert!(["[1]", "[2]"].contains(&&*rendered("{{pick [[1],[2]]}}", "{}")));
}

#[test]
fn every_helper_is_told_in_one_sentence_with_an_example_that_is_true() {
    let mut names = std::collections::HashSet::new();
    for Helper { name, about, example: (text, given), .. } in helpers() {
        assert!(names.insert(name) && !about.ends_with('.'), "{name}");
        let drawn = ["uuid", "uuid_v7", "random_int", "random_string", "pick", "file"].contains(name);
        if drawn {
            assert!(Template::compile(text).is_ok(), "{name}");
        } else {
            let value = rendered(text, "{}");
            let value = Json::parse(&value).unwrap();
            assert_eq!(value.as_str().map_or_else(|| value.to_text(), str::to_owned), *given, "{name}");
        }
    }
}
