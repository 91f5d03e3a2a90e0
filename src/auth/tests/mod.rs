//! The life of tokens against a token endpoint on loopback.

mod assertions;
mod attach;
mod aws;
mod bound;
mod discovery;
#[cfg(unix)]
mod exec;
mod faults;
mod hostile;
mod keys;
mod life;
mod login;
mod minted;
mod people;
mod ready;
mod rejected;
mod renewal;
mod server;
#[cfg(unix)]
mod shared;
#[cfg(unix)]
mod shared_refresh;
mod trading;

use std::{sync::Arc, time::SystemTime};

use super::{Ready, Sharing, Store, Tokens, grant::Grant, grant::tests::grant};
use crate::clock::Clock;
use crate::http::{Header, Http, HttpSettings, Request, Url};
use crate::secret::Redactor;
use server::{Reply, Server};

/// A token endpoint and everything to ask it with.
struct Bench {
    server: Server,
    clock: Clock,
    redactor: Redactor,
    tokens: Tokens,
}

impl Bench {
    /// An endpoint that answers in this order, its last answer for ever.
    async fn new(replies: Vec<Reply>) -> Self {
        Self::with_clock(Clock::manual(SystemTime::now()), replies).await
    }

    /// The same by another clock: a command runs as long as it does.
    async fn with_clock(clock: Clock, replies: Vec<Reply>) -> Self {
        let server = Server::start(replies).await;
        let redactor = Redactor::new();
        let http = Http::new(clock.clone(), HttpSettings::default());
        let store = Store::new(Sharing::default(), std::path::Path::new("/"), clock.clone());
        let tokens = Tokens::new(http, clock.clone(), redactor.clone(), store);
        Self { server, clock, redactor, tokens }
    }

    fn grant(&self) -> Grant {
        grant(&self.server.url("/token"))
    }

    fn ready(&self, name: &str) -> Arc<Ready> {
        self.ready_with(name, |_| {})
    }

    fn ready_with(&self, name: &str, change: impl FnOnce(&mut Grant)) -> Arc<Ready> {
        let mut grant = self.grant();
        change(&mut grant);
        Arc::new(Ready::granted(name, grant, &api()))
    }

    /// The token that a request of this identity is sent with.
    async fn token(&self, ready: &Arc<Ready>) -> String {
        let credential = self.tokens.credential(ready).await.unwrap();
        let mut request = request("https://api.example.com/items");
        self.tokens.attach(&credential, &mut request).await;
        request.headers[0].value.clone()
    }
}

fn api() -> Url {
    Url::parse("https://api.example.com/v1").unwrap()
}

fn request(url: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        url: Url::parse(url).unwrap(),
        headers: Vec::new(),
        body: None,
        timeout: std::time::Duration::from_secs(5),
        redirects: 0,
        jar: None,
        cookies: Vec::new(),
        certificate: None,
    }
}

fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned(), bound: false }
}

/// A reply with this token, which lives for an hour.
fn token(text: &str) -> Reply {
    Reply::json(200, &format!(r#"{{"access_token":"{text}","token_type":"Bearer","expires_in":3600}}"#))
}
