//! Templates as a whole: types, text around expressions, blocks, references.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use super::*;
use crate::source::Root;

mod bad;
mod bounds;

/// Does something with a scope of these layers, at the first quarter second of 2026.
pub(super) fn with_layers<T>(layers: Vec<&dyn Lookup>, work: impl FnOnce(&Scope<'_>) -> T) -> T {
    let folder = tempfile::tempdir().unwrap();
    let files = Files { root: Root::new(folder.path()), folder: folder.path().to_owned() };
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
    work(&Scope { layers, draws: &Draws::new(1, "test"), files: &files, now })
}

/// Does something with a scope of these variables.
pub(super) fn with_scope<T>(data: &str, work: impl FnOnce(&Scope<'_>) -> T) -> T {
    let data = Json::parse(data).unwrap().into_owned();
    let members = data.as_object().unwrap().iter();
    let variables: BTreeMap<_, _> = members.map(|(name, value)| (name.to_string(), value.clone())).collect();
    with_layers(vec![&variables], work)
}

/// The rendered value as JSON text.
pub(super) fn rendered(text: &str, data: &str) -> String {
    let template = Template::compile(text).unwrap_or_else(|bad| panic!("{text}: {bad:?}"));
    with_scope(data, |scope| template.render(scope).unwrap_or_else(|fault| panic!("{text}: {fault}")).to_text())
}

/// Why a template is not rendered, or not even compiled: a call that always fails.
pub(super) fn refused(text: &str, data: &str) -> String {
    match Template::compile(text) {
        Ok(_) => fault(text, data).to_string(),
        Err(bad) => bad.message,
    }
}

fn fault(text: &str, data: &str) -> RenderFault {
    let template = Template::compile(text).unwrap_or_else(|bad| panic!("{text}: {bad:?}"));
    with_scope(data, |scope| template.render(scope).expect_err(text))
}

const DATA: &str = r#"{
    "int": 1, "text": "1", "float": 1.0, "exp": 1e2, "price": 0.10, "big": 9007199254740993, "yes": true, "no": false,
    "nothing": null, "empty": "", "none": [], "blank": {}, "title": "a=b&c<d>'\"", "zero": 0.0,
    "items": [{"name": "a", "price": 1.10}, {"name": "b", "price": 2e1}], "item": {"name": "x", "tags": ["t", "u"]},
    "lists": [[1, 2], [3]], "name": "outer", "2fa": "on", "create": {"an item": 201}
}"#;

#[test]
fn a_lone_expression_keeps_its_type() {
    for (name, value) in [
        ("int", "1"),
        ("text", r#""1""#),
        ("float", "1.0"),
        ("exp", "1e2"),
        ("price", "0.10"),
        ("big", "9007199254740993"),
        ("yes", "true"),
        ("nothing", "null"),
        ("empty", r#""""#),
        ("none", "[]"),
        ("blank", "{}"),
    ] {
        for text in [
            format!("{{{{{name}}}}}"),
            format!("{{{{ {name}\n}}}}"),
            format!("{{{{{{{name}}}}}}}"),
            format!("{{{{~&{name} ~}}}}"),
        ] {
            assert_eq!(rendered(&text, DATA), value, "{text}");
        }
    }
}

#[test]
fn text_around_an_expression_makes_a_string() {
    let cases = [
        (" {{int}}", r#"" 1""#),
        ("{{int}}\n", r#""1\n""#),
        ("{{int}}{{int}}", r#""11""#),
        ("{{! comment }}{{int}}", r#""1""#),
        ("{{price}}/{{exp}}/{{big}}/{{yes}}", r#""0.10/1e2/9007199254740993/true""#),
        ("x{{empty}}y", r#""xy""#),
        ("<{{title}}>", r#""<a=b&c<d>'\">""#),
        ("{{{title}}}{{&title}}", r#""a=b&c<d>'\"a=b&c<d>'\"""#),
        ("{\"a\":{\"b\":{{json items.[0]}}}}", r#""{\"a\":{\"b\":{\"name\":\"a\",\"price\":1.10}}}""#),
    ];
    for (text, value) in cases {
        assert_eq!(rendered(text, DATA), value, "{text}");
    }
}

#[test]
fn literals_keep_their_text() {
    let cases = [
        ("{{json 0.10}}", r#""0.10""#),
        ("{{json 9007199254740993}}", r#""9007199254740993""#),
        ("{{json 1e2}}", r#""1e2""#),
        ("{{json -1.5E-3}}", r#""-1.5E-3""#),
        ("{{json [1.0, \"]\", {\"a\": [0.10]}]}}", r#""[1.0,\"]\",{\"a\":[0.10]}]""#),
        ("{{json {\"a\": \"}}\"}}}", r#""{\"a\":\"}}\"}""#),
        (r#"{{json "\u00e9\"}}\n"}}"#, r#""\"é\\\"}}\\n\"""#),
        (r#"{{json 'say "it"'}}"#, r#""\"say \\\"it\\\"\"""#),
        ("{{json \"a\n\tb\"}}", r#""\"a\\n\\tb\"""#),
        (r"{{json 'it\'s'}}", r#""\"it's\"""#),
        ("{{true}}", "true"),
        ("{{null}}", "null"),
        ("{{0.10}}", "0.10"),
        ("{{(json null)}}", r#""null""#),
        ("{{2fa}}", r#""on""#),
    ];
    for (text, value) in cases {
        assert_eq!(rendered(text, DATA), value, "{text}");
    }
}

#[test]
fn braces_may_be_text() {
    let fixed = [
        ("plain } }} text", "plain } }} text"),
        (r"\{{int}}", "{{int}}"),
        (r"a \{{{int}}} b", "a {{{int}}} b"),
        ("{{! comment }}", ""),
        ("a{{!-- {{int}} }} --}}b", "ab"),
        ("", ""),
        (r"\", r"\"),
    ];
    for (text, value) in fixed {
        let template = Template::compile(text).unwrap();
        assert_eq!((template.fixed(), template.source()), (Some(value), text));
    }
    assert_eq!(rendered(r"\\{{int}}", DATA), r#""\\1""#);
    assert_eq!(rendered(r"\{{int}} {{int}}", DATA), r#""{{int}} 1""#);
    assert_eq!(rendered("a \n{{~int~}}\n b", DATA), r#""a1b""#);
    assert_eq!(rendered("a {{~{int}~}} b", DATA), r#""a1b""#);
    assert_eq!(Template::literal("{{int}}").fixed(), Some("{{int}}"));
}

#[test]
fn text_does_not_show_null_arrays_and_objects() {
    let cases = [
        (
            "a {{item}}",
            "`item` is an object, which text cannot show",
            "write `{{json item}}` to insert it as JSON text",
        ),
        ("a {{items}}", "`items` is an array, which text cannot show", "`{{json items}}`"),
        ("a {{item.tags}}", "`item.tags` is an array", "`{{json item.tags}}`"),
        ("a {{pick item}}", "`pick item` is an object", "`{{json (pick item)}}`"),
        (
            "a {{ nothing }}",
            "`nothing` is null, which text cannot show",
            "give a fallback: `{{default nothing \"none\"}}`",
        ),
    ];
    for (text, message, help) in cases {
        let fault = fault(text, DATA);
        assert!(fault.to_string().starts_with(message) && fault.help().unwrap().contains(help), "{fault:?}");
    }
    let lone = Template::compile("{{none}}").unwrap();
    with_scope(DATA, |scope| {
        assert!(lone.render(scope).is_ok());
        assert_eq!(lone.render_text(scope).unwrap_err().to_string(), "`none` is an array, which text cannot show");
        assert_eq!(Template::compile("{{price}}").unwrap().render_text(scope).unwrap(), "0.10");
        assert_eq!(Template::compile("{{title}}").unwrap().render_text(scope).unwrap(), "a=b&c<d>'\"");
    });
}

#[test]
fn blocks_choose_and_repeat() {
    let cases = [
        ("{{#if yes}}a{{else}}b{{/if}}", "a"),
        ("{{#if zero}}a{{else}}b{{/if}}", "b"),
        ("{{#if none}}a{{else if blank}}b{{else if nothing}}c{{else}}d{{/if}}", "d"),
        ("{{#if no}}a{{else if yes}}b{{else if yes}}c{{else}}d{{/if}}", "b"),
        ("{{#if no}}a{{^}}b{{/if}}", "b"),
        ("{{#if (and yes (eq int 1.0))}}a{{/if}}", "a"),
        ("{{#if (default missing false)}}a{{/if}}", ""),
        ("{{#unless no}}a{{/unless}}", "a"),
        ("{{#each items}}{{name}}={{price}}{{#unless @last}},{{/unless}}{{/each}}", "a=1.10,b=2e1"),
        ("{{#each items as |it at|}}{{at}}{{@index}}{{it.name}}{{this.price}} {{/each}}", "00a1.10 11b2e1 "),
        ("{{#each item.tags}}{{@key}}{{this}}{{@first}}{{/each}}", "0ttrue1ufalse"),
        ("{{#each create}}{{@key}}: {{this}}{{/each}}", "an item: 201"),
        ("{{#each create as |value key|}}{{key}}: {{value}}{{/each}}", "an item: 201"),
        ("{{#each lists}}{{#each this}}{{@../index}}{{@index}}{{this}} {{/each}}{{/each}}", "001 012 103 "),
        ("{{#each lists}}{{[0]}}{{this.[0]}}{{./0}}{{/each}}", "111333"),
        ("{{#each items}}{{name}} {{../name}} {{@root.name}};{{/each}}", "a outer outer;b outer outer;"),
        ("{{#each items}}{{#with ../item}}{{name}}{{@index}}{{../name}}{{/with}}{{/each}}", "x0ax1b"),
        ("{{#each none}}a{{else}}b{{name}}{{/each}}", "bouter"),
        ("{{#each nothing}}a{{else}}b{{/each}}", "b"),
        ("{{#each none}}a{{/each}}", ""),
        ("{{#with item as |it|}}{{it.name}}{{name}}{{/with}}{{name}}", "xxouter"),
        ("{{#with nothing}}a{{else}}{{name}}{{/with}}", "outer"),
        ("{{#if no}}{{else each items}}{{name}}{{/if}}", "ab"),
        ("[\n{{#each items}}\n  {{name}}\n{{/each}}\n]", "[\n  a\n  b\n]"),
        ("{{#if yes}}  {{~int~}}  {{/if}}", "1"),
        (
            "{{#each items}}{{length name}}{{upper name}}{{json this}}{{/each}}",
            "1A{\"name\":\"a\",\"price\":1.10}1B{\"name\":\"b\",\"price\":2e1}",
        ),
    ];
    for (text, value) in cases {
        let value = Json::from(value).to_text();
        assert_eq!(rendered(text, DATA), value, "{text}");
    }
}

#[test]
fn what_is_missing_in_a_block_is_named() {
    let cases = [
        ("{{#if missing}}a{{/if}}", "the variable `missing` is not defined", None),
        ("{{#if no}}a{{else if itms}}b{{/if}}", "the variable `itms` is not defined", Some("did you mean `items`?")),
        ("{{#each items}}{{nam}}{{/each}}", "the variable `nam` is not defined", Some("did you mean `name`?")),
        ("{{#each items}}{{int}}{{/each}}", "the variable `int` is not defined", Some("did you mean `@root.int`?")),
        ("{{#each items}}{{this.x}}{{/each}}", "the variable `this.x` is not defined", None),
        ("{{#each int}}a{{/each}}", "`each` takes an array or an object, `int` is `1`", None),
        ("{{#each nothing}}a{{/each}}", "`each` takes an array or an object, `nothing` is null", None),
        ("{{#if yes}}{{item}}{{/if}}", "`item` is an object, which text cannot show", None),
    ];
    for (text, message, help) in cases {
        let fault = fault(text, DATA);
        assert_eq!(fault.to_string(), message, "{text}");
        assert!(help.is_none_or(|help| fault.help().unwrap() == help), "{fault:?}");
    }
}

#[test]
fn references_are_the_variables_with_their_places() {
    let cases = [
        ("{{title}}", "title@2"),
        ("é {{ item.name }}{{item.name}}", "item.name@6 item.name@20"),
        ("{{responses.[create an item].status}}", "responses.[create an item].status@2"),
        ("{{default nickname (upper title)}}", "nickname?@10 title@26"),
        ("{{default (upper title) other}}", "title@17 other@24"),
        ("{{now}}{{json {\"a\": 1}}}{{@root.now}}", "@root.now@26"),
        ("{{hmac key text algorithm=kind}}", "key@7 text@11 kind@26"),
        (
            "{{#each items as |it|}}{{it}}{{this}}{{name}}{{@index}}{{../a}}{{@root.b}}{{else}}{{c}}{{/each}}",
            "items@8 ../a@57 @root.b@65 c@84",
        ),
        ("{{#if a}}{{#with b}}{{x}}{{else}}{{c}}{{/with}}{{else if d}}{{e}}{{/if}}", "a@6 b@17 c@35 d@57 e@62"),
        (r"\{{a}}{{! {{b}}{{c}}", "c@17"),
    ];
    for (text, expected) in cases {
        let template = Template::compile(text).unwrap();
        let show = |it: &Reference| format!("{}{}@{}", it.path(), if it.optional { "?" } else { "" }, it.offset);
        let shown: Vec<_> = template.references().iter().map(show).collect();
        assert_eq!(shown.join(" "), expected, "{text}");
    }
    let template = Template::compile("{{@root.item.[a b]}}").unwrap();
    let reference = &template.references()[0];
    assert_eq!((reference.name(), reference.rest()), ("item", &["a b".to_owned()][..]));
}

#[test]
fn a_rendering_may_move_between_threads() {
    fn is_send<T: Send + Sync>() {}
    is_send::<Draws>();
    is_send::<Template>();
    is_send::<Tree>();
}
