//! What stands in braces, as a tree: a path, a literal, a helper with its arguments.

use crate::diagnostic::nearest;
use crate::json::{Json, Number};
use crate::template::{
    constant,
    cursor::Cursor,
    extra::{Extra, Extras},
    fault::BadTemplate,
    helpers::{Body, Helper, helpers},
    literal,
    path::{Frame, Path, Reference, Written},
};

/// How deep brackets and blocks may nest.
pub(super) const DEEPEST: usize = 32;

/// What stands in braces.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Path(Path),
    Literal(Json<'static>),
    Call(Call),
    /// A helper from outside, which takes any number of arguments and no options.
    Extra(Extra, Vec<Expression>),
    /// The first, or the second where the first is missing or null.
    Fallback(Box<[Expression; 2]>),
}

/// A helper and what it is given.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) helper: &'static Helper,
    pub(super) arguments: Vec<Expression>,
    pub(super) options: Vec<(String, Expression)>,
}

/// Reads expressions and notes the variables in them.
pub(super) struct Reader<'r, 't> {
    pub(super) cursor: Cursor<'t>,
    /// The blocks around that give names a meaning, the innermost last.
    pub(super) frames: Vec<Frame>,
    pub(super) references: &'r mut Vec<Reference>,
    extras: &'r Extras,
    depth: usize,
}

impl<'r, 't> Reader<'r, 't> {
    /// A reader that starts here.
    pub(super) fn new(
        cursor: Cursor<'t>,
        frames: Vec<Frame>,
        references: &'r mut Vec<Reference>,
        extras: &'r Extras,
    ) -> Self {
        Self { cursor, frames, references, extras, depth: 0 }
    }

    /// A helper with its arguments, or a name alone.
    pub(super) fn expression(&mut self) -> Result<Expression, BadTemplate> {
        self.cursor.skip_blank();
        match self.cursor.peek() {
            Some('(') => return self.group(),
            Some('"' | '\'') => {
                let wrong = BadTemplate::at(self.cursor.at, "expected a variable or a helper, found text");
                return Err(wrong.help("write the text without the braces"));
            }
            Some('}' | '~') => return Err(BadTemplate::at(self.cursor.at, "expected a variable or a helper")),
            _ => {}
        }
        let name = Written::read(&mut self.cursor)?;
        self.cursor.skip_blank();
        if self.ends() { self.alone(name) } else { self.call(&name) }
    }

    /// One argument: a literal, a path, a helper without arguments, an expression in round brackets.
    pub(super) fn argument(&mut self) -> Result<Expression, BadTemplate> {
        self.cursor.skip_blank();
        match self.cursor.peek() {
            Some('(') => return self.group(),
            Some('"' | '\'') => return literal::text(&mut self.cursor).map(Expression::Literal),
            Some('{') => return literal::structure(&mut self.cursor).map(Expression::Literal),
            Some('[') => {
                let mut ahead = self.cursor;
                if let Ok(list) = literal::structure(&mut ahead) {
                    self.cursor = ahead;
                    return Ok(Expression::Literal(list));
                }
            }
            Some('=' | '<' | '>' | '!') => {
                let wrong =
                    BadTemplate::at(self.cursor.at, format!("expected an argument, found {}", self.cursor.found()));
                return Err(wrong.help("compare by a helper: `(eq a b)`, `(lt a b)`"));
            }
            _ => {}
        }
        let name = Written::read(&mut self.cursor)?;
        if literal_word(&name)?.is_none() && name.text.starts_with(|c: char| c.is_ascii_digit()) {
            let wrong = BadTemplate::at(name.offset, format!("`{}` is neither a number nor a variable", name.text));
            return Err(wrong.help(format!("write text in quotes: `'{}'`", name.text)));
        }
        self.alone(name)
    }

