//! From the events of the parser to the tree, with the place of every node.

use std::{collections::HashMap, sync::Arc};

use serde_yaml::granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, Tag};

use super::{Entry, Node, Value};
use crate::diagnostic::Diagnostic;
use crate::source::{Place, Source};
use crate::yaml::scalar;

/// Nodes a file may have.
const MOST_NODES: usize = 2_000_000;
/// Nodes that may be repeated for its anchors and aliases.
const MOST_COPIES: usize = 500_000;
/// How deep a file may nest.
const DEEPEST: usize = 128;

/// A fault that ends the reading of a file; none where it was reported already.
pub(super) type Stop = Option<Box<Diagnostic>>;

/// Builds a tree from the events of the parser.
pub(super) struct Builder<'s> {
    source: &'s Arc<Source>,
    events: Parser<'s, serde_yaml::granit_parser::StrInput<'s>>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
    copies: usize,
    depth: usize,
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
            nodes: 0,
            copies: 0,
            depth: 0,
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
        self.nodes += 1;
        let place = self.place(span);
        self.within_bounds(&place)?;
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = self.scalar(&text, style, tag.as_deref(), &place);
                let quoted = style != ScalarStyle::Plain;
                Ok(self.anchored(anchor, Node { value, place, quoted }))
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), &place);
                let (items, end) = self.nested(Self::items)?;
                let place = self.until(&place, &end);
                Ok(self.anchored(anchor, Node { value: Value::List(items), place, quoted: false }))
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_tag(tag.as_deref(), &place);
                let (entries, end) = self.nested(Self::entries)?;
                let place = self.until(&place, &end);
                Ok(self.anchored(anchor, Node { value: Value::Map(entries), place, quoted: false }))
            }
            Event::Alias(id) => self.alias(id, place),
            _ => Err(stop(Diagnostic::error("syntax", &place, "a value was expected here"))),
        }
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
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
                let wrong = match flow_map.then(|| unquoted_template(&place)).flatten() {
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
        self.copies += count(node, MOST_COPIES.saturating_sub(self.copies));
        let node = Node { place: place.clone(), ..node.clone_if(self.copies <= MOST_COPIES) };
        self.within_bounds(&place)?;
        Ok(node)
    }

    fn anchored(&mut self, id: usize, node: Node) -> Node {
        if id != 0 {
            // What is kept takes room as well: anchors within anchors are kept once for each of them.
            self.copies += count(&node, MOST_COPIES.saturating_sub(self.copies));
            self.anchors.insert(id, node.clone_if(self.copies <= MOST_COPIES));
        }
        node
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

    fn within_bounds(&self, place: &Place) -> Result<(), Stop> {
        if self.nodes > MOST_NODES {
            let wrong = format!("the file holds more than {MOST_NODES} values");
            return Err(stop(Diagnostic::error("too-large", place, wrong).help("split it")));
        }
        if self.copies > MOST_COPIES {
            let wrong = format!("anchors and aliases repeat more than {MOST_COPIES} values");
            let cure = "mark with `&` only what is used again, or split the file";
            return Err(stop(Diagnostic::error("too-large", place, wrong).help(cure)));
        }
        if self.depth > DEEPEST {
            return Err(stop(too_deep(place)));
        }
        Ok(())
    }

    fn syntax_error(&self, error: &ScanError) -> Diagnostic {
        let marker = error.marker();
        let at = offset(marker.byte_offset(), self.source);
        let place = Place::new(self.source, at, at + 1);
        if let Some(diagnostic) = unquoted_template(&place) {
            return diagnostic;
        }
        if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) {
            return too_deep(&place);
        }
        let found = Diagnostic::error("syntax", &place, format!("this is not YAML: {}", error.info()));
        if self.source.line(place.line()).contains('\t') {
            return found.help("indent with spaces; a tab is not indentation in YAML");
        }
        match unquoted_within(&place) {
            Some(quoted) => {
                found.help(format!("within `{{…}}` and `[…]` a text with brackets stands in quotes: `{quoted}`"))
            }
            None => found,
        }
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

impl Node {
    /// A copy, or an empty node where the copy would be too large to make.
    fn clone_if(&self, affordable: bool) -> Self {
        if affordable {
            return self.clone();
        }
        Self { value: Value::Null, place: self.place.clone(), quoted: false }
    }
}

fn too_deep(place: &Place) -> Diagnostic {
    Diagnostic::error("too-large", place, format!("the file nests deeper than {DEEPEST} levels"))
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

/// How many nodes a copy adds; stops counting once it is past `limit`.
fn count(node: &Node, limit: usize) -> usize {
    let mut total = 0;
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        total += 1;
        if total > limit {
            return total;
        }
        match &node.value {
            Value::List(items) => open.extend(items),
            Value::Map(entries) => open.extend(entries.iter().map(|entry| &entry.value)),
            _ => {}
        }
    }
    total
}

/// The text, in quotes, that a bracket at this place cuts: `$.items[0].id` in `{jsonpath: $.items[0].id}`.
fn unquoted_within(place: &Place) -> Option<String> {
    let text = place.source().text();
    let at = place.range().start.min(text.len());
    let (before, behind) = (text[..at].lines().last()?, text[at..].lines().next()?);
    if !behind.starts_with(['[', '{']) {
        return None;
    }
    let start = before.rfind([' ', '[', '{', ',']).map_or(0, |start| start + 1);
    let end = behind.find([' ', ',', '}']).unwrap_or(behind.len());
    let end = behind[..end]
        .rfind(']')
        .filter(|_| behind[..end].matches(']').count() > behind[..end].matches('[').count())
        .unwrap_or(end);
    let (head, tail) = (&before[start..], &behind[..end]);
    (!head.is_empty() && !head.contains(['"', '\''])).then(|| format!("\"{head}{tail}\""))
}

/// What to say where a line holds `{{` that no quote protects: `{` opens a YAML map.
fn unquoted_template(place: &Place) -> Option<Diagnostic> {
    let text = place.source().text();
    let at = place.range().start.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].lines().next()?;
    let open = line.find("{{")?;
    let before = &line[..open];
    let value_starts_here = before.trim_end().ends_with([':', '-', '[', ',', '{']) || before.trim().is_empty();
    if !value_starts_here {
        return None;
    }
    let rest = &line[open..];
    let value = match before.contains(['{', '[']) {
        true => &rest[..=rest.find("}}")? + 1],
        false => rest.split(" #").next().unwrap_or(rest).trim_end(),
    };
    let from = u32::try_from(start + open).ok()?;
    let to = u32::try_from(start + open + value.len()).ok()?;
    let place = Place::new(place.source(), from, to);
    let quoted = if value.contains('"') { format!("'{value}'") } else { format!("\"{value}\"") };
    Some(
        Diagnostic::error("unquoted-template", &place, "a template at the start of a value must be quoted")
            .label("`{` opens a YAML map here")
            .patch(&place, quoted, "write it in quotes"),
    )
}
