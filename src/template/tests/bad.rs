//! What is no template, and where.

use crate::source::Source;
use crate::template::{BadTemplate, Template, tests::with_scope};
use crate::yaml;

/// Why a text is not a template.
pub(super) fn bad(text: &str) -> BadTemplate {
    Template::compile(text).expect_err(text)
}

#[test]
fn an_expression_is_refused_at_its_place() {
    refuse(&[
        ("a {{title", 2, "`{{` is not closed", r"end it with `}}`"),
        ("{{title and {{int}}", 0, "`{{` is not closed", ""),
        ("a {{! b", 2, "`{{` is not closed", ""),
        ("{{}}", 2, "expected a variable or a helper", ""),
        ("{{ \"a\" }}", 3, "expected a variable or a helper, found text", "without the braces"),
        ("{{upcase title}}", 2, "there is no helper `upcase`", "a variable stands alone"),
        ("é{{uper title}}", 4, "there is no helper `uper`", "did you mean `upper`?"),
        ("{{upper (lowr title)}}", 9, "there is no helper `lowr`", "did you mean `lower`?"),
        ("{{item.name 1}}", 2, "`item.name` is a variable, which takes no arguments", ""),
        ("{{upper}}", 2, "the helper `upper` takes 1 argument, none is given", "`{{@root.upper}}`"),
        ("{{json number}}", 7, "the helper `number` takes 1 argument, none is given", ""),
        ("{{upper a b}}", 2, "the helper `upper` takes 1 argument, 2 given", "{{upper \"abc\"}}"),
        ("{{uuid a}}", 2, "the helper `uuid` takes 0 arguments, 1 given", ""),
        ("{{random_int 1 2 3}}", 2, "takes 0 to 2 arguments, 3 given", ""),
        ("{{and a}}", 2, "takes 2 or more arguments, 1 given", ""),
        ("{{default a}}", 2, "the helper `default` takes 2 arguments, 1 given", ""),
        ("{{now ad=\"5m\"}}", 6, "the helper `now` has no option `ad`", "did you mean `add`?"),
        ("{{now add=\"5m\" add=\"1m\"}}", 15, "the option `add` is given twice", ""),
        ("{{upper a x=1}}", 10, "the helper `upper` has no option `x`", ""),
        ("{{a | upper}}", 4, "expected `}}`, found `|`", "`{{upper title}}`"),
        ("{{a b}}", 2, "there is no helper `a`", ""),
        ("{{eq a == b}}", 7, "expected an argument, found `=`", "`(eq a b)`"),
        ("{{upper (lower a}}", 8, "`(` is not closed", ""),
        ("{{upper 'abc}}", 8, "the text is not closed", ""),
        ("{{upper \"a\\qb\"}}", 8, "is not a literal: invalid escape", ""),
        ("{{json 01}}", 7, "`01` is not a number", ""),
        ("{{json {\"a\": x}}}", 7, "is not a literal", ""),
        ("{{a.[b}}", 4, "`[` is not closed", ""),
        ("{{a.}}", 4, "expected a name, found `}`", ""),
        ("{{a b%}}", 2, "there is no helper `a`", ""),
        ("{{%}}", 2, "expected a name, found `%`", ""),
        ("{{{a}}", 4, "expected `}}}`, found `}`", ""),
        ("{{items[0].id}}", 2, "there is no helper `items`", "a part of a value stands behind a dot: `items.0`"),
        ("{{env['API_URL']}}", 2, "there is no helper `env`", "`env.API_URL`"),
        ("{{é[0]}}", 2, "there is no helper `é`", "`é.0`"),
        ("{{a [0]}}", 2, "there is no helper `a`", "a variable stands alone"),
        ("{{now add=5m}}", 10, "`5m` is neither a number nor a variable", "write text in quotes: `'5m'`"),
    ]);
}

#[test]
fn a_call_that_always_fails_is_refused_before_it_is_rendered() {
    refuse(&[
        ("x {{now add='5'}}", 4, "`now` cannot use `add=5`", "for example"),
        ("{{now tz='Mars/Base'}}", 2, "`now` cannot use `tz=Mars/Base`", ""),
        ("{{random_int 5 1}}", 2, "`random_int` takes `max` not less than `min`", ""),
        ("{{upper (integer 'x')}}", 9, "`integer` takes an integer", ""),
        ("{{add 1 'x'}}", 2, "`add` takes a number as `right`", "{{add 0.1 0.2}}"),
    ]);
    for text in [
        "{{integer x}}",
        "{{file 'none.txt'}}",
        "{{now add='5m' format='%Y'}}",
        "{{upper (default x 1)}}",
        "{{random_int 1 5}}",
    ] {
        assert!(Template::compile(text).is_ok(), "{text}");
    }
}

