//! Finds the `{{…}}` of a text, reads what stands in them, and leaves a skeleton for handlebars.
//!
//! In the skeleton every expression is a number (`{{e0}}`) and every block an `if` (`{{#if e1}}`): handlebars sees the text
//! around them and nothing that could nest without bound.

use std::fmt::Write;

use crate::template::{
    block::{self, Kind},
    constant,
    cursor::Cursor,
    expression::{DEEPEST, Expression, Reader},
    extra::Extras,
    fault::BadTemplate,
    path::{Frame, Reference},
};

/// How many `{{…}}` a text may have.
const MOST: usize = 1000;

/// A text that was read.
pub(super) struct Scanned {
    /// The expressions, by their number in the skeleton.
    pub(super) tags: Vec<Tag>,
    pub(super) references: Vec<Reference>,
    /// The files that are read, and the byte where each is named.
    pub(super) files: Vec<(String, usize)>,
    pub(super) skeleton: String,
    /// Whether the text is one expression and nothing else.
    pub(super) lone: bool,
}

/// An expression, and for which block it is, if for one.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) expression: Expression,
    /// The expression as written.
    pub(super) written: String,
    /// The byte where it stands.
    pub(super) offset: usize,
    pub(super) block: Option<Kind>,
}

/// Reads a text.
pub(super) fn scan(text: &str, extras: &Extras) -> Result<Scanned, BadTemplate> {
    let scanned =
        Scanned { tags: Vec::new(), references: Vec::new(), files: Vec::new(), skeleton: String::new(), lone: false };
    let mut scanner = Scanner { cursor: Cursor::new(text), open: Vec::new(), scanned, extras };
    let mut count = 0;
    while scanner.find_tag() {
        count += 1;
        if count > MOST {
            return Err(BadTemplate::at(scanner.cursor.at, format!("more than {MOST} expressions in one text")));
        }
        scanner.tag()?;
    }
    match scanner.open.pop() {
        Some(open) => Err(open.unclosed()),
        None => Ok(scanner.scanned),
    }
}

struct Scanner<'t> {
    cursor: Cursor<'t>,
    open: Vec<Open>,
    scanned: Scanned,
    extras: &'t Extras,
}

/// A block that is not closed yet.
struct Open {
    kind: Kind,
    offset: usize,
    /// What the part being read gives names a meaning by.
    frame: Option<Frame>,
    /// Whether a plain `else` was read.
    last_part: bool,
    /// How many blocks this is: one, and one for each `else if`.
    depth: usize,
}

impl Open {
    fn unclosed(&self) -> BadTemplate {
        let name = self.kind.name();
        let wrong = BadTemplate::at(self.offset, format!("`{{{{#{name}}}}}` is not closed"));
        wrong.help(format!("end it with `{{{{/{name}}}}}`"))
    }
}

