//! Tables of paths, and the evaluators against each other.

use proptest::prelude::*;

use super::{JsonPath, Way};
use crate::json::Json;

mod compliance;
mod rfc;

/// What a path finds, as compact JSON.
fn found(path: &str, document: &str) -> String {
    let json = Json::parse(document).unwrap();
    let path = JsonPath::compile(path).unwrap_or_else(|bad| panic!("{path}: {} at {}", bad.message, bad.offset));
    let texts: Vec<_> = path.find(&json).into_iter().map(Json::to_text).collect();
    format!("[{}]", texts.join(","))
}

#[test]
fn numbers_keep_their_text_and_are_compared_exactly() {
    let big = r#"[{"id":9007199254740993},{"id":9007199254740992},{"id":9007199254740991}]"#;
    let table = [
        ("$[0]", "[1.10]", "[1.10]"),
        ("$[?@ == 1.1]", "[1.10,1.1000000000000000001]", "[1.10]"),
        ("$[?@ < 0.00000000000000000002]", "[1e-20,2e-20,0]", "[1e-20,0]"),
        ("$[?@ == 0]", "[1e-20,-0.0,0e9]", "[-0.0,0e9]"),
        ("$[?@ == 0.3]", "[0.30000000000000004,0.3]", "[0.3]"),
        ("$[?@.id > 9007199254740991].id", big, "[9007199254740993,9007199254740992]"),
        ("$[?@.id == $[1].id].id", big, "[9007199254740992]"),
        ("$[?@.id >= $[0].id].id", big, "[9007199254740993]"),
        ("$[?!@[?@>1]]", "[[1],[2.00]]", "[[1]]"),
        ("$[?@[?@>1]][0]", "[[1],[2.00]]", "[2.00]"),
    ];
    for (path, document, expected) in table {
        assert_eq!(found(path, document), expected, "{path}");
    }
}

#[test]
fn each_path_takes_the_way_that_answers_it_rightly() {
    let table = [
        ("$", "singular"),
        ("$.a['b c'][-1]", "singular"),
        ("$.a[*]", "walk"),
        ("$..['a','b']", "walk"),
        ("$.a[?@.b > 1].c", "filter"),
        ("$.a[?@.b > $.c]", "filter"),
        ("$.a[?@.b[?@ > 1]]", "filter"),
        ("$.a[?@.b]['x','y']", "copy"),
        ("$..['a',?@.b]", "copy"),
        ("$[?@[?@ > 1]]", "copy"),
        ("$[?!@[?@ > 1]]", "copy"),
        ("$[?@..[?@ > 1]]", "copy"),
        ("$[?count(@['a',?@ > 1]) > 0]", "copy"),
    ];
    for (text, expected) in table {
        let path = JsonPath::compile(text).unwrap();
        let way = match path.0.way {
            Way::Singular(_) => "singular",
            Way::Walk(_) => "walk",
            Way::Filter(_) => "filter",
            Way::Copy(_) => "copy",
        };
        assert_eq!(way, expected, "{text}");
        assert_eq!(path.is_singular(), expected == "singular");
        assert_eq!(path.text(), text);
    }
}

