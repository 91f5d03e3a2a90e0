//! Every token of a run, by key.

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use crate::auth::{
    applied::{Again, Applying},
    challenge,
    clocks::Clocks,
    commands::Commands,
    credential::Credential,
    discovery::Discovery,
    earned::Earned,
    fetch::Fetcher,
    jwt,
    key::{Key, Keys},
    ready::{Method, Ready},
    refusal::Refusal,
    render::Custody,
    share::Store,
    source::{Landing, Next, Source},
    summary::{AuthSummary, Ledger},
    token::Token,
};
use crate::clock::Clock;
use crate::http::Http;
use crate::json::Json;
use crate::secret::Redactor;
use crate::source::Place;
use crate::spec::auth::{OnUnauthorized, Placement};

mod about;
mod login;
mod sharing;

pub(crate) use about::{About, Origin};
use sharing::Flown;

/// Every token of a run. Clones share them.
#[derive(Clone)]
pub(crate) struct Tokens(Arc<Shared>);

struct Shared {
    fetcher: Fetcher,
    keys: Keys,
    commands: Commands,
    sources: RwLock<HashMap<Key, Arc<Source>>>,
    store: Store,
    ledger: Ledger,
    clocks: Clocks,
}

/// Why there is no token.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct NoToken {
    /// `no token for `service`: the token endpoint …`
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The node of the identity that is at fault.
    pub(crate) place: Place,
}

impl Tokens {
    /// No token yet. Those that are shared with other processes lie in the folders that `store` opens.
    pub(crate) fn new(http: Http, clock: Clock, redactor: Redactor, store: Store) -> Self {
        Self(Arc::new(Shared {
            fetcher: Fetcher { http, clock, redactor, discovery: Discovery::default() },
            keys: Keys::new(),
            commands: Commands::default(),
            sources: RwLock::default(),
            store,
            ledger: Ledger::default(),
            clocks: Clocks::default(),
        }))
    }

    /// A credential that is usable now: kept, renewed or fetched. Whoever asks while a fetch is under way waits for it and shares its result.
    ///
    /// The fetch goes on when this future is dropped.
    ///
    /// # Errors
    /// No token can be had.
    pub(crate) async fn credential(&self, ready: &Arc<Ready>) -> Result<Credential, NoToken> {
        for note in ready.notes() {
            self.0.ledger.note(ready.name(), note);
        }
        let Some(earned) = ready.earned() else { return self.standing(ready).await };
        let source = self.0.source(ready, earned);
        let next = source.next(self.0.fetcher.clock.now(), earned.usage().refresh_before);
        let token = match self.token(ready, next).await {
            Ok(Some(token)) => token,
            Ok(None) => return Err(no_token(ready, earned, &Refusal::broken_off())),
            Err(refusal) => self.spare(ready, &source, &refusal).ok_or_else(|| no_token(ready, earned, &refusal))?,
        };
        self.0.ledger.used(ready.name());
        Ok(Credential::fetched(ready, token, source))
    }

    /// Notes that the API took a credential: it answered anything but 401.
    pub(crate) fn accepted(&self, ready: &Ready, credential: &Credential) {
        debug_assert_eq!(ready.name(), credential.ready.name());
        for part in &credential.parts {
            self.accepted(&part.ready, part);
        }
        self.0.accepted(credential);
    }

    /// The API answered 401: a credential to replay the request with, if the rules of AUTH.md 2.7 allow one.
    /// `challenge` is the answer's `WWW-Authenticate`; several are joined by commas.
    ///
    /// # Errors
    /// A renewal was due and failed.
    pub(crate) async fn rejected(
        &self,
        ready: &Arc<Ready>,
        credential: &Credential,
        challenge: Option<&str>,
    ) -> Result<Option<Credential>, NoToken> {
        if !credential.parts.is_empty() {
            return self.rejected_part(credential, challenge).await;
        }
        if let Some(answered) = credential.answered(challenge.unwrap_or_default()) {
            return Ok(answered);
        }
        let (Some(earned), Some((used, source))) = (ready.earned(), &credential.fetched) else { return Ok(None) };
        let usage = earned.usage();
        let allowed = usage.on_unauthorized == OnUnauthorized::Retry
            && !credential.again.contains(&Again::Renewed)
            && challenge::asks_for_new_token(challenge, prefix(usage.placement));
        if !allowed {
            return Ok(None);
        }
        let next = source.replace(used, self.0.fetcher.clock.now());
        let renewed = self.token(ready, next).await.map_err(|refusal| no_token(ready, earned, &refusal))?;
        let Some(token) = renewed else { return Ok(None) };
        if token.text().expose() == used.text().expose() {
            source.leave(&token);
            return Ok(None);
        }
        self.0.ledger.used(ready.name());
        self.0.ledger.replayed(ready.name());
        let renewed = Credential::fetched(ready, token, Arc::clone(source));
        Ok(Some(Credential { again: credential.again.clone(), ..renewed }.again(Again::Renewed)))
    }

