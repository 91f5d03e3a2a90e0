//! The `oauth2` that a preset stands for, as if it had been written.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading,
    auth::{given::Given, oauth2},
};
use crate::yaml::{Entry, Fields, Node, Value};

/// The entries of an `oauth2`; each has the place of what it was made from.
#[derive(Debug)]
pub(crate) struct Draft(Vec<Entry>);

impl Draft {
    /// What `oauth2` calls by the same name.
    pub(super) fn of(fields: &Fields<'_>) -> Self {
        let same = |entry: &&Entry| fields.knows(&entry.key) && oauth2::TABLE.field(&entry.key).is_some();
        Self(fields.entries().iter().filter(same).cloned().collect())
    }

    /// The same with this key in place of the one that was written, if any.
    pub(super) fn with(mut self, key: &str, value: Value, place: &Place) -> Self {
        self.0.retain(|entry| entry.key != key);
        let value = Node { value, place: place.clone(), quoted: true };
        self.0.push(Entry { key: key.to_owned(), key_place: place.clone(), value });
        self
    }

    /// The same with this text, unless the key was written.
    pub(super) fn usual(self, key: &str, text: &str, place: &Place) -> Self {
        match self.0.iter().any(|entry| entry.key == key) {
            true => self,
            false => self.with(key, Value::String(text.to_owned()), place),
        }
    }

    /// The same with this text.
    pub(super) fn text(self, key: &str, text: impl Into<String>, place: &Place) -> Self {
        self.with(key, Value::String(text.into()), place)
    }

    /// The same with a map of texts, `null` where there is none.
    pub(super) fn map(self, key: &str, members: &[(&str, Option<&str>)], place: &Place) -> Self {
        let entry = |(name, text): &(&str, Option<&str>)| {
            let value = text.map_or(Value::Null, |text| Value::String(text.to_owned()));
            let value = Node { value, place: place.clone(), quoted: true };
            Entry { key: (*name).to_owned(), key_place: place.clone(), value }
        };
        self.with(key, Value::Map(members.iter().map(entry).collect()), place)
    }

    /// The same without this key.
    pub(super) fn without(mut self, key: &str) -> Self {
        self.0.retain(|entry| entry.key != key);
        self
    }

    /// The entry of an identity that is read in place of the preset's.
    pub(super) fn entry(self, written: &Entry) -> Entry {
        let value = Node { value: Value::Map(self.0), place: written.value.place.clone(), quoted: false };
        Entry { key: "oauth2".to_owned(), key_place: written.key_place.clone(), value }
    }
}

/// A value that becomes part of a longer text: itself, or a template in place of `{env: NAME}`.
pub(super) fn part(node: &Node, loading: &mut Loading) -> Option<String> {
    // The draft is read again, and its variables with it.
    let known = loading.uses.len();
    let given = Given::load(node, loading);
    loading.uses.truncate(known);
    match given? {
        Given::Text(text) => Some(text.source().to_owned()),
        Given::Env(name, _) => Some(format!("{{{{env.{name}}}}}")),
        Given::File { .. } | Given::Command(_) | Given::Member { .. } => {
            loading.wrong_type(node, "text or `{env: NAME}`", "{env: NAME}");
            None
        }
    }
}

/// The value of a key that must be there, to become part of a longer text.
pub(super) fn required(fields: &Fields<'_>, name: &'static str, loading: &mut Loading) -> Option<(String, Place)> {
    let node = fields.require(name, &mut loading.problems)?;
    Some((part(node, loading)?, node.place.clone()))
}

/// Reports every one of these keys that is missing; whether none is.
pub(super) fn has(fields: &Fields<'_>, names: &[&'static str], loading: &mut Loading) -> bool {
    let missing = names.iter().filter(|name| fields.require(name, &mut loading.problems).is_none()).count();
    missing == 0
}

/// A host without scheme and path, by the key that names it.
pub(super) fn host(fields: &Fields<'_>, name: &'static str, loading: &mut Loading) -> Option<(String, Place)> {
    let (text, place) = required(fields, name, loading)?;
    if is_fixed(&text) && text.contains([':', '/', '@', '?', '#', ' ']) {
        let wrong = Diagnostic::error("bad-domain", &place, format!("`{name}` is a host alone"));
        loading.report(wrong.help("leave out `https://` and everything behind the host"));
        return None;
    }
    Some((text, place))
}

/// What stands between two slashes of a path.
pub(super) fn segment(entry: &Entry, loading: &mut Loading) -> Option<String> {
    let text = part(&entry.value, loading)?;
    if is_fixed(&text) && text.contains(['/', '?', '#', '%', ' ']) {
        let message = format!("`{}` is one part of a path, and cannot be `{text}`", entry.key);
        let wrong = Diagnostic::error("bad-path", &entry.value.place, message);
        loading.report(wrong.help("leave out the rest of the address"));
        return None;
    }
    Some(text)
}

/// A whole URL, without the slash at its end.
pub(super) fn base(entry: &Entry, loading: &mut Loading) -> Option<String> {
    let text = part(&entry.value, loading)?;
    if is_fixed(&text) && !text.contains("://") {
        let wrong =
            Diagnostic::error("bad-url", &entry.value.place, format!("`{}` is not a whole URL: `{text}`", entry.key));
        loading.report(wrong.help(format!(
            "write its scheme too: `https://{}`, or `http://…` on this machine",
            text.trim_start_matches('/')
        )));
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}

/// Whether no template stands in a text.
pub(super) fn is_fixed(text: &str) -> bool {
    !text.contains("{{")
}

/// One of two keys, and only one; its entry. `beside` go with the first of them.
pub(super) fn one_of<'n>(
    fields: &Fields<'n>,
    names: [&'static str; 2],
    beside: &[&'static str],
    loading: &mut Loading,
) -> Option<&'n Entry> {
    let [first, second] = names.map(|name| fields.entry(name));
    let (Some(entry), None) = (first.or(second), first.and(second)) else {
        let message = format!("{} needs exactly one of `{}` and `{}`", fields.what(), names[0], names[1]);
        let (code, place, help) = match second {
            Some(entry) => ("two-of-one", &entry.key_place, "leave out one of the two".to_owned()),
            None => ("missing-key", fields.place(), format!("for example `{}`", fields.example(names[0]))),
        };
        loading.report(Diagnostic::error(code, place, message).help(help));
        return None;
    };
    for unused in beside.iter().filter_map(|name| fields.entry(name)).filter(|_| first.is_none()) {
        let message = format!("`{}` says nothing beside `{}`", unused.key, entry.key);
        let wrong = Diagnostic::error("unused-key", &unused.key_place, message);
        loading.report(wrong.help(format!("leave it out, or write `{}`", names[0])));
    }
    Some(entry)
}

/// The scopes as they stand in the file, where no template is in them.
pub(super) fn fixed_scopes<'n>(fields: &Fields<'n>) -> Vec<(&'n str, &'n Place)> {
    let nodes: &[Node] = match fields.get("scope") {
        Some(Node { value: Value::List(items), .. }) => items,
        Some(node) => std::slice::from_ref(node),
        None => &[],
    };
    let texts = nodes.iter().filter_map(|node| Some((node.scalar_text()?, &node.place)));
    let words = texts.filter(|(text, _)| is_fixed(text));
    words.flat_map(|(text, place)| text.split_whitespace().map(move |word| (word, place))).collect()
}
