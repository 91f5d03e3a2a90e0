//! What is wrong in a file, as a value: message, place, cure. Rendering only; nothing here decides what is wrong.

use std::{borrow::Cow, collections::HashSet, ops::Range, sync::Arc};

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet, renderer::DecorStyle,
};

use crate::source::{Place, Source};

/// What ends a line.
const BREAKS: [char; 2] = ['\n', '\r'];

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

/// What is shown of a text that is quoted.
pub(crate) type Quoted<'q> = dyn for<'t> Fn(&'t str) -> Cow<'t, str> + 'q;

/// How a diagnostic is drawn where others read it than its author.
#[derive(Clone, Copy)]
pub(crate) struct Drawing<'q> {
    pub(crate) look: Look,
    /// Whether the message begins with `error[code]:`.
    pub(crate) titled: bool,
    /// What is shown of the lines of the file: whatever must not be read is replaced.
    pub(crate) quoted: &'q Quoted<'q>,
}

impl Diagnostic {
    /// The diagnostic as a person reads it: message, quoted lines with the node underlined, cure.
    ///
    /// Ends without a line break.
    pub(crate) fn render(&self, look: Look) -> String {
        self.draw(Drawing { look, titled: true, quoted: &|text| Cow::Borrowed(text) })
    }

    /// The same, drawn otherwise.
    pub(crate) fn draw(&self, drawing: Drawing<'_>) -> String {
        let mut words = self.related.iter().map(|(_, label)| label).chain([&self.message, &self.label]);
        if words.any(|words| words.contains(BREAKS)) {
            return self.on_one_line().draw(drawing);
        }
        let renderer = match drawing.look {
            Look::Plain => Renderer::plain(),
            Look::Coloured => Renderer::styled(),
        };
        let main = self.place.as_ref().map(|place| {
            let places = std::iter::once(place).chain(self.beside(place).map(|(other, _)| other));
            Window::around(place.source(), places.map(first_line), drawing.quoted)
        });
        let patched = self.patch.as_ref().map(|(place, text)| {
            let window = Window::around(place.source(), [place.range()], drawing.quoted);
            (window.shown_range(place.range()), (drawing.quoted)(text), window)
        });
        let mut groups = vec![self.group(main.as_ref(), drawing.titled)];
        match (&self.help, &patched) {
            (Some(help), Some((range, text, window))) => {
                let patch = Patch::new(range.clone(), text.as_ref());
                groups.push(Level::HELP.secondary_title(help).element(window.snippet().patch(patch)));
            }
            (Some(help), None) => groups = groups.into_iter().map(|it| it.element(Level::HELP.message(help))).collect(),
            (None, _) => {}
        }
        renderer.decor_style(DecorStyle::Ascii).render(&groups)
    }

    /// The same with every line break of a quoted value written as an escape; a cure may have lines.
    fn on_one_line(&self) -> Self {
        let escaped = |text: &str| text.replace('\n', "\\n").replace('\r', "\\r");
        Self {
            message: escaped(&self.message),
            label: escaped(&self.label),
            related: self.related.iter().map(|(place, label)| (place.clone(), escaped(label))).collect(),
            ..self.clone()
        }
    }

    fn group<'d>(&'d self, window: Option<&'d Window<'_>>, titled: bool) -> Group<'d> {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = match titled {
            true => level.primary_title(&self.message).id(self.code),
            false => level.no_name().primary_title(&self.message),
        };
        let mut group = match (window, &self.place) {
            (Some(window), Some(place)) => title.element(self.snippet(window, place)),
            _ => Group::with_title(title),
        };
        for (place, label) in &self.related {
            if self.place.as_ref().is_none_or(|main| main.file() != place.file()) {
                let (line, column) = place.line_column();
                group = group.element(Level::NOTE.message(label));
                group = group.element(Origin::path(place.file()).line(line).char_column(column));
            }
        }
        group
    }

    /// The other places in the file of this one.
    fn beside<'d>(&'d self, place: &'d Place) -> impl Iterator<Item = &'d (Place, String)> {
        self.related.iter().filter(|(other, _)| other.file() == place.file())
    }

    fn snippet<'d>(&'d self, window: &'d Window<'_>, place: &'d Place) -> Snippet<'d, Annotation<'d>> {
        let mut main = AnnotationKind::Primary.span(window.shown_range(first_line(place)));
        if !self.label.is_empty() {
            main = main.label(&self.label);
        }
        let related = self.beside(place).map(|(other, label)| {
            let range = window.shown_range(first_line(other));
            AnnotationKind::Context.span(range).label(label)
        });
        window.snippet().annotation(main).annotations(related)
    }
}

/// The part of a place on its first line: a block of YAML is underlined where it begins.
fn first_line(place: &Place) -> Range<usize> {
    let range = place.range();
    let first = place.text().lines().next().unwrap_or("").trim_end().len();
    let least = place.text().chars().next().map_or(1, char::len_utf8);
    range.start..range.end.min(range.start + first.max(least)).max(range.start)
}

/// The whole lines of a source from the first to the last range: what is drawn, so that a large file costs no more than a small one.
struct Window<'w> {
    file: &'w str,
    written: &'w str,
    shown: Cow<'w, str>,
    quoted: &'w Quoted<'w>,
    start: usize,
    first_line: usize,
}

