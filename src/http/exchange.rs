//! One exchange from its request to its last byte: hop after hop, in time, with a record of what came before it broke.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue};

use crate::http::{
    Exchange, Fault, FaultKind, Hop, HttpVersion, Peer, Request, Response, Server, Url,
    client::Shared,
    cookies,
    decode::{Problem, Undecoded, decode},
    fault::{counted, is_closed},
    message::{accept_something, message},
    redirect::{self, Next},
    sending::Progress,
    timing::{self, Mark},
};

/// Sends a request and reads the whole answer.
pub(super) async fn exchange(shared: &Shared, request: Request) -> Exchange {
    let began = shared.clock.now();
    let limit = request.timeout;
    let mut way = Way::new(shared, request);
    let work = async {
        let result = match tokio::time::timeout(limit, way.go()).await {
            Ok(result) => result,
            Err(_) => Err(way.late(limit)),
        };
        let result = way.unless_broken(result);
        (result.map_err(|fault| way.with_partial(fault)), timing::marks())
    };
    let (result, marks) = timing::recorded(shared.clock.clone(), work).await;
    let timing = marks.timing(shared.clock.since(began));
    connection_is_kept().await;
    Exchange { request: way.first.unwrap_or(way.request), hops: way.hops, result, started_at: began.wall, timing }
}

/// Tasks of the client put the connection back. Whoever sent the next request before them would open another one, so they are let go first.
async fn connection_is_kept() {
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
}

/// An exchange under way.
struct Way<'s> {
    shared: &'s Shared,
    /// The request of the hop under way.
    request: Request,
    /// The first request, once a redirect has led on.
    first: Option<Request>,
    /// The cookies that the request has of its own.
    written: Option<String>,
    hops: Vec<Hop>,
    answer: Option<Answer>,
    /// How far the body of the hop under way came.
    progress: Progress,
}

/// What came of the answer of the hop under way.
struct Answer {
    status: u16,
    version: &'static str,
    headers: Vec<(String, String)>,
    peer: Option<Peer>,
    /// The body, still coded.
    wire: Vec<u8>,
}

/// How many kept connections may turn out to be closed, one after the other, before a request is given up.
const MOST_STALE: u32 = 64;
/// How much of the body of a redirect is read so that its connection can be used again.
const DRAINED: usize = 64 << 10;
/// How much room is made for a body because its head says it comes.
const MOST_RESERVED: u64 = 16 << 20;
/// How much of a body that is too large is kept to be shown.
const SHOWN_OF_TOO_LARGE: usize = 64 << 10;

impl<'s> Way<'s> {
    fn new(shared: &'s Shared, mut request: Request) -> Self {
        accept_something(&mut request.headers);
        let written = cookies::written(&request.headers);
        Self { shared, request, first: None, written, hops: Vec::new(), answer: None, progress: Progress::default() }
    }

    async fn go(&mut self) -> Result<Response, Fault> {
        loop {
            let mut reply = self.ask().await?;
            self.arrived(&reply);
            match self.next()? {
                Some(next) => {
                    drain(reply).await;
                    self.turn(next);
                }
                None => {
                    self.read(&mut reply).await?;
                    return self.finish();
                }
            }
        }
    }

    /// Sends the request of a hop, again if a kept connection turns out to be closed, until the head of an answer is there.
    async fn ask(&mut self) -> Result<reqwest::Response, Fault> {
        cookies::put(&mut self.request, self.written.as_deref())?;
        if let Some(server) = self.shared.inside.at(&self.request.url) {
            return self.ask_inside(&server).await;
        }
        let client = self.shared.client(&self.request).await?;
        let mut again = if is_idempotent(&self.request.method) { MOST_STALE } else { 0 };
        loop {
            let (message, progress) = message(&self.request, self.names_host())?;
            self.progress = progress;
            timing::begin();
            match client.execute(message).await {
                Ok(reply) => {
                    timing::mark(Mark::Head);
                    return Ok(reply);
                }
                Err(error) if again > 0 && self.was_stale(&error) => again -= 1,
                Err(error) => return Err(self.before_head(&error)),
            }
        }
    }

