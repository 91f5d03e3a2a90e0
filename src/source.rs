//! The bytes of a file that an author wrote, and places in it.
//!
//! Bytes are kept so that every later message can quote them. Parsing belongs to `yaml`.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

mod root;
mod text;

pub(crate) use root::{BadFile, Root};
pub(crate) use text::{NoText, read_text, size_of};

/// A text that was read once and is quoted by every message about it.
pub(crate) struct Source {
    name: String,
    path: PathBuf,
    text: String,
    /// Byte offset of each line's first byte; made when a place is first asked for.
    lines: OnceLock<Vec<u32>>,
}

impl Source {
    /// A source of this text. `name` is what messages print (a path below the project root), `path` opens it.
    pub(crate) fn new(name: impl Into<String>, path: impl Into<PathBuf>, text: String) -> Arc<Self> {
        Arc::new(Self { name: name.into(), path: path.into(), text, lines: OnceLock::new() })
    }

    /// A source that no file holds: a command line argument, an environment variable.
    pub(crate) fn inline(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::new(name, PathBuf::new(), text.into())
    }

    /// What messages call this source.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where the file lies; empty for an inline source.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The 1-based line and column (in characters) of a byte offset.
    pub(crate) fn line_column(&self, offset: u32) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= offset);
        let start = lines[line - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let column = self.text.get(start..end).map_or(0, |text| text.chars().count());
        (line, column + 1)
    }

    /// The text of a 1-based line without its line break, empty past the end.
    pub(crate) fn line(&self, number: usize) -> &str {
        self.text.lines().nth(number.saturating_sub(1)).unwrap_or("")
    }

    fn lines(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let starts = breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX));
            std::iter::once(0).chain(starts).collect()
        })
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({})", self.name)
    }
}

/// A stretch of a source: the node that a message is about.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    source: Arc<Source>,
    start: u32,
    end: u32,
}

impl Place {
    /// The bytes `start..end` of the source, and what is missing of the characters at both ends.
    pub(crate) fn new(source: &Arc<Source>, mut start: u32, end: u32) -> Self {
        let within = |at: u32| !source.text.is_char_boundary(at as usize) && (at as usize) < source.text.len();
        let mut end = end.max(start);
        while within(start) {
            start -= 1;
        }
        while within(end) {
            end += 1;
        }
        Self { source: Arc::clone(source), start, end }
    }

    /// The source this place is in.
    pub(crate) fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The byte range in the source.
    pub(crate) fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The name of the source's file.
    pub(crate) fn file(&self) -> &str {
        self.source.name()
    }

    /// The 1-based line.
    pub(crate) fn line(&self) -> usize {
        self.source.line_column(self.start).0
    }

    /// The 1-based line and column, in characters.
    pub(crate) fn line_column(&self) -> (usize, usize) {
        self.source.line_column(self.start)
    }

    /// The 1-based line and column behind the last character.
    pub(crate) fn end(&self) -> (usize, usize) {
        self.source.line_column(self.end)
    }

    /// The quoted text.
    pub(crate) fn text(&self) -> &str {
        self.source.text().get(self.range()).unwrap_or("")
    }

    /// The same stretch of another source.
    pub(crate) fn moved_to(&self, source: &Arc<Source>) -> Self {
        Self::new(source, self.start, self.end)
    }

    /// Whether another place lies within this one.
    pub(crate) fn encloses(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source) && self.start <= other.start && other.end <= self.end
    }

    /// The place of bytes `from..to` of a text that was written here, or the whole where the two differ (escapes, blocks).
    pub(crate) fn part(&self, text: &str, from: usize, to: usize) -> Self {
        let written = self.text();
        let starts = [0, 1].into_iter().find(|start| written.get(*start..start + text.len()) == Some(text));
        starts.map_or_else(|| self.clone(), |start| self.within(start + from, start + to))
    }

    /// A place within this one, `from..to` counted in bytes from its start and kept inside it.
    pub(crate) fn within(&self, from: usize, to: usize) -> Self {
        let at = |offset: usize| self.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)).min(self.end);
        Self::new(&self.source, at(from), at(to))
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source) && self.range() == other.range()
    }
}

impl fmt::Display for Place {
    /// `file:line:column`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.line_column();
        write!(f, "{}:{line}:{column}", self.file())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let source = Source::inline("a.yaml", "ä: b\nc: dé\n");
        let at = |needle: &str| {
            let start = u32::try_from(source.text().find(needle).unwrap()).unwrap();
            Place::new(&source, start, start + 1).to_string()
        };
        assert_eq!(at("b"), "a.yaml:1:4");
        assert_eq!(at("c"), "a.yaml:2:1");
        assert_eq!(at("é"), "a.yaml:2:5");
        assert_eq!(Place::new(&source, 999, 999).to_string(), "a.yaml:3:1");
    }
}
