//! What RFC 9535 says of each selector, row by row.

use super::found;

const STORE: &str = r#"{"store":{"book":[
    {"category":"reference","author":"Nigel Rees","title":"Sayings of the Century","price":8.95},
    {"category":"fiction","author":"Evelyn Waugh","title":"Sword of Honour","price":12.99},
    {"category":"fiction","author":"Herman Melville","title":"Moby Dick","isbn":"0-553-21311-3","price":8.99},
    {"category":"fiction","author":"J. R. R. Tolkien","title":"The Lord of the Rings","isbn":"0-395-19395-8","price":22.99}],
    "bicycle":{"color":"red","price":399}}}"#;
const FILTERS: &str = r#"{"a":[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}],"o":{"p":1,"q":2,"r":3,"s":5,"t":{"u":6}},"e":"f"}"#;
const LETTERS: &str = r#"["a","b","c","d","e","f","g"]"#;
const DESCENT: &str = r#"{"o":{"j":1,"k":2},"a":[5,3,[{"j":4},{"k":6}]]}"#;
const NULLS: &str = r#"{"a":null,"b":[null],"c":[{}],"null":1}"#;
const PAIRS: &str = r#"[{"a":1,"b":2},{"a":3,"b":4}]"#;

#[test]
fn names_and_indices_find_one_value_at_most() {
    let table = [
        ("$", r#"{"a":1}"#, r#"[{"a":1}]"#),
        ("$.a", r#"{"a":1}"#, "[1]"),
        ("$.a.b", r#"{"a":{"b":2}}"#, "[2]"),
        ("$.a .b", r#"{"a":{"b":2}}"#, "[2]"),
        ("$ .a\n['b']", r#"{"a":{"b":2}}"#, "[2]"),
        ("$['a']", r#"{"a":1}"#, "[1]"),
        ("$[ \"a\" ]", r#"{"a":1}"#, "[1]"),
        ("$.o['j j']['k.k']", r#"{"o":{"j j":{"k.k":3}}}"#, "[3]"),
        (r#"$["'"]["@"]"#, r#"{"'":{"@":2}}"#, "[2]"),
        (r"$['\'']", r#"{"'":1}"#, "[1]"),
        (r#"$["\""]"#, r#"{"\"":1}"#, "[1]"),
        (r"$['\\']", r#"{"\\":1}"#, "[1]"),
        (r"$['\u263A']", r#"{"☺":1}"#, "[1]"),
        (r"$['\uD834\uDD1E']", r#"{"𝄞":1}"#, "[1]"),
        ("$.☺", r#"{"☺":1}"#, "[1]"),
        ("$['']", r#"{"":1}"#, "[1]"),
        (r"$['\n']", r#"{"\n":1}"#, "[1]"),
        ("$.größe", r#"{"größe":1}"#, "[1]"),
        ("$.a", "[1]", "[]"),
        ("$.a", "1", "[]"),
        ("$.A", r#"{"a":1}"#, "[]"),
        ("$['a ']", r#"{"a":1,"a ":2}"#, "[2]"),
        ("$[1]", LETTERS, r#"["b"]"#),
        ("$[-2]", LETTERS, r#"["f"]"#),
        ("$[-7]", LETTERS, r#"["a"]"#),
        ("$[-8]", LETTERS, "[]"),
        ("$[7]", LETTERS, "[]"),
        ("$[0]", "[]", "[]"),
        ("$[-1]", "[]", "[]"),
        ("$[0]", r#"{"0":1}"#, "[]"),
        ("$['0']", "[1]", "[]"),
        ("$[0]", r#""text""#, "[]"),
        ("$.a", NULLS, "[null]"),
        ("$.a[0]", NULLS, "[]"),
        ("$.a.d", NULLS, "[]"),
        ("$.b[0]", NULLS, "[null]"),
        ("$.null", NULLS, "[1]"),
    ];
    for (path, document, expected) in table {
        assert_eq!(found(path, document), expected, "{path} in {document}");
    }
}

#[test]
fn wildcards_and_lists_keep_the_order_of_the_document_and_of_the_path() {
    let table = [
        ("$[*]", LETTERS, LETTERS),
        ("$.*", r#"{"b":1,"a":2}"#, "[1,2]"),
        ("$.o[*, *]", r#"{"o":{"j":1,"k":2}}"#, "[1,2,1,2]"),
        ("$[*]", "{}", "[]"),
        ("$[*]", "[]", "[]"),
        ("$[*]", r#""text""#, "[]"),
        ("$.*.*", r#"{"a":[1,2],"b":{"c":3}}"#, "[1,2,3]"),
        ("$[0, 3]", LETTERS, r#"["a","d"]"#),
        ("$[3, 0]", LETTERS, r#"["d","a"]"#),
        ("$[0:2, 5]", LETTERS, r#"["a","b","f"]"#),
        ("$[0, 0]", LETTERS, r#"["a","a"]"#),
        ("$['a','b']", r#"{"b":2,"a":1}"#, "[1,2]"),
        ("$['a',1]", r#"["x","y"]"#, r#"["y"]"#),
        ("$[*]['a','b']", PAIRS, "[1,2,3,4]"),
        ("$[*]['b','a']", PAIRS, "[2,1,4,3]"),
        ("$[*][*]", PAIRS, "[1,2,3,4]"),
        ("$[?@.a > 0]['a','b']", PAIRS, "[1,2,3,4]"),
        ("$[*].b", NULLS, "[]"),
        ("$.b[*]", NULLS, "[null]"),
    ];
    for (path, document, expected) in table {
        assert_eq!(found(path, document), expected, "{path} in {document}");
    }
}

#[test]
fn slices_count_from_both_ends_and_in_both_directions() {
    let table = [
        ("$[1:3]", "bc"),
        ("$[5:]", "fg"),
        ("$[:2]", "ab"),
        ("$[:]", "abcdefg"),
        ("$[::]", "abcdefg"),
        ("$[1:5:2]", "bd"),
        ("$[5:1:-2]", "fd"),
        ("$[::-1]", "gfedcba"),
        ("$[::2]", "aceg"),
        ("$[::-2]", "geca"),
        ("$[-2:]", "fg"),
        ("$[:-2]", "abcde"),
        ("$[-3:-1]", "ef"),
        ("$[2:-2]", "cde"),
        ("$[-1:-4:-1]", "gfe"),
        ("$[:3:-1]", "gfe"),
        ("$[3::-1]", "dcba"),
        ("$[0:0]", ""),
        ("$[3:1]", ""),
        ("$[1:3:-1]", ""),
        ("$[::0]", ""),
        ("$[1:3:0]", ""),
        ("$[-100:100]", "abcdefg"),
        ("$[100:-100:-1]", "gfedcba"),
        ("$[100:]", ""),
        ("$[:-100]", ""),
        ("$[-100:2]", "ab"),
        ("$[2:-100:-1]", "cba"),
        ("$[-9007199254740991:9007199254740991:9007199254740991]", "a"),
        ("$[9007199254740991:-9007199254740991:-9007199254740991]", "g"),
        ("$[ 1 : 3 : 1 ]", "bc"),
    ];
    for (path, letters) in table {
        let expected: Vec<_> = letters.chars().map(|c| format!("\"{c}\"")).collect();
        assert_eq!(found(path, LETTERS), format!("[{}]", expected.join(",")), "{path}");
    }
    for (path, document) in [("$[0:1]", "{\"0\":1}"), ("$[::-1]", "[]"), ("$[:]", "\"text\""), ("$[:]", "null")] {
        assert_eq!(found(path, document), "[]", "{path} in {document}");
    }
}

#[test]
fn a_descent_visits_a_value_before_what_lies_below_it() {
    let table = [
        ("$..j", DESCENT, "[1,4]"),
        ("$..[0]", DESCENT, r#"[5,{"j":4}]"#),
        ("$..[*]", r#"{"a":[1]}"#, "[[1],1]"),
        ("$..*", r#"[[1,2],{"b":3}]"#, r#"[[1,2],{"b":3},1,2,3]"#),
        ("$..o", DESCENT, r#"[{"j":1,"k":2}]"#),
        ("$.a..[0, 1]", DESCENT, r#"[5,3,{"j":4},{"k":6}]"#),
        ("$..['j','k']", r#"[{"j":1,"k":2},{"k":3}]"#, "[1,2,3]"),
        ("$..a", r#"{"a":{"a":{"a":1}}}"#, r#"[{"a":{"a":1}},{"a":1},1]"#),
        ("$..a..a", r#"{"a":{"a":{"a":1}}}"#, r#"[{"a":1},1,1]"#),
        ("$..[1:]", "[1,[2,3]]", "[[2,3],3]"),
        ("$..[-1]", "[1,[2,3]]", "[[2,3],3]"),
        ("$..nothing", DESCENT, "[]"),
        ("$..*", "1", "[]"),
        ("$..[?@.j]", r#"[{"x":{"j":1}},{"j":2}]"#, r#"[{"j":2},{"j":1}]"#),
        ("$..[?@.j,?@.k]", r#"{"x":[{"j":1},{"k":2}]}"#, r#"[{"j":1},{"k":2}]"#),
    ];
    for (path, document, expected) in table {
        assert_eq!(found(path, document), expected, "{path} in {document}");
    }
}

#[test]
fn filters_compare_as_the_rfc_says() {
    let table = [
        ("$.a[?@.b == 'kilo']", r#"[{"b":"kilo"}]"#),
        ("$.a[?(@.b == 'kilo')]", r#"[{"b":"kilo"}]"#),
        ("$.a[?@>3.5]", "[5,4,6]"),
        ("$.a[?@.b]", r#"[{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]"#),
        (
            "$[?@.*]",
            r#"[[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}],{"p":1,"q":2,"r":3,"s":5,"t":{"u":6}}]"#,
        ),
        ("$[?@[?@.b]]", r#"[[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]]"#),
        ("$.o[?@<3, ?@<3]", "[1,2,1,2]"),
        ("$.a[?@<2 || @.b == \"k\"]", r#"[1,{"b":"k"}]"#),
        ("$.a[?match(@.b, \"[jk]\")]", r#"[{"b":"j"},{"b":"k"}]"#),
        ("$.a[?search(@.b, \"[jk]\")]", r#"[{"b":"j"},{"b":"k"},{"b":"kilo"}]"#),
        ("$.o[?@>1 && @<4]", "[2,3]"),
        ("$.o[?@.u || @.x]", r#"[{"u":6}]"#),
        ("$.a[?@.b == $.x]", "[3,5,1,2,4,6]"),
        ("$.a[?@ == @]", r#"[3,5,1,2,4,6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]"#),
        ("$.a[?!@.b]", "[3,5,1,2,4,6]"),
        ("$.a[?!(@ < 6)]", r#"[6,{"b":"j"},{"b":"k"},{"b":{}},{"b":"kilo"}]"#),
        ("$.a[?@.b != 'j' && @.b]", r#"[{"b":"k"},{"b":{}},{"b":"kilo"}]"#),
        ("$.a[?@.b < 'kilo']", r#"[{"b":"j"},{"b":"k"}]"#),
        ("$.a[?@.b >= 'k']", r#"[{"b":"k"},{"b":"kilo"}]"#),
        ("$.a[?@.b <= @.c]", "[3,5,1,2,4,6]"),
        ("$.a[?@.x <= @.y && @ < 2]", "[1]"),
        ("$.a[?@.x < @.y]", "[]"),
        ("$.a[?@ == 1 || @ == 2 && @ == 3]", "[1]"),
        ("$.a[?(@ == 1 || @ == 2) && @ == 2]", "[2]"),
        ("$.a[? @ == 1e0 ]", "[1]"),
        ("$.a[?@ == '1']", "[]"),
        ("$.a[?1 == 2]", "[]"),
        ("$.o[?@ >= $.a[0]]", "[3,5]"),
        ("$.a[?@.b == 'j'].b", r#"["j"]"#),
        ("$.e[?@ == 'f']", "[]"),
    ];
    for (path, expected) in table {
        assert_eq!(found(path, FILTERS), expected, "{path}");
    }
}

#[test]
fn filters_know_nothing_from_null_and_types_from_each_other() {
    let kinds = r#"[{"k":1},{"k":"1"},{"k":true},{"k":null},{"k":[1]},{"k":{"a":1}},{}]"#;
    let table = [
        ("$[?@.k == 1]", r#"[{"k":1}]"#),
        ("$[?@.k == '1']", r#"[{"k":"1"}]"#),
        ("$[?@.k == true]", r#"[{"k":true}]"#),
        ("$[?@.k == null]", r#"[{"k":null}]"#),
        ("$[?!@.k]", "[{}]"),
        ("$[?@.k != null]", r#"[{"k":1},{"k":"1"},{"k":true},{"k":[1]},{"k":{"a":1}},{}]"#),
        ("$[?@.k == $[4].k]", r#"[{"k":[1]}]"#),
        ("$[?@.k == $[5].k]", r#"[{"k":{"a":1}}]"#),
        ("$[?@.k == $.nothing]", "[{}]"),
        ("$[?@.k <= null]", r#"[{"k":null}]"#),
        ("$[?@.k < null]", "[]"),
        ("$[?@.k >= true]", r#"[{"k":true}]"#),
        ("$[?@.k < 2]", r#"[{"k":1}]"#),
        ("$[?@.k < '2']", r#"[{"k":"1"}]"#),
        ("$[?@.k <= $[4].k]", r#"[{"k":[1]}]"#),
        ("$[?@.k > $[4].k]", "[]"),
    ];
    for (path, expected) in table {
        assert_eq!(found(path, kinds), expected, "{path}");
    }
}

#[test]
fn functions_count_measure_and_match() {
    let table = [
        ("$[?length(@) == 2]", r#"["ab","ä☺",[1,2],{"a":1,"b":2},"abc",2]"#, r#"["ab","ä☺",[1,2],{"a":1,"b":2}]"#),
        ("$[?length(@.x) == 2]", "[{\"x\":12}]", "[]"),
        (
            "$[?length(@.x) == length(@.y)]",
            r#"[{"x":"a","y":[1]},{"x":1},{"x":"a"}]"#,
            r#"[{"x":"a","y":[1]},{"x":1}]"#,
        ),
        ("$[?length('abc') == 3]", "[1]", "[1]"),
        ("$[?length(value(@.*)) == 1]", r#"[{"a":"x"},{"a":"x","b":"y"}]"#, r#"[{"a":"x"}]"#),
        ("$[?count(@.*) == 0]", "[[],{},1,[1]]", "[[],{},1]"),
        ("$[?count(@.*) > 1]", "[[1,2],[1]]", "[[1,2]]"),
        ("$[?count(@['a','a']) == 2]", r#"[{"a":1}]"#, r#"[{"a":1}]"#),
        ("$[?count(@..*) == 3]", "[[[1,2]],[1]]", "[[[1,2]]]"),
        ("$[?count(@.x) == 1]", r#"[{"x":null},{}]"#, r#"[{"x":null}]"#),
        ("$[?value(@..c) == 'red']", r#"[{"a":{"c":"red"}},{"a":{"c":"red"},"c":"red"}]"#, r#"[{"a":{"c":"red"}}]"#),
        ("$[?value(@.*) == value(@.x)]", r#"[[1,2],[1]]"#, "[[1,2]]"),
        ("$[?match(@, '1974-05-..')]", r#"["1974-05-01","a 1974-05-01"]"#, r#"["1974-05-01"]"#),
        ("$[?match(@, 'a|b')]", r#"["a","b","ab"]"#, r#"["a","b"]"#),
        ("$[?search(@, 'b')]", r#"["abc","xyz",1,null]"#, r#"["abc"]"#),
        ("$[?!search(@, 'b')]", r#"["abc","xyz",1]"#, r#"["xyz",1]"#),
        ("$[?match(@.t, @.p)]", r#"[{"t":"aa","p":"a+"},{"t":"b","p":"a+"}]"#, r#"[{"t":"aa","p":"a+"}]"#),
        ("$[?match(@, '.')]", r#"["☺","\n","\r","ab"]"#, r#"["☺"]"#),
        (r"$[?match(@, '\\p{Lu}')]", r#"["Ä","ä"]"#, r#"["Ä"]"#),
        ("$[?match(@, '[a')]", r#"["a"]"#, "[]"),
        ("$[?search(@, 1 )]", r#"["a"]"#, "[]"),
        ("$[?match(@, 'a') || @ == 1]", r#"["a",1,"b"]"#, r#"["a",1]"#),
    ];
    for (path, document, expected) in table {
        assert_eq!(found(path, document), expected, "{path} in {document}");
    }
}

#[test]
fn the_examples_of_the_rfc_hold() {
    let table = [
        ("$.store.book[*].author", r#"["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]"#),
        ("$..author", r#"["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]"#),
        ("$.store..price", "[8.95,12.99,8.99,22.99,399]"),
        ("$..book[2].title", r#"["Moby Dick"]"#),
        ("$..book[2].publisher", "[]"),
        ("$..book[-1].title", r#"["The Lord of the Rings"]"#),
        ("$..book[0,1].price", "[8.95,12.99]"),
        ("$..book[:2].price", "[8.95,12.99]"),
        ("$..book[?@.isbn].price", "[8.99,22.99]"),
        ("$..book[?@.price<10].title", r#"["Sayings of the Century","Moby Dick"]"#),
        ("$..book[?@.price < $.store.bicycle.price && @.isbn].price", "[8.99,22.99]"),
        ("$.store.book[?@.category == 'fiction' && @.price < 10].author", r#"["Herman Melville"]"#),
        ("$.store.book[?length(@.title) > 20].price", "[8.95,22.99]"),
    ];
    for (path, expected) in table {
        assert_eq!(found(path, STORE), expected, "{path}");
    }
}

const REFUSED: &[&str] = &[
    "$.a.",
    "$..",
    "$[",
    "$]",
    "$[]",
    "$['a",
    "$[\"a']",
    "$['a']b",
    "$.'a'",
    "$.\"a\"",
    "$a",
    "$.a b",
    "$. a",
    "$.. a",
    "$.1",
    "$.-1",
    "$[01]",
    "$[-0]",
    "$[+1]",
    "$[1.0]",
    "$[1e1]",
    "$[9007199254740992]",
    "$[::9007199254740992]",
    "$[-01:]",
    "$[1:2:3:4]",
    "$['\\x41']",
    "$['\\u00']",
    "$['\\ud800']",
    "$['\\\"']",
    "$[\"\\'\"]",
    "$['\n']",
    "$[a]",
    "$[*",
    "$[?]",
    "$[?@.a == ]",
    "$[?@.a = 1]",
    "$[?@.a === 1]",
    "$[?== 1]",
    "$[?@.a == 01]",
    "$[?@.a == .1]",
    "$[?@.a == 1.]",
    "$[?@.a == 1e]",
    "$[?@.a == +1]",
    "$[?@.a == [1]]",
    "$[?@.a == {}]",
    "$[?@.* == 1]",
    "$[?@..a == 1]",
    "$[?@[0,1] == 1]",
    "$[?@[0:1] == 1]",
    "$[?1]",
    "$[?'a']",
    "$[?true]",
    "$[?null]",
    "$[?@.a == true && false]",
    "$[?length(@.a)]",
    "$[?count(@.a)]",
    "$[?length(@.*) == 1]",
    "$[?count(1) == 1]",
    "$[?count() == 1]",
    "$[?length(@.a, 1) == 1]",
    "$[?match(@.a, 'a') == true]",
    "$[?match(@.a)]",
    "$[?nothing(@.a)]",
    "$[?LENGTH(@.a) == 1]",
    "$[?length (@.a) == 1]",
    "$[?@.a and @.b]",
    "$[?not @.a]",
    "$[?@.id in [1,2]]",
    "$[?@.a & @.b]",
    "$[?@.a | @.b]",
    "$[?(@.a]",
    "$[?@.a)]",
    "$[?!(@.a]",
    "$[?@.a == TRUE]",
    "$[?@.a == nil]",
    "$.a[(@.length-1)]",
    "$.a.length()",
    "$.a[?@.b =~ /x/]",
    "$^",
    "$.a~",
    "$$",
    "$.$",
    "@",
    "a",
    " $",
    "$ ",
    "$.a\u{0}",
    "\u{feff}$",
];

#[test]
fn what_the_rfc_does_not_know_is_refused() {
    for text in REFUSED {
        assert!(super::JsonPath::compile(text).is_err(), "{text:?}");
    }
}