    /// The same where the server is in this process.
    async fn ask_inside(&mut self, server: &Server) -> Result<reqwest::Response, Fault> {
        let (message, progress) = message(&self.request, true)?;
        self.progress = progress;
        timing::begin();
        timing::mark(Mark::Connected);
        let reply = server.answer(message).await.map_err(|error| Fault::inside(&error))?;
        timing::mark(Mark::Head);
        Ok(reply)
    }

    /// Whether nothing but a kept connection that the server had closed is to blame.
    fn was_stale(&self, error: &reqwest::Error) -> bool {
        timing::marks().reused() && is_closed(error) && self.progress.broken().is_none()
    }

    /// Where HTTP/2 may be spoken, `hyper` decides whether there is a `Host`.
    fn names_host(&self) -> bool {
        !self.request.url.is_https() && self.shared.settings.version != Some(HttpVersion::Http2)
    }

    fn before_head(&self, error: &reqwest::Error) -> Fault {
        let url = &self.request.url;
        let settings = &self.shared.settings;
        let fault = Fault::before_head(error, url, &settings.target(url), &timing::marks());
        match settings.version == Some(HttpVersion::Http2) && fault.kind == FaultKind::Broken {
            true => fault.with_help("HTTP/2 was spoken without asking: does the server know it? (`http.http_version`)"),
            false => fault,
        }
    }

    fn arrived(&mut self, reply: &reqwest::Response) {
        let answer = Answer {
            status: reply.status().as_u16(),
            version: version(reply.version()),
            headers: texts(reply.headers()),
            peer: Peer::of(reply),
            wire: Vec::new(),
        };
        if let Some(jar) = &self.request.jar {
            jar.take(&self.request.url, answer.values("set-cookie"));
        }
        self.answer = Some(answer);
    }

    /// Where the answer leads, if the request follows redirects.
    fn next(&self) -> Result<Option<Next>, Fault> {
        let Some(answer) = self.answer.as_ref().filter(|_| self.request.redirects > 0) else { return Ok(None) };
        let next = redirect::next(answer.status, answer.values("location").next(), &self.request);
        let next = next.map_err(|why| Fault::new(FaultKind::Redirects, format!("{why}; {}", self.chain(None))))?;
        match &next {
            Some(next) if self.hops.len() >= self.request.redirects as usize => {
                let allowed = self.request.redirects;
                let plural = if allowed == 1 { "" } else { "s" };
                let message = format!("more than {allowed} redirect{plural}: {}", self.chain(Some(next.url())));
                let help = "allow more with `redirects`, or expect the redirect itself with `redirects: 0`";
                Err(Fault::new(FaultKind::Redirects, message).with_help(help))
            }
            _ => Ok(next),
        }
    }

    /// `http://a/ → http://a/b`, without the middle of a long one.
    fn chain(&self, last: Option<&Url>) -> String {
        let urls = self.hops.iter().map(|hop| &hop.url).chain([&self.request.url]).chain(last);
        let mut urls: Vec<String> = urls.map(ToString::to_string).collect();
        if urls.len() > 12 {
            let left_out = format!("({} more)", urls.len() - 10);
            urls.splice(5..urls.len() - 5, [left_out]);
        }
        urls.join(" → ")
    }

    fn turn(&mut self, next: Next) {
        if let Some(answer) = self.answer.take() {
            let (method, url) = (self.request.method.clone(), self.request.url.clone());
            self.hops.push(Hop { method, url, status: answer.status, headers: answer.headers });
        }
        if self.first.is_none() {
            self.first = Some(self.request.clone());
        }
        if !next.url().same_origin(&self.request.url) {
            self.written = None;
        }
        next.apply(&mut self.request);
    }

    async fn read(&mut self, reply: &mut reqwest::Response) -> Result<(), Fault> {
        let limit = self.shared.settings.max_body;
        let announced = reply.content_length().filter(|length| *length > 0);
        if announced.is_some_and(|length| length > limit) {
            return Err(Fault::too_large(limit));
        }
        let Some(Answer { wire, .. }) = &mut self.answer else { return Ok(()) };
        wire.reserve_exact(announced.unwrap_or_default().min(MOST_RESERVED) as usize);
        loop {
            match reply.chunk().await {
                Ok(Some(chunk)) if wire.len() as u64 + chunk.len() as u64 > limit => {
                    return Err(Fault::too_large(limit));
                }
                Ok(Some(chunk)) => wire.extend_from_slice(&chunk),
                Ok(None) => return Ok(()),
                Err(error) => return Err(Fault::in_body(&error, wire.len() as u64, announced)),
            }
        }
    }

