//! `poll` and `retry`: when a request is sent again.

use crate::diagnostic::{Diagnostic, nearest};
use crate::spec::{Loading, duration::Period, expect::StatusRange};
use crate::yaml::{Field, Fields, Node, Shape, Table};

/// Sent again until the answer is as expected.
#[derive(Clone, Debug)]
pub(crate) struct Poll {
    /// How long to wait between an answer and the next attempt.
    pub(crate) every: Period,
    /// When to give up, counted from the first attempt.
    pub(crate) timeout: Option<Period>,
    /// How many attempts there are at most.
    pub(crate) times: Option<u64>,
}

/// Sent again where the server was overloaded or out of reach.
#[derive(Clone, Debug)]
pub(crate) struct Retry {
    pub(crate) on: Vec<Trouble>,
    /// How often it is sent again at most.
    pub(crate) times: u64,
    /// How long to wait before the first retry; twice as long before each further one.
    pub(crate) backoff: Option<Period>,
}

/// What a retry may cure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// An answer of this status.
    Status(StatusRange),
    /// No connection: the name is not found, nobody listens, or the way is broken.
    Connect,
    /// No whole answer in time.
    Timeout,
    /// An answer that broke off or breaks HTTP.
    Broken,
}

/// The keys of `poll`.
pub(crate) static POLL: Table = Table {
    what: "`poll`",
    fields: &[
        Field::new("every", Shape::Duration, "How long to wait before sending again.", "200ms"),
        Field::new("timeout", Shape::Duration, "When to give up.", "10s"),
        Field::new("times", Shape::Integer, "How many attempts there are at most.", "20"),
    ],
    elsewhere: &[("until", "expect")],
};

/// The keys of `retry`.
pub(crate) static RETRY: Table = Table {
    what: "`retry`",
    fields: &[
        Field::new(
            "on",
            Shape::List(&Shape::Text),
            "Statuses, classes of them, `connect`, `timeout`, `broken`.",
            "[429, 503, connect]",
        ),
        Field::new("times", Shape::Integer, "How often it is sent again at most.", "3"),
        Field::new("backoff", Shape::Duration, "How long to wait first; doubled each time.", "500ms"),
    ],
    elsewhere: &[("every", "poll")],
};

const WORDS: [(&str, Trouble); 3] =
    [("connect", Trouble::Connect), ("timeout", Trouble::Timeout), ("broken", Trouble::Broken)];

impl Poll {
    /// Reads `poll`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &POLL, &mut loading.problems)?;
        let every = fields.require("every", &mut loading.problems).and_then(|node| Period::load(node, loading));
        let timeout = fields.get("timeout").and_then(|node| Period::load(node, loading));
        let times = fields.get("times").and_then(|node| at_least_one(node, loading));
        if fields.entry("timeout").or(fields.entry("times")).is_none() {
            let wrong =
                Diagnostic::error("missing-key", fields.place(), "a poll without `timeout` or `times` may never end");
            loading.report(wrong.help("for example `timeout: 10s`"));
        }
        Some(Self { every: every?, timeout, times })
    }
}

impl Retry {
    /// Reads `retry`.
    pub(crate) fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &RETRY, &mut loading.problems)?;
        let on = fields.require("on", &mut loading.problems).map(|node| {
            let items = loading.one_or_many(node);
            items.iter().filter_map(|item| trouble(item, loading)).collect::<Vec<_>>()
        });
        let times = fields.require("times", &mut loading.problems).and_then(|node| at_least_one(node, loading));
        let backoff = fields.get("backoff").and_then(|node| Period::load(node, loading));
        Some(Self { on: on?, times: times?, backoff })
    }
}

fn at_least_one(node: &Node, loading: &mut Loading) -> Option<u64> {
    let count = loading.count(node)?;
    if count == 0 {
        let wrong = Diagnostic::error("never", &node.place, "`times: 0` means never");
        loading.report(wrong.help("write 1 or more, or leave the key out"));
        return None;
    }
    Some(count)
}

fn trouble(node: &Node, loading: &mut Loading) -> Option<Trouble> {
    let written = loading.word(node)?;
    let word = WORDS.iter().find(|(word, _)| *word == written).map(|(_, trouble)| *trouble);
    let found = word.or_else(|| StatusRange::parse(written).map(Trouble::Status));
    if found.is_none() {
        let wrong = Diagnostic::error("unknown-word", &node.place, format!("`{written}` is nothing to retry on"));
        loading.report(match nearest(written, WORDS.iter().map(|(word, _)| *word)) {
            Some(word) => wrong.label(format!("did you mean `{word}`?")),
            None => wrong.help("write statuses, classes such as `5xx`, `connect`, `timeout`, `broken`"),
        });
    }
    found
}