#[test]
fn what_neither_evaluator_answers_rightly_is_refused() {
    let table = [
        ("$[?@[?@ > 1] && @[-1] == 2]", "negative index"),
        ("$[?@[?@ > 1] && length(@[-1]) == 2]", "negative index"),
        ("$[?@[?@.a > @.b]]", "`<` of two paths"),
        ("$[?@[?@.a >= true]]", "`<` of two paths"),
    ];
    for (path, part) in table {
        let bad = JsonPath::compile(path).expect_err(path);
        assert!(bad.message.contains(part) && bad.help.is_some(), "{path}: {bad:?}");
    }
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    let document = r#"{"a":1,"b":2,"a":3}"#;
    for (path, expected) in [("$.a", "[3]"), ("$.*", "[3,2]"), ("$..*", "[3,2]"), ("$[?@ > 0]", "[3,2]")] {
        assert_eq!(found(path, document), expected, "{path}");
    }
    assert_eq!(found("$[?length(@) == 1]", r#"[{"a":1,"a":2},{"a":1,"b":2}]"#), r#"[{"a":1,"a":2}]"#);
}

#[test]
fn a_pattern_as_people_write_them_is_not_too_large() {
    for pattern in
        [r"\w+@\w+\.\w+", r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$", "(?i)[[:alpha:]]{1,20}", r"\p{L}{1,5} .*\S"]
    {
        let text = format!("$[?search(@, '{}')]", pattern.replace('\\', "\\\\"));
        assert!(JsonPath::compile(&text).is_ok(), "{text}");
    }
}

#[test]
fn a_bad_path_names_its_column_and_its_cure() {
    let table = [
        ("", 0, "empty", "`$`"),
        ("a.b", 0, "begins with `$`", "`$.a.b`"),
        (".a", 0, "begins with `$`", "`$.a`"),
        ("[0]", 0, "begins with `$`", "`$[0]`"),
        ("@.a", 0, "begins with `$`", "filter"),
        (" $.a", 0, "blank", "leave"),
        ("$.a ", 3, "blank", "leave"),
        ("$..", 1, "`..`", "`$..*`"),
        ("$.a..", 3, "`..`", "`$.a..*`"),
        ("$.a.", 3, "missing", "leave the dot out"),
        ("$.a.length()", 3, "no methods", "{length: 3}"),
        ("$.a[?@.b.length() > 2]", 8, "no methods", "length(@.items)"),
        ("$.a[(@.length-1)]", 3, "scripts", "`[-1]`"),
        ("$.a[?(@.length-1)]", 7, "`.length`", "length(@.items)"),
        ("$.a[?@.b =~ /x/]", 9, "`=~`", "match("),
        ("$.a[?@.b = 1]", 9, "`=`", "`==`"),
        ("$.a[?@.b === 1]", 9, "`===`", "`==`"),
        ("$.a[?@.b == 1 and @.c == 2]", 14, "`and`", "`&&`"),
        ("$.a[?@.id in [1,2]]", 10, "`in`", "||"),
        ("$.a[?@.b == 'x]", 12, "not closed", "`'`"),
        ("$[\"\\u", 2, "not closed", "`\"`"),
        ("$['\\uD", 2, "not closed", "`'`"),
        ("$['a', '\\uD83D\\u", 7, "not closed", "`'`"),
        ("$[?@ == '\\uD83D\\uD", 8, "not closed", "`'`"),
        ("$[name]", 2, "quotes", "`['name']`"),
        ("$['a', unit]", 7, "quotes", "`['unit']`"),
        ("$[“a”]", 2, "curly", "`'`"),
        ("$.content-type", 9, "letters", "`['content-type']`"),
        ("$.a[?@.b-c == 1]", 8, "letters", "`['b-c']`"),
        ("$.items.0.id", 8, "index", "`[0]`"),
        ("$.2nd", 2, "letters", "`['2nd']`"),
        ("$.a.[0]", 3, "dot before", "leave"),
        ("$.a[]", 3, "empty", "`[*]`"),
        ("$.a[0", 3, "`[` is not closed", "`]`"),
        ("$.a[0)]", 5, "`)` closes nothing", "leave it out"),
        ("$]", 1, "`]` closes nothing", "leave it out"),
        ("$[?(@.a]", 3, "`(` is not closed", "`)`"),
        ("$['a'", 1, "`[` is not closed", "`]`"),
        ("$['\\x']", 3, "escape", "`\\n`"),
        ("$[9007199254740992]", 2, "selects nothing", "an index"),
        ("$[+1]", 2, "selects nothing", "an index"),
        ("$.a^", 3, "go up", "filter"),
        ("$.a[?lenth(@.b) > 1]", 5, "`lenth`", "`length`"),
        ("$.a[?@..b == 1]", 10, "one value", "value("),
        ("$.a[?@.b == red]", 9, "in quotes", "value("),
        ("$.a[?@.b == ]", 9, "nothing stands after `==`", "`@.price > 9`"),
        ("$.a[?length(@.b)]", 5, "does not stand here", "`length(@.a) > 2`"),
        ("$.a[?@.b == 12345678901234567890]", 12, "9007199254740991", "matcher"),
        ("$.a\u{a0}", 3, "blank", "brackets"),
        ("$.a[?search(@.b, '(\\\\w{80}){20}')]", 5, "compiled for every value", "matches: "),
    ];
    for (text, offset, message, help) in table {
        let bad = JsonPath::compile(text).expect_err(text);
        let shown = format!("{text}: {bad:?}");
        assert!(bad.message.contains(message), "{shown}");
        assert_eq!(bad.offset, offset, "{shown}");
        assert!(bad.help.is_some_and(|it| it.contains(help)), "{shown}");
    }
}

#[test]
fn what_has_no_cure_still_has_its_place() {
    let table = [("$.a b", 3), ("$[01]", 3), ("$[1:2:3:4]", 7), ("$[?@.a == ]", 7), ("$.a[?@.b ==]", 9)];
    for (text, offset) in table {
        let bad = JsonPath::compile(text).expect_err(text);
        assert_eq!(bad.offset, offset, "{text}: {bad:?}");
        assert!(!bad.message.contains('\n') && !bad.message.contains("parser error"), "{text}: {bad:?}");
    }
}

#[test]
fn a_singular_path_costs_nothing_in_a_large_document() {
    let element = r#"{"id":1,"name":"a name of some length","tags":["a","b","c"],"price":1.10},"#;
    let text = format!("{{\"items\":[{}null]}}", element.repeat(13_000));
    let json = Json::parse(&text).unwrap();
    let paths: Vec<_> = (0..1000).map(|at| JsonPath::compile(&format!("$.items[{at}].price")).unwrap()).collect();
    let start = std::time::Instant::now();
    assert!(paths.iter().all(|path| path.find(&json).len() == 1));
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
}

#[test]
fn a_path_that_would_repeat_a_value_without_end_is_refused() {
    let bad = JsonPath::compile(&format!("${}", "[0,0]".repeat(13))).unwrap_err();
    assert!(bad.message.contains("4096 times"), "{}", bad.message);
    assert!(JsonPath::compile(&format!("${}", "[0,0]".repeat(12))).is_ok());
}

/// A query of the grammar of RFC 9535, over few names so that it finds something.
fn any_path() -> impl Strategy<Value = String> {
    let name = prop_oneof![Just("'a'"), Just("'b'"), Just("\"c\"")].prop_map(String::from);
    let number = prop_oneof![(-2_i64..4).prop_map(|it| it.to_string()), Just("1.5".into()), Just("-0".into())];
    let slice = "(-?[0-3])?:(-?[0-3])?(:-?[0-2])?".prop_filter("-0 is no integer", |it| !it.contains("-0"));
    let plain = prop_oneof![name, (-2_i64..3).prop_map(|it| it.to_string()), Just("*".into()), slice];
    let one = prop_oneof![Just(""), Just(".a"), Just("['b']"), Just("[0]"), Just(".a.b"), Just("[1].c")];
    let query = (prop_oneof![Just("@"), Just("$")], one).prop_map(|(root, rest)| format!("{root}{rest}"));
    let many = (Just("@"), prop_oneof![Just("..a"), Just(".*"), Just("[0:2]"), Just("[*].b"), Just("['a','b']")]);
    let many = many.prop_map(|(root, rest)| format!("{root}{rest}"));
    let literal = prop_oneof![number.clone(), Just("'x'".into()), Just("true".into()), Just("null".into())];
    let function = prop_oneof![
        query.clone().prop_map(|it| format!("length({it})")),
        many.clone().prop_map(|it| format!("count({it})")),
        many.clone().prop_map(|it| format!("value({it})")),
    ];
    let side = prop_oneof![3 => query.clone(), 2 => literal, 1 => function];
    let equality = prop_oneof![Just("=="), Just("!=")];
    let order = prop_oneof![Just("<"), Just(">"), Just("<="), Just(">=")];
    let sized = prop_oneof![number.clone(), Just("'x'".into())];
    let comparison = prop_oneof![
        (side.clone(), equality, side.clone()).prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
        (side, order, sized).prop_map(|(left, operator, right)| format!("{left} {operator} {right}")),
    ];
    let regular = (query.clone(), prop_oneof![Just("match"), Just("search")]);
    let regular = regular.prop_map(|(query, function)| format!("{function}({query}, 'x.?')"));
    let test = prop_oneof![3 => comparison, 1 => query, 1 => many, 1 => regular];
    let test = test.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| format!("!({it})")),
            inner.clone().prop_map(|it| format!("@[?{it}]")),
            inner.clone().prop_map(|it| format!("@.a[?{it}]")),
            (inner.clone(), inner.clone()).prop_map(|(left, right)| format!("({left} && {right})")),
            (inner.clone(), inner).prop_map(|(left, right)| format!("({left} || {right})")),
        ]
    });
    let selector = prop_oneof![3 => plain, 1 => test.prop_map(|it| format!("?{it}"))];
    let selectors = prop::collection::vec(selector, 1..3).prop_map(|all| format!("[{}]", all.join(", ")));
    let segment =
        (prop_oneof![4 => Just(""), 1 => Just("..")], selectors).prop_map(|(dots, all)| format!("{dots}{all}"));
    prop::collection::vec(segment, 0..4).prop_map(|segments| format!("${}", segments.concat()))
}

