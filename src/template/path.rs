//! Paths such as `item.tags.0`, `responses.[create an item].status`, `@index`, `../name`: as written, and where they start.

use crate::template::{cursor::Cursor, fault::BadTemplate};

/// A variable that a template reads.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The parts of the path: `item`, `id` of `{{item.id}}`, never none.
    parts: Vec<String>,
    /// The path as written.
    path: String,
    /// The byte where the path stands, from the start of the text.
    pub(crate) offset: usize,
    /// Whether the template does without it (`default`).
    pub(crate) optional: bool,
}

impl Reference {
    /// The first part.
    pub(crate) fn name(&self) -> &str {
        &self.parts[0]
    }

    /// The parts after the first.
    pub(crate) fn rest(&self) -> &[String] {
        &self.parts[1..]
    }

    /// The path as written.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }
}

/// A path that is known to lead somewhere: where it starts, and the parts from there.
#[derive(Clone, Debug)]
pub(super) struct Path {
    pub(super) start: Start,
    pub(super) parts: Vec<String>,
    /// The path as written.
    pub(super) written: String,
}

/// Where a path starts. Blocks around are counted from the innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At the variable that the first part names.
    Variable,
    /// At the value of this block.
    Block(usize),
    /// At what this `each` knows about its turn.
    Turn(usize, Turn),
}

/// What `each` knows about its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Index,
    /// The name of a member, the index of an element.
    Key,
    First,
    Last,
}

/// A block that gives names a new meaning: `each` or `with`.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// Whether it repeats.
    pub(super) repeats: bool,
    /// Its names of the value and the key: `{{#each items as |item index|}}`.
    pub(super) names: Vec<String>,
}

/// A path as it is written.
pub(super) struct Written<'t> {
    pub(super) offset: usize,
    pub(super) text: &'t str,
    sigil: Sigil,
    /// How many blocks it goes up by `../`.
    up: usize,
    parts: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sigil {
    None,
    /// `this.` or `./`.
    This,
    /// `@root.`.
    Root,
    /// `@`.
    At,
}

impl<'t> Written<'t> {
    /// Reads a path.
    pub(super) fn read(cursor: &mut Cursor<'t>) -> Result<Self, BadTemplate> {
        let offset = cursor.at;
        let mut sigil = sigil(cursor);
        let mut up = 0;
        while cursor.eat("../") {
            up += 1;
        }
        let first_is_this = cursor.clone().eat_word("this");
        let mut parts = vec![part(cursor)?];
        while cursor.eat(".") || cursor.eat("/") {
            parts.push(part(cursor)?);
        }
        if sigil != Sigil::Root && sigil != Sigil::At && first_is_this {
            sigil = Sigil::This;
            parts.remove(0);
        }
        Ok(Self { offset, text: cursor.since(offset), sigil, up, parts })
    }

    /// The name, if it is nothing but a name.
    pub(super) fn name(&self) -> Option<&'t str> {
        let is_name = self.sigil == Sigil::None && self.parts.len() == 1 && self.parts[0] == self.text;
        is_name.then_some(self.text)
    }

    /// Finds out where the path starts within these blocks, the innermost last.
    pub(super) fn resolve(self, frames: &[Frame]) -> Result<Path, BadTemplate> {
        let (start, skipped) = match self.sigil {
            Sigil::Root => (Start::Variable, 0),
            Sigil::At => (self.turn(frames)?, 1),
            Sigil::None | Sigil::This => self.relative(frames)?,
        };
        let parts = self.parts.into_iter().skip(skipped).collect();
        Ok(Path { start, parts, written: self.text.to_owned() })
    }

    /// Where a path without `@` starts, and how many of its parts lead there.
    fn relative(&self, frames: &[Frame]) -> Result<(Start, usize), BadTemplate> {
        if self.up > frames.len() {
            let message = format!("`{}` goes up by more blocks than there are around it", self.text);
            return Err(BadTemplate::at(self.offset, message).help("only `each` and `with` count"));
        }
        if self.up == 0 && self.sigil == Sigil::None {
            let named = frames.iter().rev().enumerate().find_map(|(depth, frame)| named(frame, depth, &self.parts[0]));
            if let Some(start) = named {
                return Ok((start, 1));
            }
        }
        if self.up < frames.len() {
            return Ok((Start::Block(self.up), 0));
        }
        if self.parts.is_empty() || self.sigil == Sigil::This && self.up == 0 {
            let message = format!("`{}` has no meaning outside of `{{{{#each}}}}` and `{{{{#with}}}}`", self.text);
            return Err(BadTemplate::at(self.offset, message).help("name the variable"));
        }
        Ok((Start::Variable, 0))
    }

    fn turn(&self, frames: &[Frame]) -> Result<Start, BadTemplate> {
        let turn = match self.parts.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["index"] => Turn::Index,
            ["key"] => Turn::Key,
            ["first"] => Turn::First,
            ["last"] => Turn::Last,
            _ => {
                let wrong = BadTemplate::at(self.offset, format!("`{}` is not known", self.text));
                return Err(wrong.help("known are `@index`, `@key`, `@first`, `@last` and `@root.NAME`"));
            }
        };
        let mut depths = (0..frames.len()).filter(|depth| frames[frames.len() - 1 - depth].repeats);
        let message = || format!("`{}` has no meaning outside of `{{{{#each}}}}`", self.text);
        let depth = depths.nth(self.up).ok_or_else(|| BadTemplate::at(self.offset, message()))?;
        Ok(Start::Turn(depth, turn))
    }
}

impl Path {
    /// The reference to a variable, if the path starts at one.
    pub(super) fn reference(&self, offset: usize) -> Option<Reference> {
        let is_variable = self.start == Start::Variable && !self.parts.is_empty();
        let reference = || Reference { parts: self.parts.clone(), path: self.written.clone(), offset, optional: false };
        is_variable.then(reference)
    }
}

fn named(frame: &Frame, depth: usize, name: &str) -> Option<Start> {
    match frame.names.iter().position(|known| known == name)? {
        0 => Some(Start::Block(depth)),
        _ => Some(Start::Turn(depth, Turn::Key)),
    }
}

fn sigil(cursor: &mut Cursor<'_>) -> Sigil {
    if cursor.eat("@root.") || cursor.eat("@root/") {
        Sigil::Root
    } else if cursor.eat("@") {
        Sigil::At
    } else if cursor.eat("./") {
        Sigil::This
    } else {
        Sigil::None
    }
}

/// One part: a name, or anything in square brackets.
fn part(cursor: &mut Cursor<'_>) -> Result<String, BadTemplate> {
    let from = cursor.at;
    if cursor.eat("[") {
        return match cursor.skip_past("]") {
            true => Ok(cursor.text(from + 1..cursor.at - 1).to_owned()),
            false => Err(BadTemplate::at(from, "`[` is not closed").help("end it with `]`")),
        };
    }
    match cursor.symbol() {
        "" => Err(BadTemplate::at(from, format!("expected a name, found {}", cursor.found()))),
        name => Ok(name.to_owned()),
    }
}
