//! Hostile and arbitrary text.

use proptest::prelude::*;

use super::{DATA, bad::bad, refused, rendered, with_scope};
use crate::json::Json;
use crate::template::Template;

#[test]
fn depth_and_length_are_bounded() {
    let nested =
        |open: &str, inner: &str, close: &str, count| format!("{}{inner}{}", open.repeat(count), close.repeat(count));
    let groups = |count| format!("{{{{upper {}}}}}", nested("(upper ", "a", ")", count));
    assert!(Template::compile(&groups(32)).is_ok());
    assert_eq!(bad(&groups(33)).message, "brackets nest deeper than 32");
    let blocks = |count| nested("{{#if a}}", "b", "{{/if}}", count);
    assert!(Template::compile(&blocks(32)).is_ok());
    assert_eq!(bad(&blocks(33)).message, "blocks nest deeper than 32");
    assert_eq!(
        bad(&format!("{{{{#if a}}}}{}{{{{/if}}}}", "{{else if a}}".repeat(32))).message,
        "blocks nest deeper than 32"
    );
    for hostile in ["(", "[", "{", "[{\"a\":", "(upper ", "((", "a(", "'["] {
        assert!(Template::compile(&format!("{{{{json {}", hostile.repeat(100_000))).is_err());
        assert!(Template::compile(&format!("{{{{json {}}}}}", hostile.repeat(100_000))).is_err());
    }
    for hostile in ["{{#if a}}", "{{#each", "{{", "{{else}}", "{{/if}}", "{{!", "{{{"] {
        assert!(Template::compile(&hostile.repeat(50_000)).is_err());
    }
    assert_eq!(bad(&format!("{{{{a}}}}{}", " ".repeat(1024 * 1024))).message, "a template may have 1 MiB at most");
    assert!(bad(&"{{a}}".repeat(1001)).message.contains("more than 1000 expressions"));
}

#[test]
fn a_block_that_repeats_without_end_is_stopped() {
    let text = format!("{}{}", "{{#each @root.many}}".repeat(8), "{{/each}}".repeat(8));
    let many = Json::from(vec![Json::Null; 100]).to_text();
    assert!(refused(&text, &format!(r#"{{"many":{many}}}"#)).contains("repeats more than 1000000 times"));
}

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in any::<String>(), tokens in prop::collection::vec(token(), 0..24)) {
        for text in [text.clone(), format!("{{{{{text}}}}}"), tokens.concat()] {
            if let Ok(template) = Template::compile(&text) {
                with_scope(DATA, |scope| {
                    let _ = (template.render(scope), template.render_text(scope));
                });
                for reference in template.references() {
                    prop_assert!(text[reference.offset..].starts_with(reference.path()));
                }
            }
        }
    }

    #[test]
    fn text_around_expressions_comes_through(parts in prop::collection::vec("[ \n\ta}\\\\é\"]{0,5}[ \na}é]", 1..6)) {
        let text = parts.join("{{int}}");
        prop_assume!(!text.contains(r"\{{"));
        let expected = Json::from(parts.join("1")).to_text();
        prop_assert_eq!(rendered(&text, DATA), expected);
    }
}

/// What templates are made of, between `¦`.
const TOKENS: &str = concat!(
    "{{¦}}¦{{{¦}}}¦{¦}¦~¦ ¦\n¦\\¦(¦)¦[¦]¦\"¦'¦|¦=¦.¦/¦../¦@¦@root.¦@index¦this¦#¦&¦!¦*¦>¦else¦^¦é¦",
    "#if ¦#each ¦#with ¦{{#if yes}}¦{{#unless no}}¦{{#each items}}¦{{#with item}}¦{{else}}¦{{else if no}}¦{{^}}¦",
    "{{/if}}¦{{/unless}}¦{{/each}}¦{{/with}}¦{{int}}¦{{~int~}}¦{{! c }}¦{{!-- c --}}¦",
    "int¦items¦name¦upper ¦json ¦default ¦uuid¦as |a b|¦1.5¦\"x\"¦[1,2]¦{\"a\":1}",
);

fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(TOKENS.split('¦').collect::<Vec<_>>())
}
