//! The list of secrets of a run, and one search for all of them.

use std::{
    borrow::Cow,
    fmt,
    ops::Range,
    sync::{
        Arc, Mutex, OnceLock, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::secret::{REDACTED, Secret, forms, jwt};

mod hidden_names;
mod pieces;

use hidden_names::HiddenNames;

pub(crate) use pieces::Piece;

/// A secret shorter than this many characters would black out ordinary words.
const SHORTEST: usize = 4;

/// Hides registered secrets in everything that is printed. Clones share one list, which only grows.
///
/// A secret registered before a call of `redact` is hidden by that call, on any thread. What was made of the list is made anew at the first
/// call after it grew.
#[derive(Clone, Default)]
pub(crate) struct Redactor(Arc<Shared>);

#[derive(Default)]
struct Shared {
    entries: Mutex<Vec<Arc<Entry>>>,
    count: AtomicUsize,
    index: RwLock<Arc<Index>>,
    building: Mutex<()>,
    names: OnceLock<HiddenNames>,
}

struct Entry {
    /// `$NAME` for command lines.
    variable: String,
    /// What stands where the secret itself was; encoded forms are always `[redacted]`.
    shown: String,
    secret: Secret,
    forms: Vec<String>,
}

/// Whether a secret will be hidden.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registered {
    /// It is hidden from now on.
    Added,
    /// It was hidden already, under the name it was first registered with.
    Known,
    /// It has fewer than four characters and is not hidden: its author should be warned.
    TooShort,
}

impl Redactor {
    /// A redactor that hides nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Hides a secret in all its forms from now on. `name` is what a command line shows in its place (`$NAME`).
    pub(crate) fn register(&self, name: &str, secret: &Secret) -> Registered {
        let text = secret.expose();
        if text.trim().chars().count() < SHORTEST {
            return Registered::TooShort;
        }
        if self.entries().iter().any(|entry| entry.is(text)) {
            return Registered::Known;
        }
        let entry = Arc::new(Entry::new(name, secret));
        let mut entries = self.entries();
        if entries.iter().any(|entry| entry.is(text)) {
            return Registered::Known;
        }
        entries.push(entry);
        self.0.count.store(entries.len(), Ordering::Release);
        Registered::Added
    }

    /// The text with `[redacted]` (or what may be told of a JWT) in place of every secret; borrowed where there is none.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let index = self.index();
        let spans = index.spans(text.as_bytes());
        if spans.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for span in spans {
            out.push_str(&text[at..span.range.start]);
            out.push_str(&index.shown(span.form, Shown::Redacted));
            at = span.range.end;
        }
        out.push_str(&text[at..]);
        Cow::Owned(out)
    }

    /// Bytes with `[redacted]` in place of every secret; borrowed where there is none.
    pub(crate) fn redact_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let index = self.index();
        let spans = index.spans(bytes);
        if spans.is_empty() {
            return Cow::Borrowed(bytes);
        }
        let mut out = Vec::with_capacity(bytes.len());
        let mut at = 0;
        for span in spans {
            out.extend_from_slice(&bytes[at..span.range.start]);
            out.extend_from_slice(index.shown(span.form, Shown::Redacted).as_bytes());
            at = span.range.end;
        }
        out.extend_from_slice(&bytes[at..]);
        Cow::Owned(out)
    }

    fn entries(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Entry>>> {
        self.0.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The search for everything that is registered by now.
    fn index(&self) -> Arc<Index> {
        let wanted = self.0.count.load(Ordering::Acquire);
        let built = self.built();
        if built.entries.len() >= wanted {
            return built;
        }
        let _building = self.0.building.lock().unwrap_or_else(PoisonError::into_inner);
        let built = self.built();
        if built.entries.len() >= wanted {
            return built;
        }
        let index = Arc::new(Index::new(self.entries().clone()));
        *self.0.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&index);
        index
    }

    fn built(&self) -> Arc<Index> {
        let index = self.0.index.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&index)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({})", self.0.count.load(Ordering::Acquire))
    }
}

impl Entry {
    fn new(name: &str, secret: &Secret) -> Self {
        let text = secret.expose();
        Self {
            variable: variable(name),
            shown: jwt::summary(text.trim()).unwrap_or_else(|| REDACTED.to_owned()),
            secret: secret.clone(),
            forms: forms::forms(text),
        }
    }

    fn is(&self, text: &str) -> bool {
        self.secret.expose() == text
    }
}

fn variable(name: &str) -> String {
    let word = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => c.to_ascii_uppercase(),
        _ => '_',
    };
    std::iter::once('$').chain(name.chars().map(word)).collect()
}

#[derive(Clone, Copy)]
enum Shown {
    Redacted,
    Variable,
}

/// One automaton for all forms of all secrets.
#[derive(Default)]
struct Index {
    entries: Vec<Arc<Entry>>,
    /// For each pattern of the automaton its entry, and whether it is the secret itself.
    owners: Vec<Form>,
    search: Option<AhoCorasick>,
}

#[derive(Clone, Copy)]
struct Form {
    entry: usize,
    is_raw: bool,
}

/// A stretch to hide. `form` is the longest that matched in it, none where several only cover it together.
struct Span {
    range: Range<usize>,
    form: Option<Form>,
}

impl Index {
    fn new(entries: Vec<Arc<Entry>>) -> Self {
        let of_entry = |entry: usize| {
            let forms = entries[entry].forms.iter().enumerate();
            forms.map(move |(at, form)| (form, Form { entry, is_raw: at == 0 }))
        };
        let (patterns, owners): (Vec<_>, Vec<_>) = (0..entries.len()).flat_map(of_entry).unzip();
        let search = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)
            .expect("secrets are far shorter than an automaton can hold");
        Self { search: Some(search), entries, owners }
    }

    /// Matches of all forms, overlapping ones merged, in order.
    fn spans(&self, bytes: &[u8]) -> Vec<Span> {
        let Some(search) = self.search.as_ref().filter(|search| search.is_match(bytes)) else {
            return Vec::new();
        };
        let mut found: Vec<_> = search
            .find_overlapping_iter(bytes)
            .map(|found| Span { range: found.range(), form: Some(self.owners[found.pattern().as_usize()]) })
            .collect();
        found.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
        merged(found)
    }

    fn shown(&self, form: Option<Form>, shown: Shown) -> Cow<'_, str> {
        let Some((form, entry)) = form.map(|form| (form, &self.entries[form.entry])) else {
            return Cow::Borrowed(REDACTED);
        };
        match (shown, form.is_raw) {
            (Shown::Redacted, true) => self.told(&entry.shown),
            (Shown::Redacted, false) => Cow::Borrowed(REDACTED),
            (Shown::Variable, true) => Cow::Borrowed(&entry.variable),
            (Shown::Variable, false) => Cow::Owned(format!("{}_ENCODED", entry.variable)),
        }
    }

    /// A claim of a token may itself hold another secret.
    fn told<'s>(&self, text: &'s str) -> Cow<'s, str> {
        if text != REDACTED && !self.spans(text.as_bytes()).is_empty() {
            return Cow::Borrowed(REDACTED);
        }
        Cow::Borrowed(text)
    }
}

fn merged(sorted: Vec<Span>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for span in sorted {
        match out.last_mut() {
            Some(last) if span.range.end <= last.range.end => {}
            Some(last) if span.range.start < last.range.end => {
                last.range.end = span.range.end;
                last.form = None;
            }
            _ => out.push(span),
        }
    }
    out
}

#[cfg(test)]
mod tests;
