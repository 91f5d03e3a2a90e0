//! The token of one key: kept while usable, fetched once at a time, replaced when rejected. No lock is held while anything waits.

use std::{
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use crate::auth::{
    dpop::Prover,
    refusal::{Lasts, Refusal},
    token::{Issued, Token},
};
use crate::clock::Moment;
use crate::json::Json;
use crate::secret::Secret;

/// How long a passing refusal is remembered where the endpoint does not say.
const REMEMBERED: Duration = Duration::from_secs(30);
/// No `Retry-After` is remembered longer.
const LONGEST_MEMORY: Duration = Duration::from_secs(600);
/// An old token with more life than this is used while the endpoint is at fault.
const SPARE: Duration = Duration::from_secs(5);

/// How a fetch ended.
pub(crate) type Result = std::result::Result<Arc<Token>, Arc<Refusal>>;

/// The token of one key and what is going on about it.
#[derive(Debug, Default)]
pub(crate) struct Source {
    state: Mutex<State>,
    /// The key that its tokens are bound to, where they are; whoever shares them shares it.
    prover: OnceLock<Arc<Prover>>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Arc<Token>>,
    /// How many tokens there have been.
    generation: u64,
    /// What renews the token; taken by the fetch under way, which puts back what the next one may use.
    refresh: Option<Secret>,
    /// The fetch under way.
    flight: Option<Flight>,
    /// The last refusal, and until when it is the answer to everyone; none for the whole run.
    refused: Option<(Arc<Refusal>, Option<Duration>)>,
    /// Whether the API ever took a token of this key.
    accepted: bool,
    /// Whether a rejection has renewed a token before any was accepted.
    tried_anew: bool,
    /// What the last reply said, where a renewal reads it.
    last_reply: Option<Json<'static>>,
    /// How many seconds ahead of this machine's clock the endpoint wants its assertions dated.
    ahead: i64,
    /// The token for which a renewal brought nothing new.
    unchanged: Option<u64>,
    /// The last token that was rejected: other processes may still have it.
    rejected: Option<Secret>,
    /// Whether other processes know that the API took a token of this key.
    told: bool,
}

/// What is to be done for somebody who needs a token.
#[derive(Debug)]
pub(crate) enum Next {
    /// Use this one.
    Use(Arc<Token>),
    /// There is none.
    Refused(Arc<Refusal>),
    /// Somebody fetches one.
    Wait(Flight),
    /// Fetch one, then wait like everyone.
    Fetch(Flight, Landing),
    /// A rejected token is not replaced.
    Leave,
}

impl Source {
    /// What to do for a request that needs a token now.
    pub(crate) fn next(self: &Arc<Self>, now: Moment, refresh_before: Duration) -> Next {
        let mut state = self.state();
        if let Some(token) = state.token.as_ref().filter(|token| token.is_usable(now, refresh_before)) {
            return Next::Use(Arc::clone(token));
        }
        self.wait_or_fetch(&mut state, now, true)
    }

    /// What to do for a request whose token was rejected: replaced by compare-and-swap, so that many rejections cost one fetch.
    pub(crate) fn replace(self: &Arc<Self>, rejected: &Token, now: Moment) -> Next {
        let mut state = self.state();
        if state.unchanged == Some(rejected.generation) {
            return Next::Leave;
        }
        if let Some(token) = state.token.as_ref().filter(|token| token.generation > rejected.generation) {
            if !token.remaining(now).is_zero() {
                return Next::Use(Arc::clone(token));
            }
        } else if state.token.is_some() && state.flight.is_none() {
            if !state.accepted && state.tried_anew {
                return Next::Leave;
            }
            state.tried_anew = true;
            state.rejected = Some(rejected.text().clone());
        }
        state.token = None;
        self.wait_or_fetch(&mut state, now, false)
    }

    /// The old token, where it can still be used while the endpoint is at fault.
    pub(crate) fn spare(&self, refusal: &Refusal, now: Moment) -> Option<Arc<Token>> {
        self.state().spare(refusal, now)
    }

    /// Notes that the API took a token. Whether other processes know.
    pub(crate) fn accept(&self) -> bool {
        let mut state = self.state();
        state.accepted = true;
        state.told
    }

    /// Notes that other processes know that the API took a token, or that there are none.
    pub(crate) fn told(&self) {
        self.state().told = true;
    }

    /// Notes that the renewal of a rejected token brought the same text: `renewed` is not to be replaced again.
    pub(crate) fn leave(&self, renewed: &Token) {
        self.state().unchanged = Some(renewed.generation);
    }

    /// Whether this process has something to renew the token with.
    pub(crate) fn renews(&self) -> bool {
        self.state().refresh.is_some()
    }

    /// The last token, usable or not.
    pub(crate) fn token(&self) -> Option<Arc<Token>> {
        self.state().token.clone()
    }

    /// The key that its tokens are bound to, made when it is first needed.
    pub(crate) fn prover(&self) -> Arc<Prover> {
        Arc::clone(self.prover.get_or_init(Arc::default))
    }

    /// What the last reply said, where a renewal reads it.
    pub(crate) fn last_reply(&self) -> Option<Json<'static>> {
        self.state().last_reply.clone()
    }

    /// Keeps a reply for the next renewal.
    pub(crate) fn keep_reply(&self, reply: Json<'static>) {
        self.state().last_reply = Some(reply);
    }

    /// How many seconds ahead of this machine's clock assertions are dated.
    pub(crate) fn ahead(&self) -> i64 {
        self.state().ahead
    }

    /// Keeps how many seconds ahead an assertion was dated that was taken.
    pub(crate) fn keep_ahead(&self, seconds: i64) {
        self.state().ahead = seconds;
    }

    fn wait_or_fetch(self: &Arc<Self>, state: &mut State, now: Moment, may_use_spare: bool) -> Next {
        if let Some(flight) = &state.flight {
            return Next::Wait(flight.clone());
        }
        if let Some(refusal) = state.remembered(now) {
            return match state.spare(&refusal, now).filter(|_| may_use_spare) {
                Some(token) => Next::Use(token),
                None => Next::Refused(refusal),
            };
        }
        let (sender, receiver) = watch::channel(None);
        let flight = Flight(receiver);
        state.flight = Some(flight.clone());
        let landing = Landing {
            source: Arc::clone(self),
            sender,
            renews: state.generation > 0,
            refresh: state.refresh.take(),
            rejected: state.rejected.clone(),
            accepted: state.accepted,
            landed: false,
        };
        Next::Fetch(flight, landing)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn remembered(&self, now: Moment) -> Option<Arc<Refusal>> {
        let (refusal, until) = self.refused.as_ref()?;
        until.is_none_or(|until| now.mono < until).then(|| Arc::clone(refusal))
    }

    fn spare(&self, refusal: &Refusal, now: Moment) -> Option<Arc<Token>> {
        self.token.as_ref().filter(|token| refusal.is_passing() && token.remaining(now) > SPARE).cloned()
    }
}

/// A fetch under way.
#[derive(Clone, Debug)]
pub(crate) struct Flight(watch::Receiver<Option<Result>>);

impl Flight {
    /// How it ends.
    pub(crate) async fn end(mut self) -> Result {
        match self.0.wait_for(Option::is_some).await {
            Ok(ended) => ended.clone().unwrap_or_else(|| Err(Arc::new(Refusal::broken_off()))),
            Err(_) => Err(Arc::new(Refusal::broken_off())),
        }
    }
}

/// The duty to end a fetch. Dropped without a result, by a panic or the end of the runtime, it ends the fetch with a refusal: nobody waits for ever.
#[derive(Debug)]
pub(crate) struct Landing {
    source: Arc<Source>,
    sender: watch::Sender<Option<Result>>,
    /// Whether there has been a token before.
    pub(crate) renews: bool,
    /// What renews the token: by this fetch, and as it is left here by the next. Nobody else has it meanwhile.
    pub(crate) refresh: Option<Secret>,
    /// The last token that was rejected.
    pub(crate) rejected: Option<Secret>,
    /// Whether the API ever took a token of this key.
    pub(crate) accepted: bool,
    landed: bool,
}

impl Landing {
    /// Where it lands.
    pub(crate) fn source(&self) -> &Source {
        &self.source
    }

    /// Ends the fetch with a token that was asked for at this moment.
    pub(crate) fn token(mut self, issued: Issued, asked: Moment) {
        let mut state = self.source.state();
        state.generation += 1;
        let token = Arc::new(Token { issued, generation: state.generation, asked });
        state.token = Some(Arc::clone(&token));
        state.refresh = self.refresh.take();
        state.refused = None;
        state.flight = None;
        drop(state);
        self.end(Ok(token));
    }

    /// Notes that other processes know that the API took a token.
    pub(crate) fn told(&self) {
        self.source.told();
    }

    /// Ends the fetch without a token.
    pub(crate) fn refusal(mut self, refusal: Refusal, now: Moment) {
        let until = match refusal.lasts {
            Lasts::Forever => None,
            Lasts::Until(left) => Some(now.mono + left),
            Lasts::AWhile { retry_after } => Some(now.mono + retry_after.unwrap_or(REMEMBERED).min(LONGEST_MEMORY)),
        };
        let refusal = Arc::new(refusal);
        let mut state = self.source.state();
        state.refused = Some((Arc::clone(&refusal), until));
        state.refresh = self.refresh.take();
        state.flight = None;
        drop(state);
        self.end(Err(refusal));
    }

    fn end(&mut self, result: Result) {
        self.landed = true;
        self.sender.send_replace(Some(result));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.landed {
            self.source.state().flight = None;
            self.end(Err(Arc::new(Refusal::broken_off())));
        }
    }
}

#[cfg(test)]
mod tests;
