//! Exchanges with real servers on loopback.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;

use crate::clock::Clock;
use crate::http::{Exchange, Header, Http, HttpSettings, Jar, Request, Url};

mod exchanges;
mod faults;
mod hostile;
mod redirects;
mod secure;
mod server;
mod uploads;

use server::{Reply, Server};

fn http() -> Http {
    limited(HttpSettings::default().max_body)
}

fn limited(max_body: u64) -> Http {
    Http::new(Clock::system(), HttpSettings { max_body, ..HttpSettings::default() })
}

fn request(method: &str, url: &Url) -> Request {
    Request {
        method: method.to_owned(),
        url: url.clone(),
        headers: vec![header("Accept", "*/*")],
        body: None,
        timeout: Duration::from_secs(20),
        redirects: 0,
        jar: None,
        cookies: Vec::new(),
        certificate: None,
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned(), bound: false }
}

/// The message of the fault that the exchange ended with.
fn message(exchange: &Exchange) -> &str {
    &exchange.result.as_ref().unwrap_err().message
}