    /// Whether the arguments end here.
    pub(super) fn ends(&self) -> bool {
        let mut ahead = self.cursor;
        match ahead.peek() {
            None | Some('}' | '~' | ')' | '|') => true,
            _ => {
                ahead.eat_word("as") && {
                    ahead.skip_blank();
                    ahead.peek() == Some('|')
                }
            }
        }
    }

    fn group(&mut self) -> Result<Expression, BadTemplate> {
        let from = self.cursor.at;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(BadTemplate::at(from, format!("brackets nest deeper than {DEEPEST}")));
        }
        self.cursor.eat("(");
        let inner = self.expression()?;
        self.cursor.skip_blank();
        if !self.cursor.eat(")") {
            let wrong = BadTemplate::at(from, "`(` is not closed");
            return Err(wrong.help("end it with `)`"));
        }
        self.depth -= 1;
        Ok(inner)
    }

    /// A name without arguments: a literal word, a helper that needs none, or a variable.
    fn alone(&mut self, name: Written<'t>) -> Result<Expression, BadTemplate> {
        if let Some(value) = literal_word(&name)? {
            return Ok(Expression::Literal(value));
        }
        if let Some(helper) = name.name().and_then(helper_of) {
            let call = Call { helper, arguments: Vec::new(), options: Vec::new() };
            return checked(call, name.offset);
        }
        if let Some(extra) = name.name().and_then(|name| self.extras.get(name)) {
            return Ok(Expression::Extra(extra.clone(), Vec::new()));
        }
        let offset = name.offset;
        let path = name.resolve(&self.frames)?;
        self.references.extend(path.reference(offset));
        Ok(Expression::Path(path))
    }

    fn call(&mut self, name: &Written<'t>) -> Result<Expression, BadTemplate> {
        if let Some(extra) = name.name().and_then(|name| self.extras.get(name)) {
            return self.extra(extra);
        }
        let helper =
            name.name().and_then(helper_of).ok_or_else(|| unknown_helper(name, self.bracketed(), self.extras))?;
        let mut call = Call { helper, arguments: Vec::new(), options: Vec::new() };
        let first_reference = self.references.len();
        while !self.ends() {
            match self.option_name() {
                Some((offset, option)) => {
                    check_option(&call, option, offset)?;
                    call.options.push((option.to_owned(), self.argument()?));
                }
                None => call.arguments.push(self.argument()?),
            }
            self.cursor.skip_blank();
        }
        let first_is_path =
            matches!(call.arguments.first(), Some(Expression::Path(path)) if path.reference(0).is_some());
        if first_is_path && matches!(helper.body, Body::Fallback) {
            self.references[first_reference].optional = true;
        }
        checked(call, name.offset)
    }

    /// What stands in a bracket that follows a name at once: `0` of `items[0]`, `API_URL` of `env['API_URL']`.
    fn bracketed(&self) -> Option<&'t str> {
        let mut ahead = self.cursor;
        let from = ahead.at;
        let within = ahead.eat("[") && ahead.skip_past("]");
        let is_next = self.cursor.text(0..from).ends_with(|c: char| c.is_alphanumeric() || c == '_');
        (within && is_next).then(|| ahead.text(from + 1..ahead.at - 1).trim_matches(['"', '\'']))
    }

    /// The arguments of a helper from outside.
    fn extra(&mut self, extra: &Extra) -> Result<Expression, BadTemplate> {
        let mut arguments = Vec::new();
        while !self.ends() {
            if let Some((offset, option)) = self.option_name() {
                let message = format!("the helper `{}` has no option `{option}`", extra.name);
                return Err(BadTemplate::at(offset, message));
            }
            arguments.push(self.argument()?);
            self.cursor.skip_blank();
        }
        Ok(Expression::Extra(extra.clone(), arguments))
    }

    /// The name and place of an option, read with its `=`, if one comes next.
    fn option_name(&mut self) -> Option<(usize, &'t str)> {
        let mut ahead = self.cursor;
        let name = ahead.symbol();
        ahead.skip_blank();
        let is_option = !name.is_empty() && ahead.eat("=") && ahead.peek() != Some('=');
        let offset = self.cursor.at;
        is_option.then(|| {
            self.cursor = ahead;
            (offset, name)
        })
    }
}

