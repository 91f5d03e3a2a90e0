//! Why there is no answer: the causes of an error, told in one line for people.

use std::{borrow::Cow, error::Error, io, iter, time::Duration};

use crate::http::{
    Response, Unsent, Url,
    client::MOST_HEADERS,
    handshake,
    settings::Target,
    timing::{Mark, Marks},
};

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    /// What happened, in one line: `connection refused by 127.0.0.1:8080`.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: Option<String>,
    /// Status, headers and the bytes that came before it broke, if any did.
    pub(crate) partial: Option<Box<Response>>,
}

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The request cannot be put on the wire: a header value with a line break.
    Request,
    /// The host has no address.
    Dns,
    /// Nobody listens there.
    Refused,
    /// Another fault on the way to a connection.
    Connect,
    /// The handshake failed.
    Tls,
    /// No whole answer in time.
    Timeout,
    /// The answer breaks HTTP, its length, its coding.
    Broken,
    /// The answer is larger than allowed.
    TooLarge,
    /// More redirects than allowed, a loop, or one that leads nowhere.
    Redirects,
}

impl FaultKind {
    /// Whether it is the API's answer that is at fault (a failed case) rather than the world (an error).
    pub(crate) fn is_answer(self) -> bool {
        matches!(self, Self::Timeout | Self::Broken | Self::TooLarge | Self::Redirects)
    }
}

/// A host without an address, and why.
#[derive(Debug, thiserror::Error)]
#[error("no address for `{host}`: {why}")]
pub(super) struct NoAddress {
    pub(super) host: String,
    pub(super) why: String,
}

/// Bytes in a MiB.
const MIB: u64 = 1 << 20;

impl Fault {
    /// A fault without help.
    pub(super) fn new(kind: FaultKind, message: String) -> Self {
        Self { kind, message, help: None, partial: None }
    }

    /// The request cannot be put on the wire.
    pub(super) fn request(message: String) -> Self {
        Self::new(FaultKind::Request, message)
    }

    /// A file of the request's body cannot be sent, or not to its end.
    pub(super) fn unsent(unsent: &Unsent) -> Self {
        Self::request(unsent.to_string()).with_help("a file stays as it is from the beginning of its case to the end")
    }

    /// No answer came in time, and not all of the body was sent.
    pub(super) fn late_upload(limit: Duration, (sent, size): (u64, u64)) -> Self {
        let (sent, size) = (counted(sent), counted(size));
        let message = format!("no answer within {}; {sent} of {size} bytes of the body were sent", spelled(limit));
        Self::new(FaultKind::Timeout, message).with_help("give it more time with `timeout`")
    }

    /// The same with a cure.
    #[must_use]
    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The body is larger than allowed.
    pub(super) fn too_large(limit: u64) -> Self {
        let message = match limit % MIB {
            0 => format!("the body has more than {} MiB", counted(limit / MIB)),
            _ => format!("the body has more than {} bytes", counted(limit)),
        };
        Self::new(FaultKind::TooLarge, message).with_help("raise `http.max_body` if that is meant")
    }

    /// No head of an answer came from what the connection was made to, because of this error.
    pub(super) fn before_head(error: &reqwest::Error, url: &Url, target: &Target, marks: &Marks) -> Self {
        if error.is_builder() {
            return Self::request(format!("`{url}` cannot be requested: {}", innermost(error)));
        }
        let known = causes(error).find_map(|cause| from_cause(cause, url, target)).filter(|fault| {
            // What breaks while connecting is no answer.
            !(error.is_connect() && fault.kind == FaultKind::Broken)
        });
        known.unwrap_or_else(|| {
            let (name, why) = (&target.name, innermost(error));
            if !error.is_connect() {
                return Self::new(FaultKind::Broken, format!("the connection to {name} broke off: {why}"));
            }
            match marks.has(Mark::Hello) && !marks.has(Mark::Connected) {
                true => tls(format!("the TLS handshake with {} broke off: {why}", url.endpoint())),
                false => Self::new(FaultKind::Connect, format!("cannot connect to {name}: {why}")),
            }
        })
    }

    /// No head of an answer came from a server in this process.
    pub(super) fn inside(error: &hyper::Error) -> Self {
        from_hyper(error).unwrap_or_else(|| Self::new(FaultKind::Broken, format!("the app broke off: {error}")))
    }

