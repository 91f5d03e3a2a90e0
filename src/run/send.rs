//! Sending a prepared request as its identity, again where that may please who rejects it; every exchange is evidence.

use std::sync::Arc;

use crate::auth::{Attached, Credential, Ready, Sender};
use crate::expect;
use crate::http::{Exchange, Fault, Request, Response};
use crate::outcome::{Evidence, Outcome, Verdict};
use crate::run::{
    case::{CaseRun, Cause, interrupted},
    spec::SpecRun,
};
use crate::source::Place;

impl SpecRun<'_> {
    /// Sends a request; the last of the outcome's exchanges is what is to be judged.
    pub(crate) async fn send(
        &self,
        of: &CaseRun<'_>,
        request: Request,
        ready: Option<&Arc<Ready>>,
        outcome: &mut Outcome,
    ) -> Result<(), Cause> {
        let Some(ready) = ready else { return self.once(request, None, None, outcome).await };
        let mut credential = self.until_stopped(self.world.tokens.credential(ready)).await??;
        loop {
            let Some((attempt, sender)) = self.attached(&credential, request.clone()).await else {
                return self.once(request, None, None, outcome).await;
            };
            self.once(attempt, Some(sender), credential.note(), outcome).await?;
            match self.again(of, ready, &credential, outcome).await? {
                Some(next) => credential = next,
                None => return Ok(()),
            }
        }
    }

    /// What to send the request again with, where the last answer rejects its credential and the rules allow it.
    async fn again(
        &self,
        of: &CaseRun<'_>,
        ready: &Arc<Ready>,
        credential: &Credential,
        outcome: &Outcome,
    ) -> Result<Option<Credential>, Cause> {
        let Some(response) = last_response(outcome) else { return Ok(None) };
        let tokens = &self.world.tokens;
        if !tokens.heard(ready, credential, response) || self.expects(of, response.status)? {
            return Ok(None);
        }
        Ok(self.until_stopped(tokens.again(ready, credential, response)).await??)
    }

    /// Whether the request is meant to be answered with this status.
    fn expects(&self, of: &CaseRun<'_>, status: u16) -> Result<bool, Cause> {
        let layers = self.layers(of.case, of.draws, of.own);
        Ok(layers.with(|scope| expect::takes_status(of.expect, status, &of.case.id.place, scope))?)
    }

    /// The request as the identity sends it; none where the credential does not go with it.
    async fn attached(&self, credential: &Credential, mut request: Request) -> Option<(Request, Sender)> {
        match self.world.tokens.attach(credential, &mut request).await {
            Attached::Yes => Some((request, credential.sender(self.world.clock.now()))),
            Attached::HandWritten | Attached::OtherOrigin => None,
        }
    }

    async fn once(
        &self,
        request: Request,
        identity: Option<Sender>,
        note: Option<&str>,
        outcome: &mut Outcome,
    ) -> Result<(), Cause> {
        let exchange = self.until_stopped(self.world.http.send(request)).await?;
        let cause = cause_of(&exchange, &outcome.case.place);
        outcome.exchanges.push(Evidence { exchange, identity, note: note.map(str::to_owned) });
        cause.map_or(Ok(()), Err)
    }

    /// Gives up where the run is ended first.
    pub(crate) async fn until_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Cause> {
        tokio::select! {
            biased;
            done = work => Ok(done),
            () = self.stop.wanted() => Err(interrupted()),
        }
    }
}

fn last_response(outcome: &Outcome) -> Option<&Response> {
    outcome.exchanges.last()?.exchange.result.as_ref().ok()
}

/// Why an exchange brought no answer that could be judged.
fn cause_of(exchange: &Exchange, place: &Place) -> Option<Cause> {
    let fault: &Fault = exchange.result.as_ref().err()?;
    let verdict = if fault.kind.is_answer() { Verdict::Failed } else { Verdict::Error };
    Some(Cause { verdict, help: fault.help.clone(), ..Cause::error(fault.message.clone(), Some(place.clone())) })
}
