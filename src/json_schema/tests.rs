//! Schemas that break, values that break them, and files they refer to.

use std::{fs, path::Path};

use super::Schema;
use crate::json::Json;

fn compile(schema: &str) -> Result<Schema, String> {
    compile_in(schema, Path::new("."), Path::new("."))
}

fn compile_in(schema: &str, folder: &Path, root: &Path) -> Result<Schema, String> {
    Schema::compile(&Json::parse(schema).unwrap(), folder, root).map_err(|bad| bad[0].to_string())
}

#[test]
fn every_keyword_that_is_wrong_is_told_with_its_place() {
    let told = |schema: &str| {
        let bad = Schema::compile(&Json::parse(schema).unwrap(), Path::new("."), Path::new(".")).unwrap_err();
        bad.into_iter().map(|it| it.at.join("/")).collect::<Vec<_>>()
    };
    assert_eq!(told(r#"{"type":"objekt"}"#), ["type"]);
    assert_eq!(
        told(r#"{"properties":{"a":{"minimum":"3"},"b":{"maxLength":-1,"type":["string","nul"]}}}"#),
        ["properties/a/minimum", "properties/b/maxLength", "properties/b/type"]
    );
    assert_eq!(told(r##"{"items":{"$ref":"#/$defs/none"}}"##), [""]);
}

fn faults(schema: &str, value: &str) -> Vec<(String, String)> {
    let faults = compile(schema).unwrap_or_else(|bad| panic!("{schema}: {bad}")).check(&Json::parse(value).unwrap());
    faults.into_iter().map(|fault| (fault.path, fault.message)).collect()
}

/// A schema, a value, the place of its fault, the message.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    (r#"{"type":"string"}"#, "1.10", "$", "`1.10` is not of type `string`"),
    (r#"{"type":["string","null"]}"#, "1", "$", "`1` is not of type `null` or `string`"),
    (
        r#"{"properties":{"a b":{"items":{"type":"integer"}}}}"#,
        r#"{"a b":[1,"x"]}"#,
        "$['a b'][1]",
        "`\"x\"` is not of type `integer`",
    ),
    (r#"{"properties":{"0":{"type":"string"}}}"#, r#"{"0":1}"#, "$['0']", "`1` is not of type `string`"),
    (r#"{"properties":{"":{"type":"string"}}}"#, r#"{"":1}"#, "$['']", "`1` is not of type `string`"),
    (r#"{"properties":{"a/b~c":{"type":"string"}}}"#, r#"{"a/b~c":1}"#, "$['a/b~c']", "`1` is not of type `string`"),
    (r#"{"required":["id"]}"#, "{}", "$", "the member `id` is missing"),
    (r#"{"additionalProperties":false}"#, r#"{"x":1}"#, "$", "no members are allowed, found `{\"x\":1}`"),
    (
        r#"{"properties":{"a":{}},"additionalProperties":false}"#,
        r#"{"x":1}"#,
        "$",
        "no further members are allowed, found `x`",
    ),
    (r#"{"unevaluatedProperties":false}"#, r#"{"x":1}"#, "$", "no further members are allowed, found `x`"),
    (r#"{"enum":["1",2]}"#, "1", "$", "`1` is none of `\"1\"`, `2`"),
    (r#"{"const":"a"}"#, "\"b\"", "$", "`\"b\"` is not `\"a\"`"),
    (r#"{"maximum":3}"#, "4", "$", "`4` is greater than the maximum `3`"),
    (r#"{"minimum":3}"#, "2", "$", "`2` is less than the minimum `3`"),
    (r#"{"exclusiveMaximum":3}"#, "3", "$", "`3` is not less than `3`"),
    (r#"{"exclusiveMinimum":3}"#, "3", "$", "`3` is not greater than `3`"),
    (r#"{"multipleOf":0.5}"#, "0.7", "$", "`0.7` is not a multiple of `0.5`"),
    (r#"{"maxLength":1}"#, "\"ab\"", "$", "`\"ab\"` is longer than 1 character"),
    (r#"{"minLength":3}"#, "\"ab\"", "$", "`\"ab\"` is shorter than 3 characters"),
    (r#"{"maxItems":1}"#, "[1,2]", "$", "`[1,2]` has more than 1 element"),
    (r#"{"minItems":1}"#, "[]", "$", "`[]` has fewer than 1 element"),
    (r#"{"maxProperties":0}"#, r#"{"a":1}"#, "$", "`{\"a\":1}` has more than 0 members"),
    (r#"{"minProperties":1}"#, "{}", "$", "`{}` has fewer than 1 member"),
    (r#"{"uniqueItems":true}"#, "[1,1.0]", "$", "`[1,1.0]` has equal elements"),
    (r#"{"contains":{"const":1}}"#, "[2]", "$", "`[2]` has too few or too many elements that `contains` asks for"),
    (r#"{"pattern":"^a"}"#, "\"b\"", "$", "`\"b\"` does not match `^a`"),
    (r#"{"format":"date"}"#, "\"2024-02-30\"", "$", "`\"2024-02-30\"` is not of the format `date`"),
    (r#"{"format":"uuid"}"#, "\"x\"", "$", "`\"x\"` is not of the format `uuid`"),
    (r#"{"not":{"type":"string"}}"#, "\"b\"", "$", "`\"b\"` fits what `not` forbids: `{\"type\":\"string\"}`"),
    (r#"{"propertyNames":{"maxLength":1}}"#, r#"{"ab":1}"#, "$", "the member name `\"ab\"` is longer than 1 character"),
    (r#"{"properties":{"a":false}}"#, r#"{"a":1}"#, "$.a", "`1` is not allowed here, the schema is `false`"),
    ("false", "1", "$", "`1` is not allowed here, the schema is `false`"),
    (r#"{"oneOf":[{"type":"integer"},{"minimum":1}]}"#, "2", "$", "`2` fits more than one of `oneOf`"),
    (
        r#"{"anyOf":[{"type":"string"},{"minimum":3}]}"#,
        "1",
        "$",
        "`1` fits none of `anyOf`: (1) `1` is not of type `string`, (2) `1` is less than the minimum `3`",
    ),
    (
        r#"{"$schema":"http://json-schema.org/draft-07/schema#","items":[{"type":"string"}]}"#,
        "[1]",
        "$[0]",
        "`1` is not of type `string`",
    ),
    (
        r#"{"$schema":"http://json-schema.org/draft-04/schema#","maximum":3,"exclusiveMaximum":true}"#,
        "3",
        "$",
        "`3` is not less than `3`",
    ),
];

#[test]
fn a_fault_names_its_place_and_the_value() {
    for (schema, value, path, message) in FAULTS {
        assert_eq!(faults(schema, value), [((*path).to_owned(), (*message).to_owned())], "{schema} of {value}");
    }
}

#[test]
fn what_fits_has_no_faults_and_every_fault_is_told() {
    let schema = r#"{"type":"object","required":["id","price"],"properties":{"id":{"type":"integer"},"tags":{"items":{"type":"string"}}}}"#;
    assert!(faults(schema, r#"{"id":1.0,"price":2,"tags":["a"]}"#).is_empty());
    assert!(faults("true", "1").is_empty());
    assert_eq!(faults(schema, r#"{"id":"x","tags":[1,"a",2]}"#).len(), 4);
}

#[test]
fn a_long_value_is_cut() {
    let value = format!("\"{}\"", "x".repeat(10_000));
    let faults = faults(r#"{"type":"integer"}"#, &value);
    assert!(faults[0].1.chars().count() < 120, "{}", faults[0].1);
    assert!(!self::faults(r#"{"enum":["a\nb"]}"#, "1")[0].1.contains('\n'));
}

#[test]
fn a_bad_schema_names_the_keyword_and_its_place() {
    let table = [
        ("1", "an object of keywords"),
        (r#"{"type":"strng"}"#, "`type` at `$.type`: `\"strng\"` is not a type, did you mean `string`?"),
        (
            r#"{"properties":{"a":{"type":"q"}}}"#,
            "`type` at `$.properties.a.type`: `\"q\"` is not a type, the types are `array`",
        ),
        (
            r#"{"properties":{"a":{"minLength":"x"}}}"#,
            "`minLength` at `$.properties.a.minLength`: `\"x\"` is not of type `integer`",
        ),
        (r#"{"required":"id"}"#, "`required` at `$.required`: `\"id\"` is not of type `array`"),
        (r#"{"pattern":"a("}"#, "`pattern` at `$.pattern`: `\"a(\"` is not a regular expression"),
        (r#"{"patternProperties":{"a(":{}}}"#, "regular expression"),
        (r##"{"$ref":"#/$defs/x"}"##, "there is no `/$defs/x`"),
        (
            r#"{"$ref":"https://example.com/a.json"}"#,
            "`https://example.com/a.json`: only files of the project are read",
        ),
        (r#"{"$ref":"missing.json"}"#, "`src/missing.json` does not exist"),
        (r#"{"$ref":"../../../../../../../../etc/passwd"}"#, "lies outside of the project"),
        (r#"{"$schema":"https://example.com/draft"}"#, "https://example.com/draft"),
        (r##"{"$ref":"#nowhere"}"##, "no anchor `nowhere`"),
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (schema, part) in table {
        let bad = compile_in(schema, &root.join("src"), root).expect_err(schema);
        assert!(bad.contains(part), "{schema}: {bad}");
        assert!(!bad.contains('\n'), "{schema}: {bad}");
    }
}

#[test]
fn references_lead_to_files_below_the_root_only() {
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().join("project");
    let folder = root.join("specs with blanks");
    fs::create_dir_all(&folder).unwrap();
    fs::write(outer.path().join("secret.json"), "{}").unwrap();
    fs::write(
        folder.join("item.json"),
        r##"{"$defs":{"id":{"type":"integer"}},"properties":{"id":{"$ref":"#/$defs/id"}}}"##,
    )
    .unwrap();
    fs::write(root.join("tag.yaml"), "type: string\nminLength: 2\n").unwrap();
    fs::write(folder.join("broken.json"), "{").unwrap();
    fs::write(folder.join("broken.yaml"), "a: [").unwrap();
    let check = |schema: &str, value: &str| {
        compile_in(schema, &folder, &root).map(|it| it.check(&Json::parse(value).unwrap()).len())
    };
    assert_eq!(check(r#"{"$ref":"item.json"}"#, r#"{"id":"x"}"#), Ok(1));
    assert_eq!(check(r#"{"$ref":"item.json"}"#, r#"{"id":1}"#), Ok(0));
    assert_eq!(check(r##"{"items":{"$ref":"item.json#/$defs/id"}}"##, r#"[1,"x"]"#), Ok(1));
    assert_eq!(check(r#"{"$ref":"../tag.yaml"}"#, "\"a\""), Ok(1));
    fs::write(folder.join("bad.json"), r#"{"type":"q","properties":{"a":{"pattern":"("}}}"#).unwrap();
    let refused = [
        ("bad.json", "`pattern` at `$.properties.a.pattern` of a file that it refers to: `\"(\"` is not a regular"),
        ("../../secret.json", "lies outside of the project"),
        ("broken.json", "is not JSON"),
        ("broken.yaml", "is not YAML"),
        ("..", "is a folder, not a file"),
        ("none.json", "`specs with blanks/none.json` does not exist"),
    ];
    for (name, part) in refused {
        let bad = check(&format!(r#"{{"$ref":"{name}"}}"#), "1").expect_err(name);
        assert!(bad.contains(part), "{name}: {bad}");
    }
}

#[test]
fn hostile_schemas_neither_crash_nor_hang() {
    let deep = format!("{}true{}", r#"{"not":"#.repeat(100), "}".repeat(100));
    let nested = format!("{}1{}", r#"{"a":"#.repeat(100), "}".repeat(100));
    let table = [
        (r##"{"$ref":"#"}"##.to_owned(), "1".to_owned()),
        (r##"{"allOf":[{"$ref":"#"},{"$ref":"#"}]}"##.to_owned(), "1".to_owned()),
        (
            r##"{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}"##.to_owned(),
            "1".to_owned(),
        ),
        (r##"{"properties":{"a":{"$ref":"#"}},"maxProperties":1}"##.to_owned(), nested),
        (deep, "1".to_owned()),
        (r#"{"pattern":"^(a+)+$"}"#.to_owned(), format!("\"{}b\"", "a".repeat(50))),
        (r#"{"pattern":"^(?=(a+)+$)"}"#.to_owned(), format!("\"{}b\"", "a".repeat(50))),
        (r#"{"minLength":1e400}"#.to_owned(), "\"a\"".to_owned()),
        (r#"{"multipleOf":1e-308}"#.to_owned(), "1e308".to_owned()),
        (r#"{"$id":"::","$ref":"%"}"#.to_owned(), "1".to_owned()),
        (r#"{"$id":"https://example.com/a.json","$ref":"b.json"}"#.to_owned(), "1".to_owned()),
    ];
    for (schema, value) in table {
        if let Ok(schema) = compile(&schema) {
            let _ = schema.check(&Json::parse(&value).unwrap());
        }
    }
}