    /// A body broke off after so many bytes of those it was to have.
    pub(super) fn in_body(error: &reqwest::Error, received: u64, announced: Option<u64>) -> Self {
        let after = match announced {
            Some(length) => format!("{} of {} bytes", counted(received), counted(length)),
            None => format!("{} bytes", counted(received)),
        };
        let message = match causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind) {
            Some(io::ErrorKind::UnexpectedEof) => format!("the body ended too early, after {after}"),
            _ => format!("the body broke off after {after}: {}", innermost(error)),
        };
        Self::new(FaultKind::Broken, message)
    }

    /// No whole answer came in time. `received` are the bytes of the body that came, if its head did.
    pub(super) fn late(limit: Duration, target: &Target, marks: &Marks, received: Option<u64>) -> Self {
        let (name, limit) = (&target.name, spelled(limit));
        if let Some(received) = received {
            let message = format!("no whole answer within {limit}; the body stopped after {} bytes", counted(received));
            return Self::new(FaultKind::Timeout, message);
        }
        let (kind, message) = match () {
            () if marks.reused() || marks.has(Mark::Connected) => {
                (FaultKind::Timeout, format!("no answer within {limit}; connected, waiting for the head"))
            }
            () if marks.has(Mark::Hello) => (FaultKind::Tls, format!("no TLS handshake with {name} within {limit}")),
            () if marks.has(Mark::LookUp) && !marks.has(Mark::LookedUp) => {
                (FaultKind::Dns, format!("no address for {name} within {limit}"))
            }
            () => (FaultKind::Connect, format!("no connection to {name} within {limit}")),
        };
        Self::new(kind, message)
    }
}

fn from_cause(cause: &(dyn Error + 'static), url: &Url, target: &Target) -> Option<Fault> {
    if let Some(none) = cause.downcast_ref::<NoAddress>() {
        let help = "correct the host in the URL or in `base_url`, or give it an address with `http.resolve`";
        return Some(Fault::new(FaultKind::Dns, none.to_string()).with_help(help));
    }
    if let Some(error) = cause.downcast_ref::<rustls::Error>() {
        return Some(handshake::fault(error, url));
    }
    if let Some(error) = cause.downcast_ref::<io::Error>() {
        return from_io(error, target);
    }
    from_hyper(cause.downcast_ref::<hyper::Error>()?)
}

fn from_io(error: &io::Error, target: &Target) -> Option<Fault> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => {
            let fault = Fault::new(FaultKind::Refused, format!("connection refused by {}", target.name));
            Some(fault.with_help(target.cure))
        }
        io::ErrorKind::NotFound => {
            let fault = Fault::new(FaultKind::Refused, format!("{} is not there", target.name));
            Some(fault.with_help(target.cure))
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            Some(Fault::new(FaultKind::Broken, "the server reset the connection without an answer".to_owned()))
        }
        _ => None,
    }
}

fn from_hyper(error: &hyper::Error) -> Option<Fault> {
    let message = if error.is_incomplete_message() {
        "the server closed the connection without an answer".to_owned()
    } else if error.is_parse_too_large() {
        format!("the head of the answer is too large: more than {MOST_HEADERS} headers or about 400 KiB")
    } else if error.is_parse_version_h2() {
        "the server answered in HTTP/2 without having been asked to".to_owned()
    } else if error.is_parse() {
        format!("the answer is not HTTP: {error}")
    } else {
        return None;
    };
    Some(Fault::new(FaultKind::Broken, message))
}

pub(super) fn tls(message: String) -> Fault {
    Fault::new(FaultKind::Tls, message)
}

/// Whether an error means that the server did away with the connection, rather than answered wrongly.
pub(super) fn is_closed(error: &reqwest::Error) -> bool {
    let wrong = |cause: &(dyn Error + 'static)| {
        let hyper = cause.downcast_ref::<hyper::Error>();
        hyper.is_some_and(|error| error.is_parse() || error.is_user()) || cause.is::<rustls::Error>()
    };
    error.is_request() && !error.is_connect() && !causes(error).any(wrong)
}

/// The error and all that caused it, outermost first.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    iter::successors(Some(error), cause_of).take(32)
}

fn cause_of<'e>(error: &&'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let error: &'e (dyn Error + 'static) = *error;
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        // The source of such an error is that of what it wraps, which would be passed over.
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn innermost(error: &reqwest::Error) -> String {
    causes(error).last().map(ToString::to_string).unwrap_or_default()
}

/// `10s`, `200ms`, `1.5s`.
fn spelled(limit: Duration) -> String {
    match limit.as_millis() {
        millis if millis < 1000 => format!("{millis}ms"),
        millis if millis % 1000 == 0 => format!("{}s", millis / 1000),
        _ => format!("{}s", limit.as_secs_f64()),
    }
}

/// A character as messages name it.
pub(super) fn shown(c: char) -> Cow<'static, str> {
    match c {
        '\n' | '\r' => Cow::Borrowed("a line break"),
        '\t' => Cow::Borrowed("a tab"),
        ' ' => Cow::Borrowed("a blank"),
        c if c.is_control() || c.is_whitespace() => Cow::Owned(format!("the character U+{:04X}", u32::from(c))),
        c => Cow::Owned(format!("`{c}`")),
    }
}

/// A number with its thousands apart: `1,234`.
pub(super) fn counted(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_are_spelled_for_people() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (67_108_864, "67,108,864")] {
            assert_eq!(counted(number), text);
        }
        for (millis, text) in [(0, "0ms"), (200, "200ms"), (10_000, "10s"), (1500, "1.5s")] {
            assert_eq!(spelled(Duration::from_millis(millis)), text);
        }
    }
}
