//! What is wrong with a path that is not RFC 9535: most such paths were written for an older dialect.

use super::{BadPath, gate};

/// Syntax of older dialects: what is written, what is wrong with it, what to write.
const DIALECTS: &[(&str, &str, &str)] = &[
    (
        "=~",
        "`=~` is not an operator",
        "write `match(@.name, 'a.*')` for the whole text, `search(@.name, 'a')` for a part",
    ),
    ("===", "`===` is not an operator", "write `==`"),
    ("!==", "`!==` is not an operator", "write `!=`"),
    ("<>", "`<>` is not an operator", "write `!=`"),
    ("[(", "a path holds no scripts", "the last element is `[-1]`"),
    (".length()", "a path calls no methods", LENGTH),
    (".size()", "a path calls no methods", LENGTH),
    (".count()", "a path calls no methods", LENGTH),
    (".length", "`.length` is a member of this name, not a length", LENGTH),
    (".keys()", "a path calls no methods", "select the object and use the matcher `contains` with a name"),
    (".first()", "a path calls no methods", "the first element is `[0]`"),
    (".last()", "a path calls no methods", "the last element is `[-1]`"),
    ("()", "a path calls no methods", "select the list and use matchers such as `length`, `sorted` or `contains`"),
    (" and ", "`and` is not an operator", "write `&&`"),
    (" or ", "`or` is not an operator", "write `||`"),
    ("?not ", "`not` is not an operator", "write `!`"),
    (" not ", "`not` is not an operator", "write `!`"),
    (" in ", "`in` is not an operator", "write `@.id == 1 || @.id == 2`"),
    (" nin ", "`nin` is not an operator", "write `@.id != 1 && @.id != 2`"),
    (" contains ", "`contains` is not an operator", "write `search(@.name, 'a')`"),
    ("^", "a path cannot go up", "select from above with a filter: `$.items[?@.price > 9]`"),
    ("~", "a path finds values, not names", "select the object and use the matcher `contains` with a name"),
    ("[]", "brackets select nothing when they are empty", "every element is `[*]`"),
    (".[", "a dot before a bracket", "leave the dot out"),
    ("“", "a curly quote", STRAIGHT),
    ("”", "a curly quote", STRAIGHT),
    ("‘", "a curly quote", STRAIGHT),
    ("’", "a curly quote", STRAIGHT),
    ("`", "a backtick", STRAIGHT),
];
const LENGTH: &str =
    "write `length(@.items)` within a filter, or select the list and use the matcher `length`: `$.items: {length: 3}`";
const RESULTS: &str =
    "`length`, `count` and `value` are compared (`length(@.a) > 2`), `match` and `search` stand alone";
const SELECTORS: &str = "write a name in quotes, an index, `*`, a slice `1:3` or a filter `?@.price > 9`";
const STRAIGHT: &str = "names and texts stand in `'` or `\"`";

/// Says what is wrong with a path that was refused at this byte with these words.
pub(super) fn explain(text: &str, offset: usize, words: &str) -> BadPath {
    let syntax = gate::without_strings(text);
    let known = [whole, ending, dialect, quoting, closing, equals, naming];
    let known = known.iter().find_map(|explain| explain(text, &syntax));
    known.unwrap_or_else(|| told(text, offset.min(text.len()), words))
}

/// What is wrong with how the path begins.
fn whole(text: &str, _: &str) -> Option<BadPath> {
    if text.trim().is_empty() {
        return Some(bad(0, "the path is empty", "`$` is the whole document"));
    }
    if text.trim() != text {
        let offset = if text.starts_with(char::is_whitespace) { 0 } else { text.trim_end().len() };
        return Some(bad(offset, "a path neither begins nor ends with a blank", "leave the blank out"));
    }
    let help = match text.chars().next()? {
        '$' => return None,
        '@' => "`@` is the value that a filter looks at; the document is `$`".to_owned(),
        '.' | '[' => format!("write `${text}`"),
        _ => format!("write `$.{text}`"),
    };
    Some(bad(0, "a path begins with `$`", &help))
}

fn ending(text: &str, syntax: &str) -> Option<BadPath> {
    if let Some(before) = syntax.strip_suffix("..") {
        let help = format!("`{text}*` is everything below, `{text}name` every member of that name");
        return Some(bad(before.len(), "`..` finds nothing of its own", &help));
    }
    let before = syntax.strip_suffix('.')?;
    Some(bad(before.len(), "a name is missing after the dot", "leave the dot out"))
}

fn dialect(_: &str, syntax: &str) -> Option<BadPath> {
    DIALECTS.iter().find_map(|(written, message, help)| {
        let offset = syntax.find(written)?;
        Some(bad(offset + written.len() - written.trim_start().len(), message, help))
    })
}

/// A quote that is not closed, a name in brackets without quotes.
fn quoting(text: &str, syntax: &str) -> Option<BadPath> {
    let quotes: Vec<_> = syntax.match_indices(['\'', '"']).collect();
    if let (1, Some((offset, quote))) = (quotes.len() % 2, quotes.last()) {
        return Some(bad(*offset, "a quote is not closed", &format!("end it with `{quote}`")));
    }
    let bracket = syntax.match_indices(['[', ',']).find(|(at, _)| {
        let inner = syntax[at + 1..].trim_start();
        is_outside_filter(&syntax[..*at]) && inner.starts_with(|c: char| c.is_alphabetic() || c == '_')
    });
    let offset = syntax.len() - syntax[bracket?.0 + 1..].trim_start().len();
    let name = until(text, offset, &[']', ',']);
    Some(bad(offset, "a name in brackets stands in quotes", &format!("write `['{}']`", name.trim())))
}

