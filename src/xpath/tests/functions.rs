//! Operators, types and the core library (XPath 1.0, sections 3 and 4).

use super::{finds, xml};

const DOC: &str = r#"<r xml:lang="en-GB"><n>1</n><n>2.5</n><n> 3 </n><w>lamp</w><w> blue  desk
lamp </w><e/><d xml:lang="de"><x/></d></r>"#;

#[test]
fn operators_have_their_order_and_their_types() {
    finds(
        &xml(DOC),
        &[
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("7 div 2", "3.5"),
            ("5 mod -2", "1"),
            ("-5 mod 2", "-1"),
            ("1.5 mod 0.5", "0"),
            ("1 div 0", "Infinity"),
            ("-1 div 0", "-Infinity"),
            ("0 div 0", "NaN"),
            ("--1", "1"),
            ("-'2'", "-2"),
            (".5 + 1.", "1.5"),
            ("2-1", "1"),
            ("1 = 1.0", "true"),
            ("'1' = 1", "true"),
            ("'a' = 'b' or 2 > 1 and 1 > 2", "false"),
            ("3 > 2 > 1", "false"),
            ("1 < 2 = true()", "true"),
            ("'2' < '10'", "true"),
            ("'a' < 'b'", "false"),
            ("0 div 0 = 0 div 0", "false"),
            ("//n = 2.5", "true"),
            ("//n != 2.5", "true"),
            ("//n = '3'", "false"),
            ("//n = 3", "true"),
            ("//n > 2.9", "true"),
            ("3 < //n", "false"),
            ("//n = //w", "false"),
            ("//n < //w", "false"),
            ("//missing = ''", "false"),
            ("//missing = false()", "true"),
            ("true() = //n", "true"),
        ],
    );
}

#[test]
fn functions_of_node_sets() {
    finds(
        &xml(r#"<a:r xmlns:a="urn:a" xmlns="urn:d"><b>1</b><b>x</b></a:r>"#),
        &[
            ("count(//node())", "5"),
            ("local-name(/*)", "\"r\""),
            ("name(/*)", "\"a:r\""),
            ("namespace-uri(/*)", "\"urn:a\""),
            ("name(/*/*)", "\"b\""),
            ("name(//missing)", "\"\""),
            ("name(/)", "\"\""),
            ("sum(//_:b[1])", "1"),
            ("sum(//_:b)", "NaN"),
            ("sum(//missing)", "0"),
            ("//*[local-name()='b'][last()]", "[x]"),
        ],
    );
}

#[test]
fn functions_of_texts() {
    finds(
        &xml(DOC),
        &[
            ("string(//w)", "\"lamp\""),
            ("string(12)", "\"12\""),
            ("string(-0)", "\"0\""),
            ("string(1 div 3)", "\"0.3333333333333333\""),
            ("string(10000000000000000000000)", "\"10000000000000000000000\""),
            ("string(true())", "\"true\""),
            ("concat('a', 1, true(), //n)", "\"a1true1\""),
            ("starts-with('abc', 'ab')", "true"),
            ("contains('abc', '')", "true"),
            ("substring-before('1999/04/01', '/')", "\"1999\""),
            ("substring-after('1999/04/01', '/')", "\"04/01\""),
            ("substring-after('abc', 'x')", "\"\""),
            ("substring('12345', 2, 3)", "\"234\""),
            ("substring('12345', 2)", "\"2345\""),
            ("substring('12345', 1.5, 2.6)", "\"234\""),
            ("substring('12345', 0, 3)", "\"12\""),
            ("substring('12345', 0 div 0, 3)", "\"\""),
            ("substring('12345', -42, 1 div 0)", "\"12345\""),
            ("substring('12345', -1 div 0, 1 div 0)", "\"\""),
            ("string-length('grün')", "4"),
            ("normalize-space(//w[2])", "\"blue desk lamp\""),
            ("//w[normalize-space() = 'blue desk lamp'] = //w[2]", "true"),
            ("translate('bar', 'abc', 'AB')", "\"BAr\""),
            ("translate('--aaa--', 'abc-', 'ABC')", "\"AAA\""),
        ],
    );
}

#[test]
fn functions_of_booleans_and_numbers() {
    finds(
        &xml(DOC),
        &[
            ("boolean(0)", "false"),
            ("boolean('false')", "true"),
            ("boolean('')", "false"),
            ("boolean(//e)", "true"),
            ("boolean(//missing)", "false"),
            ("boolean(0 div 0)", "false"),
            ("not(//missing)", "true"),
            ("count(//*[lang('en')])", "7"),
            ("count(//*[lang('EN-gb')])", "7"),
            ("count(//*[lang('de')])", "2"),
            ("number(' -12.50 ')", "-12.5"),
            ("number('1e3')", "NaN"),
            ("number('+1')", "NaN"),
            ("number('1.2.3')", "NaN"),
            ("number('')", "NaN"),
            ("number(true())", "1"),
            ("number(//n[3])", "3"),
            ("sum(//n)", "6.5"),
            ("floor(-1.5)", "-2"),
            ("ceiling(1.2)", "2"),
            ("round(2.5)", "3"),
            ("round(-2.5)", "-2"),
            ("round(0 div 0)", "NaN"),
        ],
    );
}

#[test]
fn what_is_said_of_a_node_that_is_not_there_is_nothing() {
    finds(
        &xml(DOC),
        &[
            ("string(//missing)", "nothing"),
            ("number(//missing)", "nothing"),
            ("normalize-space(string(//missing))", "nothing"),
            ("string(//e)", "\"\""),
            ("//missing", "[]"),
            ("count(//missing)", "0"),
            ("concat(//missing, '')", "\"\""),
        ],
    );
}