impl<'w> Window<'w> {
    fn around(source: &'w Arc<Source>, ranges: impl IntoIterator<Item = Range<usize>>, quoted: &'w Quoted<'w>) -> Self {
        let text = source.text();
        let (mut start, mut end) = (text.len(), 0);
        for range in ranges {
            let from = range.start.min(text.len());
            start = start.min(text[..from].rfind('\n').map_or(0, |at| at + 1));
            let to = range.end.clamp(from, text.len());
            end = end.max(text[to..].find('\n').map_or(text.len(), |at| to + at));
        }
        let written = &text[start..end.max(start)];
        let first_line = source.line_column(u32::try_from(start).unwrap_or(u32::MAX)).0;
        Self { file: source.name(), written, shown: quoted(written), quoted, start, first_line }
    }

    fn snippet<T: Clone>(&self) -> Snippet<'_, T> {
        Snippet::source(self.shown.as_ref()).line_start(self.first_line).path(self.file)
    }

    /// Where a range of the source lies in what is shown. What was replaced at its edge belongs to it.
    fn shown_range(&self, range: Range<usize>) -> Range<usize> {
        let within = |at: usize| at.saturating_sub(self.start).min(self.written.len());
        let (from, to) = (within(range.start), within(range.end));
        if matches!(self.shown, Cow::Borrowed(_)) {
            return from..to;
        }
        let before = (self.quoted)(self.written.get(..from).unwrap_or(""));
        let behind = (self.quoted)(self.written.get(to..).unwrap_or(""));
        let from = common(self.shown.chars(), before.chars());
        let to = self.shown.len() - common(self.shown.chars().rev(), behind.chars().rev());
        from.min(to)..to
    }
}

/// How many bytes two texts have in common at their beginning.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).map(|(one, _)| one.len_utf8()).sum()
}

/// The name of `known` that is nearest to `written`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = written.to_lowercase();
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&lower, &name.to_lowercase()), name))
        // Something of the word must have been written.
        .filter(|(distance, name)| *distance < name.chars().count())
        .filter(|(distance, name)| *distance <= name.chars().count().max(3) / 3 + usize::from(name.len() > 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Leaves the first of those that say the same of the same place: what stands in `defaults` is part of many requests.
pub(crate) fn each_once(problems: &mut Vec<Diagnostic>) {
    let mut told = HashSet::new();
    let spot = |place: &Place| (place.file().to_owned(), place.range().start);
    problems.retain(|it| told.insert((it.code, it.place.as_ref().map(spot), it.message.clone())));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(text: &str) -> Cow<'_, str> {
        if text.contains("secret") { Cow::Owned(text.replace("secret", "[redacted]")) } else { Cow::Borrowed(text) }
    }

    fn drawn(text: &str, quoted: &str) -> String {
        let source = Source::inline("a.yaml", text);
        let start = text.find(quoted).unwrap();
        let at = |offset: usize| u32::try_from(offset).unwrap();
        let place = Place::new(&source, at(start), at(start + quoted.len()));
        let drawing = Drawing { look: Look::Plain, titled: false, quoted: &hide };
        let all = Diagnostic::error("code", &place, "wrong").label("here").draw(drawing);
        all.lines().skip(3).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_is_hidden_in_a_quoted_line_moves_the_mark() {
        let rows = [
            ("k: secret b: x", "x", "1 | k: [redacted] b: x\n  |                  ^ here"),
            ("k: secret b: x", "k: secret", "1 | k: [redacted] b: x\n  | ^^^^^^^^^^^^^ here"),
            ("k: secret b", "secret", "1 | k: [redacted] b\n  |    ^^^^^^^^^^ here"),
            ("k: secret b", "cr", "1 | k: [redacted] b\n  |    ^^^^^^^^^^ here"),
            ("a: 1\nb: x", "x", "2 | b: x\n  |    ^ here"),
            ("a:\n  b: 1\n  c: 2\n", "b: 1\n  c: 2", "2 |   b: 1\n  |   ^^^^ here"),
        ];
        for (text, quoted, picture) in rows {
            assert_eq!(drawn(text, quoted), picture);
        }
    }

    #[test]
    fn a_value_of_several_lines_is_told_on_one() {
        let place = Place::new(&Source::inline("a.yaml", "a: 1\nb: 2"), 3, 4);
        let other = Place::new(place.source(), 8, 9);
        let wrong = Diagnostic::error("code", &place, "`a\n\nb` is wrong").label("`\r\n`").related(&other, "`\n`");
        let expected = r"error[code]: `a\n\nb` is wrong
 --> a.yaml:1:4
  |
1 | a: 1
  |    ^ `\r\n`
2 | b: 2
  |    - `\n`";
        assert_eq!(wrong.render(Look::Plain), expected);
    }

    #[test]
    fn a_diagnostic_has_its_level_and_code_unless_told_otherwise() {
        let place = Place::new(&Source::inline("a.yaml", "a: 1"), 3, 4);
        let wrong = Diagnostic::error("code", &place, "wrong").patch(&place, "2", "write this");
        let expected = "error[code]: wrong
 --> a.yaml:1:4
  |
1 | a: 1
  |    ^
  |
help: write this
  |
1 - a: 1
1 + a: 2
  |";
        assert_eq!(wrong.render(Look::Plain), expected);
    }
}