impl Scanner<'_> {
    /// Goes to the next `{{` that is not escaped by one backslash; two backslashes are one, and escape nothing.
    fn find_tag(&mut self) -> bool {
        let from = self.cursor.at;
        while let Some(found) = self.cursor.rest().find("{{") {
            self.cursor.at += found;
            let before = self.cursor.since(from);
            let backslashes = before.len() - before.trim_end_matches('\\').len();
            if backslashes != 1 {
                self.scanned.skeleton.push_str(before);
                return true;
            }
            self.cursor.eat("{{");
            self.cursor.eat("{{");
        }
        self.cursor.at += self.cursor.rest().len();
        self.scanned.skeleton.push_str(self.cursor.since(from));
        false
    }

    fn tag(&mut self) -> Result<(), BadTemplate> {
        let start = self.cursor;
        if start.rest().starts_with("{{{{") {
            let wrong = BadTemplate::at(start.at, "raw blocks in four braces are not supported");
            return Err(wrong.help(r"write `\{{` for two braces that are text"));
        }
        let read = match start.rest().as_bytes().get(2) {
            Some(b'!') => self.comment(),
            _ => self.braces(),
        };
        read.map_err(|bad| {
            let rest = &start.rest()[2..];
            let unclosed = rest.find("}}").is_none_or(|end| rest[..end].contains("{{"));
            if unclosed { unclosed_braces(start.at) } else { bad }
        })
    }

    fn comment(&mut self) -> Result<(), BadTemplate> {
        let from = self.cursor.at;
        let mut long = self.cursor;
        if long.eat("{{!--") && long.skip_past("--}}") {
            self.cursor = long;
        } else if !self.cursor.skip_past("}}") {
            return Err(unclosed_braces(from));
        }
        self.scanned.skeleton.push_str(self.cursor.since(from));
        Ok(())
    }

    fn braces(&mut self) -> Result<(), BadTemplate> {
        let from = self.cursor.at;
        self.cursor.eat("{{");
        let mut left = self.cursor.eat("~");
        // `{{{x}}}` and `{{&x}}` are the value as it is, which `{{x}}` is here as well.
        let triple = self.cursor.eat("{");
        left |= triple && self.cursor.eat("~");
        let at = self.cursor.at;
        let content = match self.cursor.peek() {
            Some('#') if !triple => self.open(from)?,
            Some('/') if !triple => self.close()?,
            Some('^') if !triple => self.other(from, "^")?,
            Some('>' | '*') => return Err(refused(at)),
            _ if self.cursor.clone().eat_word("else") => self.other(from, "else")?,
            next => {
                self.cursor.at += usize::from(next == Some('&') && !triple);
                self.expression(None, |reader| reader.expression())?
            }
        };
        let right = self.end(triple)?;
        let tilde = |there: bool| if there { "~" } else { "" };
        // A `String` takes everything that is written to it.
        let _ = write!(self.scanned.skeleton, "{{{{{}{content}{}}}}}", tilde(left), tilde(right));
        let whole = from == 0 && self.cursor.rest().is_empty();
        self.scanned.lone = whole && content == "e0";
        Ok(())
    }

    /// Reads an expression and gives its number in the skeleton.
    fn expression(
        &mut self,
        block: Option<Kind>,
        read: impl FnOnce(&mut Reader<'_, '_>) -> Result<Expression, BadTemplate>,
    ) -> Result<String, BadTemplate> {
        self.cursor.skip_blank();
        let from = self.cursor.at;
        let frames = self.open.iter().filter_map(|open| open.frame.clone()).collect();
        let mut reader = Reader::new(self.cursor, frames, &mut self.scanned.references, self.extras);
        let read = read(&mut reader);
        self.cursor = reader.cursor;
        let (written, expression) = (self.cursor.since(from), read?);
        let offset = from + written.len() - written.trim_start().len();
        let mut files = Vec::new();
        constant::files(&expression, &mut files);
        self.scanned.files.extend(files.into_iter().map(|file| {
            let at = from + written.find(&file).unwrap_or(0);
            (file, at)
        }));
        self.scanned.tags.push(Tag { expression, written: written.trim().to_owned(), offset, block });
        Ok(format!("e{}", self.scanned.tags.len() - 1))
    }

    fn open(&mut self, from: usize) -> Result<String, BadTemplate> {
        self.cursor.eat("#");
        if matches!(self.cursor.peek(), Some('>' | '*')) {
            return Err(refused(self.cursor.at));
        }
        let (kind, frame, number) = self.head()?;
        self.open.push(Open { kind, offset: from, frame, last_part: false, depth: 1 });
        self.check_depth(from)?;
        Ok(format!("#if {number}"))
    }

    /// The name of a block, its argument and the names it gives.
    fn head(&mut self) -> Result<(Kind, Option<Frame>, String), BadTemplate> {
        self.cursor.skip_blank();
        let offset = self.cursor.at;
        let kind = Kind::read(self.cursor.symbol(), offset)?;
        self.cursor.skip_blank();
        if self.ends() {
            return Err(kind.wrong_arguments(offset));
        }
        let number = self.expression(Some(kind), |reader| reader.argument())?;
        self.cursor.skip_blank();
        if !self.ends() {
            return Err(kind.wrong_arguments(offset));
        }
        let names = block::names(&mut self.cursor, kind)?;
        let frame = kind.gives_value().then_some(Frame { repeats: kind == Kind::Each, names });
        Ok((kind, frame, number))
    }

    fn ends(&mut self) -> bool {
        Reader::new(self.cursor, Vec::new(), &mut self.scanned.references, self.extras).ends()
    }

    /// `{{else}}`, or a further condition: `{{else if x}}`.
    fn other(&mut self, from: usize, word: &str) -> Result<String, BadTemplate> {
        self.cursor.eat(word);
        self.cursor.skip_blank();
        let plain = matches!(self.cursor.peek(), Some('}' | '~'));
        match self.open.last_mut() {
            None => return Err(BadTemplate::at(from, "`{{else}}` stands outside of a block")),
            Some(open) if open.last_part => return Err(BadTemplate::at(from, "a part after the last `{{else}}`")),
            Some(open) => {
                open.frame = None;
                open.last_part = plain;
            }
        }
        if plain {
            return Ok("else".to_owned());
        }
        let (_, frame, number) = self.head()?;
        if let Some(open) = self.open.last_mut() {
            open.frame = frame;
            open.depth += 1;
        }
        self.check_depth(from)?;
        Ok(format!("else if {number}"))
    }

    fn check_depth(&self, offset: usize) -> Result<(), BadTemplate> {
        let depth: usize = self.open.iter().map(|open| open.depth).sum();
        if depth > DEEPEST {
            return Err(BadTemplate::at(offset, format!("blocks nest deeper than {DEEPEST}")));
        }
        Ok(())
    }

    fn close(&mut self) -> Result<String, BadTemplate> {
        let from = self.cursor.at;
        self.cursor.eat("/");
        self.cursor.skip_blank();
        let name = self.cursor.symbol();
        let wrong = match self.open.pop() {
            Some(open) if open.kind.name() == name => return Ok("/if".to_owned()),
            Some(open) => {
                let expected = open.kind.name();
                let wrong = BadTemplate::at(from, format!("`{{{{/{name}}}}}` closes `{{{{#{expected}}}}}`"));
                wrong.help(format!("write `{{{{/{expected}}}}}`"))
            }
            None => BadTemplate::at(from, format!("`{{{{/{name}}}}}` closes nothing")),
        };
        Err(wrong)
    }

    /// Reads the closing braces and says whether a `~` stands before them.
    fn end(&mut self, triple: bool) -> Result<bool, BadTemplate> {
        self.cursor.skip_blank();
        let mut tilde = self.cursor.eat("~");
        let at = self.cursor.at;
        let closes = !triple || self.cursor.eat("}");
        tilde |= triple && self.cursor.eat("~");
        if closes && self.cursor.eat("}}") {
            return Ok(tilde);
        }
        let expected = if triple { "}}}" } else { "}}" };
        let wrong = BadTemplate::at(at, format!("expected `{expected}`, found {}", self.cursor.found()));
        Err(match self.cursor.peek() {
            Some('|') => wrong.help("a helper stands in front of what it is given: `{{upper title}}`"),
            _ => wrong,
        })
    }
}

fn unclosed_braces(offset: usize) -> BadTemplate {
    BadTemplate::at(offset, "`{{` is not closed").help(r"end it with `}}`; two braces that are text are written `\{{`")
}

fn refused(offset: usize) -> BadTemplate {
    let wrong = BadTemplate::at(offset, "partials and decorators are not supported");
    wrong.help("blocks are `if`, `unless`, `each` and `with`")
}
