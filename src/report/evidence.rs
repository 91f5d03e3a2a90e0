//! What was sent and what came back, in lines; every line is free of secrets and of control characters.

use std::borrow::Cow;

use crate::http;
use crate::http::{Exchange, Request, Response, Timing};
use crate::outcome::Evidence;
use crate::report::{
    excerpt::{Body, Limit, line},
    hidden::Veil,
    words,
};

/// How many characters of a URL, a header or a note are shown.
const WIDEST: usize = 300;
/// More exchanges than this are told by the first and the last.
const MOST_TOLD: usize = 6;

/// The body of a request.
pub(crate) fn request_body(request: &Request) -> Option<Body<'_>> {
    let content_type = request.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-type"));
    let body = request.body.as_ref().filter(|body| body.size() > 0)?;
    Some(Body::sent(content_type.map(|header| header.value.as_str()), body))
}

/// The answer that is there, whole or broken off.
pub(crate) fn answer(exchange: &Exchange) -> Option<&Response> {
    match &exchange.result {
        Ok(response) => Some(response),
        Err(fault) => fault.partial.as_deref(),
    }
}

/// `POST https://api/items as service, token 12s old, 48m left`.
pub(crate) fn sent(evidence: &Evidence, veil: Veil<'_>) -> String {
    let request = &evidence.exchange.request;
    let who = words::sender(evidence.identity.as_ref());
    format!("{} {} {}", line(&request.method, 40), url(request.url.as_str(), veil), line(&veil.text(&who), WIDEST))
}

/// `500 Internal Server Error in 12ms, after 1 redirect to https://api/login`.
pub(crate) fn got(exchange: &Exchange, veil: Veil<'_>) -> String {
    let time = words::elapsed(exchange.timing.total);
    let mut text = match &exchange.result {
        Ok(response) => format!("{} in {time}", words::status(response.status)),
        Err(fault) => {
            let part = fault.partial.as_ref().map_or_else(String::new, |part| {
                format!(", broken off in a {} after {} bytes", words::status(part.status), part.body.len())
            });
            format!("no answer ({}) after {time}{part}", words::fault(fault.kind))
        }
    };
    if let Some(hop) = exchange.hops.last() {
        let count = exchange.hops.len();
        let last = exchange.result.as_ref().map_or(&hop.url, |response| &response.url);
        let plural = if count == 1 { "" } else { "s" };
        text += &format!(", after {count} redirect{plural} to {}", url(last.as_str(), veil));
    }
    text
}

/// What led to the last exchange: `401 with a token aged 58m12s; renewed; replay 200`. None where there is only one.
pub(crate) fn history(exchanges: &[Evidence], veil: Veil<'_>) -> Option<String> {
    let [first, others @ ..] = exchanges else { return None };
    let last = others.last()?;
    let mut told = vec![outcome(first)];
    if others.len() < MOST_TOLD {
        told.extend(others.iter().map(|evidence| attempt(evidence, veil)));
    } else {
        told.extend([format!("{} more", others.len() - 1), attempt(last, veil)]);
    }
    Some(told.join("; "))
}

fn outcome(evidence: &Evidence) -> String {
    let result = match &evidence.exchange.result {
        Ok(response) => response.status.to_string(),
        Err(fault) => format!("no answer ({})", words::fault(fault.kind)),
    };
    let age = evidence.identity.as_ref().and_then(|sender| sender.token_age).filter(|_| result == "401");
    age.map_or(result.clone(), |age| format!("{result} with a token aged {}", words::age(age)))
}

fn attempt(evidence: &Evidence, veil: Veil<'_>) -> String {
    let result = outcome(evidence);
    match evidence.note.as_deref() {
        Some(note) if note.contains("renewed") => format!("renewed; replay {result}"),
        Some(note) => format!("{} {result}", told(note, veil)),
        None => format!("then {result}"),
    }
}

/// Request and answer as they went over the wire: `> ` before what was sent, `< ` before what came back, `* ` before what is known of them.
pub(crate) fn transcript(evidence: &Evidence, veil: Veil<'_>, limit: Limit) -> Vec<String> {
    let exchange = &evidence.exchange;
    let request = &exchange.request;
    let mut lines = Vec::new();
    if let Some(note) = &evidence.note {
        lines.push(format!("* {}", told(note, veil)));
    }
    lines.push(format!("> {}", sent(evidence, veil)));
    let headers = request.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    lines.extend(headers.map(|(name, value)| format!("> {}", header(name, value, veil))));
    for file in request.body.iter().flat_map(http::Body::files) {
        lines.push(format!("* with the file {}, {} bytes", told(&file.name, veil), file.size));
    }
    if let Some(body) = request_body(request) {
        lines.extend(body.lines(veil, limit).into_iter().map(|line| format!("> {line}")));
    }
    for hop in &exchange.hops {
        lines.push(format!(
            "< {} to {} {}",
            words::status(hop.status),
            line(&hop.method, 40),
            url(hop.url.as_str(), veil)
        ));
        lines.extend(hop.headers.iter().map(|(name, value)| format!("< {}", header(name, value, veil))));
    }
    let fault = exchange.result.as_ref().err().map(|fault| format!(": {}", told(&fault.message, veil)));
    lines.push(format!("< {}{}", got(exchange, veil), fault.unwrap_or_default()));
    if let Some(response) = answer(exchange) {
        lines.extend(response.headers.iter().map(|(name, value)| format!("< {}", header(name, value, veil))));
        lines.extend(body_lines(response, veil, limit).into_iter().map(|line| format!("< {line}")));
    }
    lines.push(format!("* {}", timing(&exchange.timing)));
    lines
}

fn body_lines(response: &Response, veil: Veil<'_>, limit: Limit) -> Vec<String> {
    if response.body.is_empty() {
        return Vec::new();
    }
    let text = response.text().ok();
    Body::of(response, text.as_deref()).lines(veil, limit)
}

/// `content-type: application/json`.
fn header(name: &str, value: &str, veil: Veil<'_>) -> String {
    format!("{}: {}", line(name, WIDEST), line(&veil.header(name, value), WIDEST))
}

/// `dns 1ms, tcp 2ms, first byte 9ms, body 1ms, total 13ms`.
fn timing(timing: &Timing) -> String {
    let parts = [
        ("dns", timing.dns),
        ("tcp", timing.tcp),
        ("tls", timing.tls),
        ("first byte", timing.first_byte),
        ("body", timing.body),
        ("total", Some(timing.total)),
    ];
    let parts = parts.into_iter().filter_map(|(name, time)| Some(format!("{name} {}", words::elapsed(time?))));
    let told = parts.collect::<Vec<_>>().join(", ");
    if timing.reused { format!("{told}, connection reused") } else { told }
}

fn url(url: &str, veil: Veil<'_>) -> String {
    told(url, veil)
}

/// A text of others on one line.
pub(crate) fn told(text: &str, veil: Veil<'_>) -> String {
    let hidden: Cow<'_, str> = veil.text(text);
    line(&hidden, WIDEST)
}
