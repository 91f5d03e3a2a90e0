//! What can go wrong at the token endpoint, one answer at a time.

use std::time::Duration;

/// What becomes of one answer of the token endpoint; see [`Demo::plan_faults`](super::Demo::plan_faults).
#[derive(Clone, Debug)]
#[must_use]
pub struct Fault {
    pub(super) kind: Kind,
    pub(super) delay: Duration,
    pub(super) headers: Vec<(String, String)>,
    /// Members of the reply as JSON text; none takes the member away.
    pub(super) fields: Vec<(String, Option<String>)>,
    pub(super) skew_seconds: i64,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// The answer that the request deserves.
    Proper,
    /// Another answer; no token is issued.
    Answer { status: u16, body: Vec<u8> },
    /// Nothing, and the connection stays open.
    Hang,
    /// The connection is reset.
    Reset,
    /// The head and half of the body.
    Cut,
}

impl Fault {
    /// The proper answer: a place to hang other deviations on, or a pause between two faults.
    pub fn none() -> Self {
        Self::of(Kind::Proper)
    }

    /// An answer with this status and body instead of a token. It is JSON unless a header says otherwise; a status
    /// that HTTP does not know becomes 500.
    pub fn answer(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::of(Kind::Answer { status, body: body.into() })
    }

    /// No answer while the demo runs.
    pub fn hang() -> Self {
        Self::of(Kind::Hang)
    }

    /// A connection reset instead of an answer.
    pub fn reset() -> Self {
        Self::of(Kind::Reset)
    }

    /// The proper answer, ended in the middle of its body.
    pub fn cut() -> Self {
        Self::of(Kind::Cut)
    }

    /// The same, but later.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The same with this header, in place of one of that name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with this member in a token reply. `json` is put in as it is, even where it is no JSON.
    pub fn field(mut self, name: &str, json: &str) -> Self {
        self.fields.push((name.to_owned(), Some(json.to_owned())));
        self
    }

    /// The same without this member in a token reply.
    pub fn without(mut self, name: &str) -> Self {
        self.fields.push((name.to_owned(), None));
        self
    }

    /// The same from a provider whose clock is this many seconds ahead: its `Date` and the times in its token.
    pub fn skewed(mut self, seconds: i64) -> Self {
        self.skew_seconds = seconds;
        self
    }

    fn of(kind: Kind) -> Self {
        Self { kind, delay: Duration::ZERO, headers: Vec::new(), fields: Vec::new(), skew_seconds: 0 }
    }
}