    /// What templates read as `auth.NAME`: `token`, `claims`, `reply`; none before its token was fetched.
    pub(crate) fn view(&self, ready: &Ready) -> Option<Json<'static>> {
        let (text, reply) = match (ready.method(), ready.earned()) {
            (Method::Fixed(fixed), _) => (fixed.secret.expose().to_owned(), Json::Null),
            (_, Some(earned)) => {
                let token = self.0.source(ready, earned).token()?;
                (token.text().expose().to_owned(), token.issued.reply.clone())
            }
            (_, None) => return None,
        };
        let claims = jwt::claims(&text).unwrap_or(Json::Null);
        let members = [("token", Json::from(text)), ("claims", claims), ("reply", reply)];
        Some(Json::Object(members.into_iter().map(|(name, value)| (name.into(), value)).collect()))
    }

    /// What credentials that are made for one attempt are dated and hidden with.
    pub(crate) fn applying(&self) -> Applying<'_> {
        let Fetcher { clock, redactor, .. } = &self.0.fetcher;
        Applying { clock, clocks: &self.0.clocks, redactor, payload: None }
    }

    /// What token requests are made with.
    pub(crate) fn fetcher(&self) -> &Fetcher {
        &self.0.fetcher
    }

    /// What the commands of the run printed, and where secrets are hidden.
    pub(crate) fn custody(&self) -> Custody<'_> {
        Custody { redactor: &self.0.fetcher.redactor, commands: &self.0.commands }
    }

    /// Runs a command whose output is a value, in a folder, unless it ran before.
    pub(crate) async fn run_command(&self, argv: &[String], folder: &Path) {
        self.0.commands.run(argv, folder, &self.0.fetcher.clock).await;
    }

    /// What every identity did so far, by name.
    pub(crate) fn summary(&self) -> Vec<AuthSummary> {
        self.0.ledger.summary()
    }

    /// What comes of the next step: a token, none where a rejected one is left as it is.
    async fn token(&self, ready: &Arc<Ready>, next: Next) -> Result<Option<Arc<Token>>, Arc<Refusal>> {
        match next {
            Next::Use(token) => Ok(Some(token)),
            Next::Leave => Ok(None),
            Next::Refused(refusal) => Err(refusal),
            Next::Wait(flight) => flight.end().await.map(Some),
            Next::Fetch(flight, landing) => {
                self.take_off(ready, landing);
                flight.end().await.map(Some)
            }
        }
    }

    /// Fetches in a task of its own, so that nobody who waits can take the fetch down.
    fn take_off(&self, ready: &Arc<Ready>, landing: Landing) {
        let (tokens, ready) = (self.clone(), Arc::clone(ready));
        tokio::spawn(async move {
            if let Some(earned) = ready.earned() {
                tokens.fetch(earned, ready.name(), landing).await;
            }
        });
    }

    async fn fetch(&self, earned: Earned<'_>, name: &str, mut landing: Landing) {
        let mut flown = None;
        if let Earned::Granted(grant) = earned {
            let Some((own, shared)) = self.0.turn(grant, name, landing).await else { return };
            if let Some(refusal) = self.0.without_a_person(grant, name, &own, &shared) {
                self.0.ledger.failed(name);
                return own.refusal(refusal, self.0.fetcher.clock.now());
            }
            (landing, flown) = (own, Some(shared));
        }
        let renews = landing.renews || flown.as_ref().is_some_and(Flown::renews);
        let refresh = landing.refresh.take();
        let mut fetched = earned.fetch(self, name, landing.source(), refresh).await;
        let is_told = flown.is_some_and(|flown| self.0.tell(name, &fetched, flown));
        // What other processes can read is theirs too: it is not used from here without their lock.
        landing.refresh = fetched.refresh.take().filter(|_| !is_told);
        for note in &fetched.notes {
            self.0.ledger.note(name, note);
        }
        match fetched.result {
            Ok(issued) => {
                self.0.ledger.fetched(name, renews);
                landing.token(issued, fetched.asked);
            }
            Err(refusal) => {
                self.0.ledger.failed(name);
                landing.refusal(refusal, self.0.fetcher.clock.now());
            }
        }
    }

    fn spare(&self, ready: &Ready, source: &Source, refusal: &Refusal) -> Option<Arc<Token>> {
        let token = source.spare(refusal, self.0.fetcher.clock.now())?;
        self.0.ledger.note(ready.name(), &format!("an old token was used, as {}", refusal.message));
        Some(token)
    }
}

impl Shared {
    /// The source of these tokens; identities that differ in nothing share one.
    fn source(&self, ready: &Ready, earned: Earned<'_>) -> Arc<Source> {
        let key = ready.key(earned, &self.keys);
        let known = self.sources.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let mut sources = self.sources.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(sources.entry(key).or_default())
        })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens")
    }
}

fn no_token(ready: &Ready, earned: Earned<'_>, refusal: &Refusal) -> NoToken {
    NoToken {
        message: format!("no token for `{}`: {}", ready.name(), refusal.message),
        help: refusal.help.clone(),
        place: earned.place(refusal.part).clone(),
    }
}

/// The word that a token is sent with.
fn prefix(placement: &Placement) -> &str {
    match placement {
        Placement::Header { prefix, .. } => prefix,
        Placement::Query(_) | Placement::Cookie(_) | Placement::Cookies | Placement::Certificate => "",
    }
}