fn is_outside_filter(before: &str) -> bool {
    before.rfind('?').is_none_or(|at| before[at..].matches(']').count() > before[at..].matches('[').count())
}

/// A bracket or parenthesis without its other half.
fn closing(_: &str, syntax: &str) -> Option<BadPath> {
    let mut open: Vec<(usize, char)> = Vec::new();
    for (offset, close) in syntax.match_indices(['[', '(', ']', ')']) {
        let opened_by = match close {
            "]" => '[',
            ")" => '(',
            opening => {
                open.push((offset, if opening == "[" { '[' } else { '(' }));
                continue;
            }
        };
        match open.pop() {
            Some((_, last)) if last == opened_by => {}
            Some(last) if open.iter().any(|(_, it)| *it == opened_by) => return Some(unclosed(last)),
            _ => return Some(bad(offset, &format!("`{close}` closes nothing"), "leave it out")),
        }
    }
    open.pop().map(unclosed)
}

fn unclosed((offset, opening): (usize, char)) -> BadPath {
    let close = if opening == '[' { ']' } else { ')' };
    bad(offset, &format!("`{opening}` is not closed"), &format!("end it with `{close}`"))
}

/// A single `=`.
fn equals(_: &str, syntax: &str) -> Option<BadPath> {
    let is_alone = |at: usize| {
        let touches = |c: Option<char>| c.is_some_and(|c| "=!<>".contains(c));
        !touches(syntax[..at].chars().next_back()) && !touches(syntax[at + 1..].chars().next())
    };
    let (offset, _) = syntax.match_indices('=').find(|(at, _)| is_alone(*at))?;
    Some(bad(offset, "`=` compares nothing", "write `==`"))
}

/// A name after a dot that only brackets can hold.
fn naming(text: &str, syntax: &str) -> Option<BadPath> {
    let names = syntax.match_indices('.').map(|(at, _)| at + 1);
    names.filter(|at| !syntax[*at..].starts_with(['.', '*'])).find_map(|at| {
        let name = until(text, at, &['.', '[', ']', ')', '(', ' ', '=', '!', '<', '>', '&', '|', ',', '\'', '"']);
        let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
        if name.is_empty() || !syntax[..at - 1].ends_with(|c: char| c.is_alphanumeric() || "$@]_.".contains(c)) {
            return None;
        }
        if name.chars().all(|c| c.is_ascii_digit()) {
            return Some(bad(at, "an index stands in brackets", &format!("write `[{name}]` without the dot")));
        }
        let wrong = name.find(|c: char| !is_letter(c) && !c.is_ascii_digit());
        let wrong = if name.starts_with(is_letter) { wrong? } else { 0 };
        let message = "a name after a dot has only letters, digits and `_`, and begins with no digit";
        Some(bad(at + wrong, message, &format!("write `['{name}']` without the dot")))
    })
}

fn until<'t>(text: &'t str, from: usize, ends: &[char]) -> &'t str {
    let rest = &text[from..];
    &rest[..rest.find(ends).unwrap_or(rest.len())]
}

/// What the parser said, in our words where they are known.
fn told(text: &str, offset: usize, words: &str) -> BadPath {
    let words =
        words.split_once(", ").filter(|(context, _)| context.starts_with("in ")).map_or(words, |(_, words)| words);
    let rest = text.get(offset..).unwrap_or_default();
    if let Some(operator) = ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|it| rest.starts_with(it)) {
        return compared(offset, operator, rest[operator.len()..].trim_start());
    }
    if rest.starts_with('[') {
        return bad(offset + 1, "what stands in the brackets selects nothing", SELECTORS);
    }
    let found = rest.chars().next().map_or_else(|| "found the end".to_owned(), |c| format!("found `{c}`"));
    let (message, help) = match words {
        "parser error" => (format!("{found}, which does not belong there"), None),
        "expected closing ']'" => (format!("expected `]` or `,`, {found}"), None),
        "function with incorrect return type used" => ("this function does not stand here".to_owned(), Some(RESULTS)),
        "expected an ending quote" if rest.starts_with('\\') => (
            "this escape does not exist".to_owned(),
            Some("the escapes are those of JSON, such as `\\n` and `\\u00e9`, and `\\'`"),
        ),
        _ if words.starts_with("function name") => {
            let name = words.split('\'').nth(1).unwrap_or_default();
            let help = "the functions are `length`, `count`, `match`, `search` and `value`";
            (format!("there is no function `{name}`"), Some(help))
        }
        _ => (format!("{}, {found}", words.replace('\'', "`")), None),
    };
    BadPath { message, offset, help: help.map(ToOwned::to_owned) }
}

/// What is wrong around an operator that the parser stopped at: it knew one of the sides for no value.
fn compared(offset: usize, operator: &str, right: &str) -> BadPath {
    if right.is_empty() || right.starts_with([']', ')', '&', '|']) {
        return bad(offset, &format!("nothing stands after `{operator}`"), "compare with a value: `@.price > 9`");
    }
    let message =
        format!("`{operator}` compares what is one value at most: a text in quotes, a number, or a path to one");
    bad(offset, &message, "of many values compare `count(@.items[*])` or `value(@..id)`")
}

fn bad(offset: usize, message: &str, help: &str) -> BadPath {
    BadPath { message: message.to_owned(), offset, help: Some(help.to_owned()) }
}