/// The value of `true`, `false`, `null` or a number, by its text.
fn literal_word(name: &Written<'_>) -> Result<Option<Json<'static>>, BadTemplate> {
    let word = match name.text {
        "true" => Json::Bool(true),
        "false" => Json::Bool(false),
        "null" => Json::Null,
        text => match Number::parse(text) {
            Some(number) => Json::Number(number.into_owned()),
            None if looks_like_a_number(text) => {
                let wrong = BadTemplate::at(name.offset, format!("`{text}` is not a number as JSON writes it"));
                return Err(wrong.help("write text in quotes"));
            }
            None => return Ok(None),
        },
    };
    Ok(Some(word))
}

fn looks_like_a_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn helper_of(name: &str) -> Option<&'static Helper> {
    helpers().find(|helper| helper.name == name)
}

fn unknown_helper(name: &Written<'_>, bracket: Option<&str>, extras: &Extras) -> BadTemplate {
    let Some(plain) = name.name() else {
        let message = format!("`{}` is a variable, which takes no arguments", name.text);
        return BadTemplate::at(name.offset, message);
    };
    let wrong = BadTemplate::at(name.offset, format!("there is no helper `{plain}`"));
    if let Some(index) = bracket {
        return wrong.help(format!("a part of a value stands behind a dot: `{plain}.{index}`"));
    }
    match nearest(plain, helpers().map(|helper| helper.name).chain(extras.names())) {
        Some(near) => wrong.help(format!("did you mean `{near}`?")),
        None => wrong.help("a variable stands alone in its braces"),
    }
}

/// The call as an expression, if its helper takes so many arguments.
fn checked(call: Call, offset: usize) -> Result<Expression, BadTemplate> {
    let Call { helper, arguments, .. } = &call;
    if !helper.takes(arguments.len()) {
        let given = match arguments.len() {
            0 => "none is given".to_owned(),
            count => format!("{count} given"),
        };
        let message = format!("the helper `{}` takes {}, {given}", helper.name, helper.count());
        let wrong = BadTemplate::at(offset, message);
        return Err(wrong.help(match arguments.len() {
            0 => format!(
                "for example `{}`; a variable of this name is `{{{{@root.{}}}}}`",
                helper.example.0, helper.name
            ),
            _ => format!("for example `{}`", helper.example.0),
        }));
    }
    if let Some(Expression::Literal(Json::String(choice))) = arguments.first()
        && let Some((message, help)) = helper.refuses(choice)
    {
        return Err(BadTemplate::at(offset, message).help(help));
    }
    match (helper.body, <[Expression; 2]>::try_from(call.arguments.clone())) {
        (Body::Fallback, Ok(both)) => Ok(Expression::Fallback(Box::new(both))),
        _ => match constant::fault(&call) {
            Some(fault) => {
                let help = fault.help().unwrap_or_else(|| format!("for example `{}`", helper.example.0));
                Err(BadTemplate::at(offset, fault.to_string()).help(help))
            }
            None => Ok(Expression::Call(call)),
        },
    }
}

fn check_option(call: &Call, option: &str, offset: usize) -> Result<(), BadTemplate> {
    let Call { helper, options, .. } = call;
    if options.iter().any(|(known, _)| known == option) {
        return Err(BadTemplate::at(offset, format!("the option `{option}` is given twice")));
    }
    if helper.options.contains(&option) {
        return Ok(());
    }
    let wrong = BadTemplate::at(offset, format!("the helper `{}` has no option `{option}`", helper.name));
    Err(match (nearest(option, helper.options.iter().copied()), helper.options) {
        (Some(near), _) => wrong.help(format!("did you mean `{near}`?")),
        (None, []) => wrong,
        (None, known) => wrong.help(format!("it has `{}`", known.join("`, `"))),
    })
}
