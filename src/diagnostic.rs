//! What is wrong in a file, as a value: message, place, cure. Rendering only; nothing here decides what is wrong.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet, renderer::DecorStyle};

use crate::source::Place;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// The spec runs; a reviewer should look.
    Warning,
    /// The spec does not run.
    Error,
}

/// One thing that is wrong in a file.
///
/// The message is lower case with no full stop; values stand in backticks.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    /// Whether the spec runs all the same.
    pub(crate) severity: Severity,
    /// A stable name such as `unknown-key`, shown in brackets and explained by `check --explain`.
    pub(crate) code: &'static str,
    /// What is wrong.
    pub(crate) message: String,
    /// Where; none for a file that could not be read at all.
    pub(crate) place: Option<Place>,
    /// What to say under the quoted text.
    pub(crate) label: String,
    /// Other places that matter, each with its own words.
    pub(crate) related: Vec<(Place, String)>,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// What to write at a place instead, shown as a changed line under the help.
    pub(crate) patch: Option<(Place, String)>,
}

impl Diagnostic {
    /// An error at a place.
    pub(crate) fn error(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: Some(place.clone()),
            label: String::new(),
            related: Vec::new(),
            help: None,
            patch: None,
        }
    }

    /// A warning at a place.
    pub(crate) fn warning(code: &'static str, place: &Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// An error that has no place: the file itself.
    pub(crate) fn of_file(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            place: None,
            label: String::new(),
            related: Vec::new(),
            help: None,
            patch: None,
        }
    }

    /// Whether the spec does not run because of it.
    pub(crate) fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// The same with words under the quoted text.
    #[must_use]
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with a cure.
    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with a cure and the text that would stand at `place` after it.
    #[must_use]
    pub(crate) fn patch(mut self, place: &Place, text: impl Into<String>, help: impl Into<String>) -> Self {
        self.patch = Some((place.clone(), text.into()));
        self.help(help)
    }

    /// The same with another place that matters.
    #[must_use]
    pub(crate) fn related(mut self, place: &Place, label: impl Into<String>) -> Self {
        self.related.push((place.clone(), label.into()));
        self
    }
}

/// How a diagnostic is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Without escape sequences.
    Plain,
    /// With terminal colours.
    Coloured,
}

impl Diagnostic {
    /// The diagnostic as a person reads it: message, quoted lines with the node underlined, cure.
    ///
    /// Ends without a line break.
    pub(crate) fn render(&self, look: Look) -> String {
        let renderer = match look {
            Look::Plain => Renderer::plain(),
            Look::Coloured => Renderer::styled(),
        };
        renderer.decor_style(DecorStyle::Ascii).render(&self.groups())
    }

    fn groups(&self) -> Vec<Group<'_>> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(&self.message).id(self.code);
        let mut first = match &self.place {
            Some(place) => title.element(self.snippet(place)),
            None => Group::with_title(title),
        };
        for (place, label) in &self.related {
            if !self.place.as_ref().is_some_and(|main| main.file() == place.file()) {
                let (line, column) = place.line_column();
                first = first.element(Level::NOTE.message(label));
                first = first.element(Origin::path(place.file()).line(line).char_column(column));
            }
        }
        match (&self.help, &self.patch) {
            (Some(help), Some((place, text))) => {
                let window = Window::around([place]);
                let patch = Patch::new(window.range(place), text);
                vec![first, Level::HELP.secondary_title(help).element(window.snippet(place).patch(patch))]
            }
            (Some(help), None) => vec![first.element(Level::HELP.message(help))],
            (None, _) => vec![first],
        }
    }

    fn snippet<'d>(&'d self, place: &'d Place) -> Snippet<'d, annotate_snippets::Annotation<'d>> {
        let beside = || self.related.iter().filter(|(other, _)| other.file() == place.file());
        let window = Window::around(std::iter::once(place).chain(beside().map(|(other, _)| other)));
        let mut main = AnnotationKind::Primary.span(window.line_range(place));
        if !self.label.is_empty() {
            main = main.label(&self.label);
        }
        let related =
            beside().map(|(other, label)| AnnotationKind::Context.span(window.line_range(other)).label(label));
        window.snippet(place).annotation(main).annotations(related)
    }
}

/// The whole lines of a source from the first to the last place: what is drawn, so that a large file costs no more than a small one.
struct Window {
    start: usize,
    end: usize,
    first_line: usize,
}

impl Window {
    fn around<'p>(places: impl IntoIterator<Item = &'p Place>) -> Self {
        let mut window = Self { start: usize::MAX, end: 0, first_line: usize::MAX };
        for place in places {
            let (text, range) = (place.source().text(), place.range());
            let from = range.start.min(text.len());
            window.start = window.start.min(text[..from].rfind('\n').map_or(0, |at| at + 1));
            let to = range.end.clamp(from, text.len());
            window.end = window.end.max(text[to..].find('\n').map_or(text.len(), |at| to + at));
            window.first_line = window.first_line.min(place.line());
        }
        window
    }

    fn snippet<'d, T: Clone>(&self, place: &'d Place) -> Snippet<'d, T> {
        Snippet::source(&place.source().text()[self.start..self.end]).line_start(self.first_line).path(place.file())
    }

    /// Where a place lies within the window.
    fn range(&self, place: &Place) -> Range<usize> {
        let within = |at: usize| at.clamp(self.start, self.end) - self.start;
        within(place.range().start)..within(place.range().end)
    }

    /// The same, cut at the end of its first line: a block of YAML is underlined where it begins.
    fn line_range(&self, place: &Place) -> Range<usize> {
        let range = self.range(place);
        let first = place.text().lines().next().unwrap_or("").trim_end().len();
        range.start..range.end.min(range.start + first.max(1)).max(range.start)
    }
}

/// The name of `known` that is nearest to `written`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3 + usize::from(name.len() > 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}
