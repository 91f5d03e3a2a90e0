//! An identity provider and the API of a small shop that run inside this process: for `hallpass demo` and for tests.
//!
//! Both are real servers on free ports of the loopback interface. They count what they are asked, so that a test can
//! say how many tokens its work should have cost, and their faults are planned, so that every one can be provoked.

mod answer;
mod api;
mod certificate;
mod counts;
mod fault;
mod options;
mod proof;
mod provider;
mod server;
mod state;

use std::{
    collections::VecDeque,
    io,
    net::Ipv4Addr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::clock::Clock;

pub use counts::{Counts, SeenRequest, Server};
pub use fault::Fault;
pub use options::{Client, Dpop, ExpiresIn, Options, User};
use state::{State, lock};

/// How long requests under way may take when a demo is stopped.
const GRACE: Duration = Duration::from_secs(2);

/// How long the token lives that is made for `API_TOKEN`.
const HOUR: Duration = Duration::from_secs(3600);

/// Both servers. They end when this is dropped.
#[must_use]
pub struct Demo {
    state: Arc<State>,
    end: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

impl Demo {
    /// Starts both servers on the current tokio runtime.
    ///
    /// # Errors
    /// No port is free, or the system has no randomness.
    pub async fn start(options: Options) -> io::Result<Self> {
        Self::start_at(options, Clock::system()).await
    }

    /// The same by another clock: tests move it instead of waiting for a token to expire.
    pub(crate) async fn start_at(options: Options, clock: Clock) -> io::Result<Self> {
        let provider = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let api = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let (end, ended) = watch::channel(false);
        let one_origin = options.one_origin;
        let state = Arc::new(State {
            options,
            clock,
            issuer_url: format!("http://{}", if one_origin { &api } else { &provider }.local_addr()?),
            api_url: format!("http://{}", api.local_addr()?),
            ledger: counts::Ledger::default(),
            tokens: provider::Tokens::new().map_err(|_| io::Error::other("the system has no randomness"))?,
            assertions: provider::Assertions::default(),
            codes: provider::Codes::default(),
            devices: provider::Devices::default(),
            proofs: proof::Proofs::default(),
            shop: api::Shop::new(),
            faults: Mutex::new(VecDeque::new()),
            end: ended,
        });
        let serve = |listener, server, router| server::serve(listener, server, router, &state);
        let (asked, called) = (provider::router(&state), api::router(&state));
        let servers = match one_origin {
            true => vec![serve(api, Server::Api, called.merge(asked))],
            false => vec![serve(provider, Server::Provider, asked), serve(api, Server::Api, called)],
        };
        Ok(Self { state, end, servers })
    }

    /// Where the API is: `http://127.0.0.1:40123`.
    #[must_use]
    pub fn api_url(&self) -> &str {
        &self.state.api_url
    }

    /// Where the identity provider is; its token endpoint is `/oauth2/token`.
    #[must_use]
    pub fn issuer_url(&self) -> &str {
        &self.state.issuer_url
    }

    /// The variables that specs against this demo read through `{{env.NAME}}`: `API_URL`, `ISSUER_URL`, `API_KEY`,
    /// `SIGNING_KEY`; `KEY_ID` and `SECRET_KEY` for signatures as AWS wants them; `CLIENT_ID` and `CLIENT_SECRET` of the first
    /// client and an `API_TOKEN` of its own that lives an hour; `EDITOR_ID` and `EDITOR_SECRET` of the second client;
    /// `USER_NAME` and `USER_PASSWORD` of the first user, and a `REFRESH_TOKEN` that the first client has of that user.
    #[must_use]
    pub fn env(&self) -> Vec<(String, String)> {
        let options = &self.state.options;
        let mut env = vec![
            ("API_URL", self.state.api_url.clone()),
            ("ISSUER_URL", self.state.issuer_url.clone()),
            ("API_KEY", options.api_key.clone()),
            ("SIGNING_KEY", options.signing_key.clone()),
            ("KEY_ID", options.access_key_id.clone()),
            ("SECRET_KEY", options.secret_access_key.clone()),
        ];
        let names = [("CLIENT_ID", "CLIENT_SECRET"), ("EDITOR_ID", "EDITOR_SECRET")];
        for ((id, secret), client) in names.into_iter().zip(&options.clients) {
            env.extend([(id, client.id.clone()), (secret, client.secret.clone())]);
        }
        env.extend(options.clients.first().and_then(|client| self.token(&client.id, HOUR)).map(|it| ("API_TOKEN", it)));
        if let Some(user) = options.users.first() {
            env.extend([("USER_NAME", user.name.clone()), ("USER_PASSWORD", user.password.clone())]);
            let refresh =
                options.clients.first().and_then(|client| provider::refresh_token_for(&self.state, client, user));
            env.extend(refresh.map(|it| ("REFRESH_TOKEN", it)));
        }
        env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// A token of a client that the endpoint is not asked for, and does not count; none for a client that is not known.
    #[must_use]
    pub fn token(&self, client_id: &str, lifetime: Duration) -> Option<String> {
        let client = self.state.options.clients.iter().find(|client| client.id == client_id)?;
        provider::token_for(&self.state, client, lifetime)
    }

    /// How much the servers were asked so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.state.ledger.counts()
    }

    /// The latest 10,000 requests to both servers, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.state.ledger.seen()
    }

    /// Says what becomes of the next token requests, one each, after those planned already.
    pub fn plan_faults(&self, faults: impl IntoIterator<Item = Fault>) {
        lock(&self.state.faults).extend(faults);
    }

    /// Ends every access token given out so far; refresh tokens stay good.
    pub fn revoke_all(&self) {
        self.state.tokens.revoke_all();
    }

    /// Ends one token; a refresh token takes all tokens along that came of it. Whether it was known.
    pub fn revoke(&self, token: &str) -> bool {
        self.state.tokens.revoke(token).is_some()
    }

    /// Ends both servers: requests under way are answered within two seconds or given up.
    pub async fn stop(mut self) {
        self.end.send_replace(true);
        for mut server in self.servers.drain(..) {
            if tokio::time::timeout(GRACE, &mut server).await.is_err() {
                server.abort();
            }
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.end.send_replace(true);
    }
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demo").field("api", &self.api_url()).field("issuer", &self.issuer_url()).finish()
    }
}

#[cfg(test)]
mod tests;
