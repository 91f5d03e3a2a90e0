//! Sending a prepared request as its identity; a 401 renews the token once, and both exchanges are evidence.

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
        let credential = self.credential(ready).await?;
        let attached = self.attached(&credential, request.clone());
        let Some((first, sender)) = attached else { return self.once(request, None, None, outcome).await };
        self.once(first, Some(sender), None, outcome).await?;
        match status_of(outcome) {
            Some(401) if !self.expects(of, 401)? => self.replay(request, ready, &credential, outcome).await,
            Some(401) | None => Ok(()),
            Some(_) => {
                self.world.tokens.accepted(ready, &credential);
                Ok(())
            }
        }
    }

    /// Renews the token and sends the request again, where the rules allow it.
    async fn replay(
        &self,
        request: Request,
        ready: &Arc<Ready>,
        credential: &Credential,
        outcome: &mut Outcome,
    ) -> Result<(), Cause> {
        let challenge = challenge_of(outcome);
        let renewal = self.world.tokens.rejected(ready, credential, challenge.as_deref());
        let Some(renewed) = self.until_stopped(renewal).await?? else { return Ok(()) };
        let Some((again, sender)) = self.attached(&renewed, request) else { return Ok(()) };
        self.once(again, Some(sender), Some(renewed.note()), outcome).await?;
        if status_of(outcome).is_some_and(|status| status != 401) {
            self.world.tokens.accepted(ready, &renewed);
        }
        Ok(())
    }

    /// Whether the request is meant to be answered with this status.
    fn expects(&self, of: &CaseRun<'_>, status: u16) -> Result<bool, Cause> {
        let layers = self.layers(of.case, of.draws, of.own);
        Ok(layers.with(|scope| expect::takes_status(of.expect, status, &of.case.id.place, scope))?)
    }

    async fn credential(&self, ready: &Arc<Ready>) -> Result<Credential, Cause> {
        Ok(self.until_stopped(self.world.tokens.credential(ready)).await??)
    }

    /// The request as the identity sends it; none where the credential does not go with it.
    fn attached(&self, credential: &Credential, mut request: Request) -> Option<(Request, Sender)> {
        match credential.attach(&mut request) {
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

fn status_of(outcome: &Outcome) -> Option<u16> {
    last_response(outcome).map(|response| response.status)
}

/// Every `WWW-Authenticate` of the last answer, joined as RFC 9110 5.3 has it.
fn challenge_of(outcome: &Outcome) -> Option<String> {
    let challenges: Vec<&str> = last_response(outcome)?.header_values("www-authenticate").collect();
    (!challenges.is_empty()).then(|| challenges.join(", "))
}

/// Why an exchange brought no answer that could be judged.
fn cause_of(exchange: &Exchange, place: &Place) -> Option<Cause> {
    let fault: &Fault = exchange.result.as_ref().err()?;
    let verdict = if fault.kind.is_answer() { Verdict::Failed } else { Verdict::Error };
    Some(Cause { verdict, help: fault.help.clone(), ..Cause::error(fault.message.clone(), Some(place.clone())) })
}
