//! A YAML file as a tree with the place of every part, read without the loader that is tested.

use std::ops::Range;

use serde_yaml::granit_parser::{Event, Options as ParserOptions, Parser, ScalarStyle, Span, StrInput};

/// A part of a file.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) content: Content,
}

#[derive(Debug)]
pub(crate) enum Content {
    Scalar { text: String, style: ScalarStyle },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// The document.
    pub(crate) fn of(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| panic!("this is no YAML:\n{text}"))
    }

    /// The document, if it is one.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut options = ParserOptions::default();
        options.set_emit_comments(false);
        let mut events = Parser::new_from_str_with_options(text, options);
        loop {
            let (event, span) = events.next_event()?.ok()?;
            if matches!(event, Event::StreamEnd) {
                return None;
            }
            if !matches!(event, Event::StreamStart | Event::DocumentStart(..)) {
                return Self::read(event, bytes(span)?, &mut events);
            }
        }
    }

    fn read<'t>(event: Event<'t>, span: Range<usize>, events: &mut Parser<'t, StrInput<'t>>) -> Option<Self> {
        let mut inner = Vec::new();
        let is_map = matches!(event, Event::MappingStart(..));
        if let Event::Scalar(text, style, ..) = event {
            let content = Content::Scalar { text: text.into_owned(), style };
            return Some(Self { span, content });
        }
        if matches!(event, Event::Alias(_)) {
            return Some(Self { span, content: Content::List(inner) });
        }
        let end = loop {
            let (event, span) = events.next_event()?.ok()?;
            let span = bytes(span)?;
            match event {
                Event::MappingEnd | Event::SequenceEnd => break span.end,
                event => inner.push(Self::read(event, span, events)?),
            }
        };
        let span = span.start..end;
        if !is_map {
            return Some(Self { span, content: Content::List(inner) });
        }
        let mut entries = Vec::new();
        let mut inner = inner.into_iter();
        while let (Some(key), Some(value)) = (inner.next(), inner.next()) {
            entries.push((key, value));
        }
        Some(Self { span, content: Content::Map(entries) })
    }

    /// The text of a scalar.
    pub(crate) fn text(&self) -> &str {
        match &self.content {
            Content::Scalar { text, .. } => text,
            other => panic!("{other:?} is a scalar"),
        }
    }

    /// Keys and values of a map; none of anything else.
    pub(crate) fn entries(&self) -> &[(Self, Self)] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Elements of a list; none of anything else.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.content {
            Content::List(items) => items,
            _ => &[],
        }
    }
}

fn bytes(span: Span) -> Option<Range<usize>> {
    Some(span.start.byte_offset()?..span.end.byte_offset()?)
}
