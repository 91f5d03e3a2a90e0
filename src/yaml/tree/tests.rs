//! Places of every node, and what hostile files get.

use super::*;
use crate::diagnostic::Look;

fn read(text: &str) -> Parsed {
    parse(&Source::inline("a.yaml", text))
}

fn shown(text: &str) -> String {
    read(text).problems.iter().map(|it| it.render(Look::Plain)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_key_and_value_has_its_place() {
    let parsed = read("a: 1\nb:\n  - x\n  - {c: \"d\"}\n");
    let root = parsed.root.unwrap();
    let entries = root.entries().unwrap();
    assert_eq!(entries[1].key_place.to_string(), "a.yaml:2:1");
    let Value::List(items) = &entries[1].value.value else { panic!("a list") };
    assert_eq!(items[0].place.to_string(), "a.yaml:3:5");
    let inner = &items[1].entries().unwrap()[0];
    assert_eq!((inner.value.place.to_string(), inner.value.quoted), ("a.yaml:4:9".into(), true));
    assert_eq!(inner.value.place.text(), "\"d\"");
    assert_eq!(items[1].place.text(), "{c: \"d\"}");
    assert_eq!(entries[1].value.place.text(), "- x\n  - {c: \"d\"}");
}

#[test]
fn an_alias_has_the_place_of_its_use_and_a_merge_yields_to_what_is_written() {
    let root = read("a: &x {k: 1, l: 2}\nb: *x\nc:\n  <<: *x\n  k: 3\n").root.unwrap();
    let entries = root.entries().unwrap();
    assert_eq!(entries[1].value.place.to_string(), "a.yaml:2:4");
    let merged = entries[2].value.entries().unwrap();
    let pairs: Vec<_> = merged.iter().map(|it| (it.key.as_str(), it.value.scalar_text().unwrap())).collect();
    assert_eq!(pairs, [("k", "3"), ("l", "2")]);
}

#[test]
fn faults_are_reported_together_with_their_cure() {
    let text = shown("a: 1\na: 2\nurl: {{base}}\nb: !x 3\n");
    for part in ["`a` is written twice", "must be quoted", "url: \"{{base}}\"", "the tag `!x`"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(shown("url: {{base}}/x\n").contains("url: \"{{base}}/x\""));
    assert!(shown("a: {b: {{c}}, d: 1}\n").contains("b: \"{{c}}\""));
    assert!(shown("a:\n\t- b\n").contains("spaces"));
}

#[test]
fn a_key_that_is_written_twice_is_found_in_a_map_of_any_size() {
    for keys in [1, 16, 17, 18, 100] {
        for twice in [0, keys / 2, keys - 1] {
            let text: String = (0..keys).chain([twice]).map(|at| format!("k{at}: {at}\n")).collect();
            let parsed = read(&text);
            assert_eq!(parsed.problems.len(), 1, "{keys} keys");
            assert!(parsed.problems[0].message.contains(&format!("`k{twice}` is written twice")), "{keys} keys");
            assert_eq!(parsed.root.unwrap().entries().unwrap().len(), keys);
        }
    }
}

#[test]
fn hostile_files_end_in_a_message() {
    let mut laughs = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for (last, next) in "abcdefgh".chars().zip("bcdefghi".chars()) {
        let uses = vec![format!("*{last}"); 10].join(",");
        laughs.push_str(&format!("{next}: &{next} [{uses}]\n"));
    }
    assert!(shown(&laughs).contains("anchors and aliases repeat more than 500000 values"));
    let anchors: String = (0..100).map(|depth| format!("&a{depth} [")).collect();
    let kept = |elements: usize| format!("a: {anchors}{}{}\nb: *a0\n", vec!["x"; elements].join(","), "]".repeat(100));
    assert!(shown(&kept(20_000)).contains("anchors and aliases repeat more than 500000 values"));
    assert_eq!(shown(&kept(4_000)), "");
    assert!(shown(&"[".repeat(5000)).contains("a.yaml:1"));
    assert!(shown("a: [1\n").contains("a.yaml"));
    assert!(!shown("a: b\0c\n").is_empty());
    assert!(shown("a: &a [*a]\n").contains("stands in"));
}
