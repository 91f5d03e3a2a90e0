//! A place in a text that is being read.

use std::ops::Range;

/// Where reading has come to.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    /// The next byte.
    pub(super) at: usize,
}

impl<'t> Cursor<'t> {
    /// At the start of a text.
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    /// What was read since this byte.
    pub(super) fn since(&self, from: usize) -> &'t str {
        self.text(from..self.at)
    }

    /// A stretch of the text.
    pub(super) fn text(&self, range: Range<usize>) -> &'t str {
        &self.text[range]
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Reads exactly this, if it comes next.
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let comes = self.rest().starts_with(expected);
        if comes {
            self.at += expected.len();
        }
        comes
    }

    /// Reads this word, if it comes next as a whole.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let comes = self.rest().strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_symbol));
        if comes {
            self.at += word.len();
        }
        comes
    }

    /// Reads a name; empty if none comes next.
    pub(super) fn symbol(&mut self) -> &'t str {
        let from = self.at;
        self.at += self.rest().find(|c| !is_symbol(c)).unwrap_or(self.rest().len());
        self.since(from)
    }

    /// Reads blanks and line breaks.
    pub(super) fn skip_blank(&mut self) {
        self.at += self.rest().find(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).unwrap_or(self.rest().len());
    }

    /// Reads up to the end of the next occurrence of this, if there is one.
    pub(super) fn skip_past(&mut self, end: &str) -> bool {
        let found = self.rest().find(end);
        self.at += found.map_or(0, |at| at + end.len());
        found.is_some()
    }

    /// The next character for a message.
    pub(super) fn found(&self) -> String {
        self.peek().map_or_else(|| "the end of the text".to_owned(), |next| format!("`{next}`"))
    }
}

/// Whether handlebars takes this character for a part of a name.
pub(super) fn is_symbol(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '$' | ':') || !c.is_ascii()
}
