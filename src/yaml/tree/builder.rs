//! From the events of the parser to the tree, with the place of every node.

use std::{collections::HashMap, sync::Arc};

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{
    Entry, Node, Value,
    bounds::{Bounds, DEEPEST},
    syntax,
};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};
use crate::yaml::scalar;

/// A fault that ends the reading of a file; none where it was reported already.
pub(super) type Stop = Option<Box<Diagnostic>>;

/// Builds a tree from the events of the parser.
pub(super) struct Builder<'s> {
    source: &'s Arc<Source>,
    events: Parser<'s, serde_yaml::granit_parser::StrInput<'s>>,
    anchors: HashMap<usize, Node>,
    bounds: Bounds,
    pub(super) problems: Vec<Diagnostic>,
}

impl<'s> Builder<'s> {
    pub(super) fn new(source: &'s Arc<Source>) -> Self {
        let mut options = Options::default();
        options.block_nesting_limit = DEEPEST;
        options.flow_nesting_limit = DEEPEST;
        options.set_emit_comments(false);
        Self {
            source,
            events: Parser::new_from_str_with_options(source.text(), options),
            anchors: HashMap::new(),
            bounds: Bounds::default(),
            problems: Vec::new(),
        }
    }

    pub(super) fn document(&mut self) -> Result<Option<Node>, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(..) if root.is_some() => {
                    let place = self.place(&span);
                    return Err(stop(
                        Diagnostic::error("syntax", &place, "a second document in one file")
                            .help("put it into a file of its own"),
                    ));
                }
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => root = Some(self.node(event, &span)?),
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Stop> {
        match self.events.next_event() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(stop(self.syntax_error(&error))),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'s>, span: &Span) -> Result<Node, Stop> {
        let place = self.place(span);
        self.bounds.node(&place).map_err(Some)?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), &place);
                let quoted = style != ScalarStyle::Plain;
                self.anchored(anchor, Node { value, place, quoted })
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), &place);
                let (items, end) = self.nested(Self::items)?;
                let place = self.until(&place, &end);
                self.anchored(anchor, Node { value: Value::List(items), place, quoted: false })
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), &place);
                let (entries, end) = self.nested(Self::entries)?;
                let place = self.until(&place, &end);
                self.anchored(anchor, Node { value: Value::Map(entries), place, quoted: false })
            }
            Event::Alias(id) => self.alias(id, place),
            _ => Err(stop(Diagnostic::error("syntax", &place, "a value was expected here"))),
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        self.bounds.depth += 1;
        let result = read(self);
        self.bounds.depth -= 1;
        result
    }

    fn items(&mut self) -> Result<(Vec<Node>, Span), Stop> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                return Ok((items, span));
            }
            items.push(self.node(event, &span)?);
        }
    }

    fn entries(&mut self) -> Result<(Vec<Entry>, Span), Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut names = Names::default();
        let mut merges = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                self.merge(&mut entries, merges);
                return Ok((entries, span));
            }
            let Some((key, key_place, plain)) = self.key(event, &span)? else {
                let (event, span) = self.next()?;
                self.node(event, &span)?;
                continue;
            };
            let (event, span) = self.next()?;
            let value = self.node(event, &span)?;
            if key == "<<" && plain {
                merges.push(value);
            } else if let Some(first) = names.first_of(&key, &entries) {
                let first = &first.key_place;
                let twice = format!("`{key}` is written twice in one map");
                self.problems.push(
                    Diagnostic::error("duplicate-key", &key_place, twice)
                        .label("again here")
                        .related(first, "first here"),
                );
            } else {
                entries.push(Entry { key, key_place, value });
            }
        }
    }

    /// The text of a key and whether it was plain; none for a key that was reported as wrong.
    fn key(&mut self, event: Event<'s>, span: &Span) -> Result<Option<(String, Place, bool)>, Stop> {
        let place = self.place(span);
        match event {
            Event::Scalar(text, style, ..) => Ok(Some((text.into_owned(), place, style == ScalarStyle::Plain))),
            Event::Alias(_) => {
                self.problems.push(Diagnostic::error("syntax", &place, "a key cannot be an alias"));
                Ok(None)
            }
            other => {
                let flow_map = matches!(other, Event::MappingStart(..));
                self.node(other, span)?;
                let wrong = match flow_map.then(|| syntax::unquoted_template(&place)).flatten() {
                    Some(diagnostic) => diagnostic,
                    None => Diagnostic::error("syntax", &place, "a key must be text"),
                };
                self.problems.push(wrong);
                Ok(None)
            }
        }
    }

    /// Adds what `<<` brings in; what the map says itself wins, then the earlier source.
    fn merge(&mut self, entries: &mut Vec<Entry>, merges: Vec<Node>) {
        for node in merges {
            match node.value {
                Value::Map(more) => add_missing(entries, more),
                Value::List(items) if items.iter().all(|item| item.entries().is_some()) => {
                    for item in items {
                        if let Value::Map(more) = item.value {
                            add_missing(entries, more);
                        }
                    }
                }
                _ => {
                    let wrong = Diagnostic::error("syntax", &node.place, "`<<` merges a map or a list of maps");
                    self.problems.push(wrong.help("write `<<: *name` where `&name` marks a map"));
                }
            }
        }
    }

    fn alias(&mut self, id: usize, place: Place) -> Result<Node, Stop> {
        let Some(node) = self.anchors.get(&id) else {
            return Err(stop(Diagnostic::error("syntax", &place, "an alias to the map or list it stands in")));
        };
        let copy = self.bounds.copy(node, &place).map_err(Some)?;
        Ok(Node { place, ..copy })
    }

    fn anchored(&mut self, id: usize, node: Node) -> Result<Node, Stop> {
        if id != 0 {
            // What is kept takes room as well: anchors within anchors are kept once for each of them.
            let kept = self.bounds.copy(&node, &node.place).map_err(Some)?;
            self.anchors.insert(id, kept);
        }
        Ok(node)
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: &Place) -> Value {
        let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        if !is_text {
            self.refuse_tag(tag, place);
        }
        if style != ScalarStyle::Plain || is_text {
            return Value::String(text.to_owned());
        }
        scalar::plain(text).unwrap_or_else(|number| {
            let wrong = Diagnostic::error("number", place, format!("`{number}` is a number that JSON cannot carry"));
            self.problems.push(wrong.help("quote it if text is meant"));
            Value::String(number)
        })
    }

    fn refuse_tag(&mut self, tag: Option<&Tag>, place: &Place) {
        if let Some(tag) = tag {
            let wrong = Diagnostic::error("tag", place, format!("the tag `{}` has no meaning here", tag.original()));
            self.problems.push(wrong.help("leave it out; quote a value that is to be text"));
        }
    }

    fn syntax_error(&self, error: &ScanError) -> Diagnostic {
        let at = offset(error.marker().byte_offset(), self.source);
        syntax::error(error, &Place::new(self.source, at, at + 1))
    }

    fn place(&self, span: &Span) -> Place {
        let start = offset(span.start.byte_offset(), self.source);
        let end = offset(span.end.byte_offset(), self.source);
        Place::new(self.source, start, end)
    }

    /// From the start of a list or map to its end, without the blanks before what follows it.
    fn until(&self, start: &Place, end: &Span) -> Place {
        let from = start.range().start;
        let to = offset(end.end.byte_offset(), self.source) as usize;
        let text = self.source.text().get(from..to.max(from)).unwrap_or("");
        let length = text.trim_end().len();
        Place::new(self.source, offset(Some(from), self.source), offset(Some(from + length), self.source))
    }
}

/// Finds the keys of a map again: a few by looking at each, many by a table.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    /// How many keys are looked through.
    const FEW: usize = 16;

    /// The entry of this key. `entries` only ever grow.
    fn first_of<'e>(&mut self, key: &str, entries: &'e [Entry]) -> Option<&'e Entry> {
        if entries.len() <= Self::FEW {
            return entries.iter().find(|entry| entry.key == key);
        }
        let known = self.0.len();
        self.0.extend(entries.iter().enumerate().skip(known).map(|(at, entry)| (entry.key.clone(), at)));
        self.0.get(key).map(|at| &entries[*at])
    }
}

fn stop(diagnostic: Diagnostic) -> Stop {
    Some(Box::new(diagnostic))
}

fn offset(bytes: Option<usize>, source: &Source) -> u32 {
    u32::try_from(bytes.unwrap_or(0).min(source.text().len())).unwrap_or(u32::MAX)
}

fn add_missing(entries: &mut Vec<Entry>, more: Vec<Entry>) {
    for entry in more {
        if !entries.iter().any(|known| known.key == entry.key) {
            entries.push(entry);
        }
    }
}