#[test]
fn the_files_that_it_reads_are_known_with_their_places() {
    let files = |text: &str| Template::compile(text).unwrap().files().to_vec();
    assert_eq!(
        files("{{file 'a.txt'}} {{x}} {{json (upper (file \"b.txt\"))}}"),
        [("a.txt".to_owned(), 8), ("b.txt".to_owned(), 44)]
    );
    assert_eq!(files("{{file name}}{{upper 'a.txt'}}{{#if (file 'c')}}{{/if}}"), [("c".to_owned(), 43)]);
    assert_eq!(files("plain"), []);
}

#[test]
fn what_cannot_be_rendered_is_told_where_it_stands() {
    for (written, marked) in [
        ("'/items/{{ upper item.nope }}/x'", "upper item.nope"),
        ("'{{item}} x'", "item"),
        ("\"a{{#if nope}}x{{/if}}\"", "nope"),
        ("'{{nope}}'", "nope"),
        ("\"\\t{{nope}}\"", "\"\\t{{nope}}\""),
    ] {
        let source = Source::inline("a.yaml", format!("a: {written}\n"));
        let node = yaml::parse(&source).root.unwrap().entries().unwrap()[0].value.clone();
        let template = Template::compile(node.scalar_text().unwrap()).unwrap().placed(&node.place);
        let fault = with_scope("{\"item\": {}}", |scope| template.render(scope).unwrap_err());
        assert_eq!(fault.place().unwrap().text(), marked, "{written}");
    }
}

#[test]
fn a_block_is_refused_at_its_place() {
    refuse(&[
        ("{{#if a}}x", 0, "`{{#if}}` is not closed", "end it with `{{/if}}`"),
        ("{{#if a}}{{#each b}}{{/if}}", 22, "`{{/if}}` closes `{{#each}}`", "write `{{/each}}`"),
        ("a{{/if}}", 3, "`{{/if}}` closes nothing", ""),
        ("{{else}}", 0, "`{{else}}` stands outside of a block", ""),
        ("{{#if a}}{{else}}{{else}}{{/if}}", 17, "a part after the last `{{else}}`", ""),
        ("{{#if}}{{/if}}", 3, "the block `if` takes one argument", "(eq a b)"),
        ("{{#if a == b}}{{/if}}", 3, "the block `if` takes one argument", ""),
        ("{{#eech a}}{{/eech}}", 3, "there is no block `eech`", "did you mean `each`?"),
        ("{{#upper a}}{{/upper}}", 3, "there is no block `upper`", "is a helper, which is written without `#`"),
        ("{{#if a as |b|}}{{/if}}", 8, "the block `if` gives 0 names, not 1", ""),
        ("{{#each a as |b c d|}}{{/each}}", 10, "the block `each` gives 2 names, not 3", ""),
        ("{{this}}", 2, "`this` has no meaning outside of `{{#each}}`", "name the variable"),
        ("{{@index}}", 2, "`@index` has no meaning outside of `{{#each}}`", ""),
        ("{{@random}}", 2, "`@random` is not known", "`@index`"),
        ("{{../a}}", 2, "`../a` goes up by more blocks than there are", ""),
        ("{{> partial}}", 2, "partials and decorators are not supported", ""),
        ("{{#> partial}}{{/partial}}", 3, "partials and decorators", ""),
        ("{{* decorator}}", 2, "partials and decorators", ""),
        ("{{{{raw}}}}{{{{/raw}}}}", 0, "raw blocks in four braces", r"write `\{{`"),
    ]);
}

/// Checks of each text where it is refused, and words of the message and the help.
fn refuse(cases: &[(&str, usize, &str, &str)]) {
    for (text, offset, message, help) in cases {
        let bad = bad(text);
        assert_eq!(bad.offset, *offset, "{text}: {bad:?}");
        assert!(bad.message.contains(message), "{text}: {bad:?}");
        assert!(bad.help.unwrap_or_default().contains(help), "{text}");
    }
}
