//! Signs, names and literals of an expression, with the place where something is wrong.

use crate::xpath::BadXPath;

impl BadXPath {
    /// Something wrong at a byte.
    pub(super) fn at(offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), offset, help: None }
    }

    /// The same with what may be meant.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Reads a text from left to right.
#[derive(Clone, Copy)]
pub(super) struct Scanner<'t> {
    text: &'t str,
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    /// A scanner at the beginning.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// What is left, without blanks before it.
    pub(super) fn rest(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        self.at += rest.len() - trimmed.len();
        trimmed
    }

    /// Takes a sign, if it comes next.
    pub(super) fn eat(&mut self, sign: &str) -> bool {
        let found = self.rest().starts_with(sign);
        if found {
            self.at += sign.len();
        }
        found
    }

    /// Takes a sign.
    pub(super) fn expect(&mut self, sign: &str) -> Result<(), BadXPath> {
        if self.eat(sign) {
            return Ok(());
        }
        let found = self.found();
        Err(BadXPath::at(self.at, format!("expected `{sign}`, found {found}")))
    }

    /// Takes a word, if it comes next and is not the beginning of a longer one.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let mut ahead = *self;
        let found = ahead.name() == Some(word);
        if found {
            *self = ahead;
        }
        found
    }

    /// Takes a name without a colon (`NCName`).
    pub(super) fn name(&mut self) -> Option<&'t str> {
        let rest = self.rest();
        let first = rest.chars().next().filter(|c| *c == '_' || c.is_alphabetic())?;
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}');
        let end = rest[first.len_utf8()..].find(|c| !is_part(c)).map_or(rest.len(), |end| end + first.len_utf8());
        self.at += end;
        Some(&rest[..end])
    }

    /// Takes a literal, if one comes next.
    pub(super) fn literal(&mut self) -> Result<Option<&'t str>, BadXPath> {
        let rest = self.rest();
        let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return Ok(None) };
        let Some(end) = rest[1..].find(quote) else {
            return Err(BadXPath::at(self.at, "the text in quotes is not closed"));
        };
        self.at += end + 2;
        Ok(Some(&rest[1..=end]))
    }

    /// Takes a number, if one comes next.
    pub(super) fn number(&mut self) -> Option<f64> {
        let rest = self.rest();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(rest);
        let fraction = rest[whole..].strip_prefix('.').map_or(0, |fraction| 1 + digits(fraction));
        let length = whole + fraction;
        let number = rest[..length].parse().ok().filter(|_| whole + fraction.saturating_sub(1) > 0)?;
        self.at += length;
        Some(number)
    }

    /// What comes next, for a message.
    pub(super) fn found(&mut self) -> String {
        match self.rest().chars().next() {
            Some(c) => format!("`{c}`"),
            None => "the end".to_owned(),
        }
    }
}