    fn finish(&mut self) -> Result<Response, Fault> {
        timing::mark(Mark::End);
        let Some(mut answer) = self.answer.take() else {
            return Err(Fault::new(FaultKind::Broken, "there is no answer".to_owned()));
        };
        let wire = std::mem::take(&mut answer.wire);
        match decode(answer.values("content-encoding"), wire, self.shared.settings.max_body) {
            Ok(body) => Ok(answer.response(self.request.url.clone(), body)),
            Err(Undecoded { problem, so_far }) => {
                let fault = undecodable(problem, so_far.len() as u64, self.shared.settings.max_body);
                Err(with_partial(fault, answer.response(self.request.url.clone(), so_far)))
            }
        }
    }

    fn late(&self, limit: Duration) -> Fault {
        let received = self.answer.as_ref().map(|answer| answer.wire.len() as u64);
        let url = &self.request.url;
        let fault = Fault::late(limit, &self.shared.settings.target(url), &timing::marks(), received);
        match self.progress.unfinished() {
            Some(came) if fault.kind == FaultKind::Timeout && received.is_none() => Fault::late_upload(limit, came),
            _ => fault,
        }
    }

    /// The result, unless a file of the body broke off, whatever came of that.
    fn unless_broken(&self, result: Result<Response, Fault>) -> Result<Response, Fault> {
        let Some(unsent) = self.progress.broken() else { return result };
        let fault = Fault::unsent(unsent);
        Err(match result {
            Ok(response) => with_partial(fault, response),
            Err(_) => fault,
        })
    }

    /// The fault with what came before it, decoded as far as it can be.
    fn with_partial(&mut self, fault: Fault) -> Fault {
        let Some(mut answer) = self.answer.take() else { return fault };
        let wire = std::mem::take(&mut answer.wire);
        let decoded = decode(answer.values("content-encoding"), wire, self.shared.settings.max_body);
        let body = decoded.unwrap_or_else(|undecoded| undecoded.so_far);
        with_partial(fault, answer.response(self.request.url.clone(), body))
    }
}

impl Answer {
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn response(self, url: Url, body: Vec<u8>) -> Response {
        let Self { status, version, headers, peer, wire: _ } = self;
        Response { status, version, headers, url, size: body.len() as u64, body: Bytes::from(body), peer }
    }
}

/// Methods that may be sent twice (RFC 9110 9.2.2).
fn is_idempotent(method: &str) -> bool {
    ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"].contains(&method)
}

/// Reads a body that nobody wants; where it breaks does not matter.
async fn drain(mut reply: reqwest::Response) {
    let mut left = DRAINED;
    while let Ok(Some(chunk)) = reply.chunk().await {
        match left.checked_sub(chunk.len()) {
            Some(rest) => left = rest,
            None => return,
        }
    }
}

fn with_partial(mut fault: Fault, mut partial: Response) -> Fault {
    if fault.kind == FaultKind::TooLarge {
        partial.keep(SHOWN_OF_TOO_LARGE);
    }
    fault.partial = Some(Box::new(partial));
    fault
}

fn undecodable(problem: Problem, so_far: u64, limit: u64) -> Fault {
    let message = match problem {
        Problem::TooLarge => return Fault::too_large(limit),
        Problem::Unknown(coding) => format!("the body is in a coding that is not known here: `{coding}`"),
        Problem::Broken(coding, why) => {
            format!("the body cannot be decoded from `{coding}` after {} bytes: {why}", counted(so_far))
        }
    };
    Fault::new(FaultKind::Broken, message)
}

fn version(version: reqwest::Version) -> &'static str {
    match version {
        reqwest::Version::HTTP_09 => "0.9",
        reqwest::Version::HTTP_10 => "1.0",
        reqwest::Version::HTTP_2 => "2",
        reqwest::Version::HTTP_3 => "3",
        _ => "1.1",
    }
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// A header value as UTF-8, or as latin-1 where it is none.
fn text(value: &HeaderValue) -> String {
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => text.to_owned(),
        Err(_) => value.as_bytes().iter().map(|byte| char::from(*byte)).collect(),
    }
}