fn any_json() -> impl Strategy<Value = Json<'static>> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        (-2_i64..4).prop_map(Json::from),
        Just(Json::from(1.5)),
        prop_oneof![Just("x"), Just("xy"), Just("y"), Just("")].prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let members = prop::collection::btree_map("[abc]", inner.clone(), 0..4);
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(Json::Array),
            members.prop_map(|all| Json::Object(all.into_iter().map(|(name, value)| (name.into(), value)).collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases.max(1500)))]

    #[test]
    fn what_we_find_is_what_the_strict_evaluator_finds(path in any_path(), json in any_json()) {
        // What the strict evaluator answers wrongly is not drawn: a negative index in a filter, sizes of any kind of value.
        match JsonPath::compile(&path) {
            Err(bad) => prop_assert!(bad.message.contains("filter on `@` itself"), "{path}: {}", bad.message),
            Ok(ours) => {
                let strict = super::copied::Query::new(serde_json_path::JsonPath::parse(&path).unwrap());
                let texts = |found: Vec<&Json<'_>>| found.into_iter().map(Json::to_text).collect::<Vec<_>>();
                prop_assert_eq!(texts(ours.find(&json)), texts(strict.find(&json)), "{} in {}", path, json);
            }
        }
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), path in "\\$?[\\[\\].*@?'\"a-c0-2:,()=<>!&| \\\\éß-]{0,40}", json in any_json()) {
        for text in [text, path] {
            match JsonPath::compile(&text) {
                Ok(path) => drop(path.find(&json)),
                Err(bad) => prop_assert!(text.get(bad.offset..).is_some(), "{}: {:?}", text, bad),
            }
        }
    }
}
