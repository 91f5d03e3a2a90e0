//! Sending a request more than once: `poll` until the answer is as expected, `retry` where the server could not answer.
//!
//! Every attempt is evidence; only the last one is judged.

use std::{sync::Arc, time::Duration};

use crate::auth::{Ready, retry_after};
use crate::clock::Moment;
use crate::http::{FaultKind, Request, Response};
use crate::outcome::{Evidence, Outcome};
use crate::run::{
    case::{CaseRun, Cause},
    spec::SpecRun,
};
use crate::spec::{
    again::{Poll, Retry, Trouble},
    duration::Period,
};

/// How long to wait before the first retry where nothing is written.
const BACKOFF: Duration = Duration::from_millis(500);
/// A server that asks for a longer pause is not waited for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// The last attempt of a poll may take at least this long, however little time is left.
const LEAST: Duration = Duration::from_secs(1);
/// How much of a body of earlier attempts is kept.
const KEPT: usize = 4 * 1024;

/// What is known of the attempts so far.
struct Attempts<'c> {
    began: Moment,
    count: u64,
    retries: u64,
    retry: Option<(&'c Retry, Duration)>,
    poll: Option<Polling>,
}

/// A poll with its durations rendered.
struct Polling {
    every: Duration,
    timeout: Option<Duration>,
    times: u64,
}

impl SpecRun<'_> {
    /// Sends a request as often as it is written, and judges the last answer.
    pub(crate) async fn send_and_judge(
        &mut self,
        of: &CaseRun<'_>,
        request: Request,
        ready: Option<&Arc<Ready>>,
        outcome: &mut Outcome,
    ) -> Result<(), Cause> {
        let mut attempts = self.attempts(of)?;
        loop {
            let before = outcome.exchanges.len();
            let ended = self.one_attempt(of, attempts.bounded(&request, self), ready, outcome).await;
            attempts.note(&mut outcome.exchanges[before..]);
            let is_good = ended.is_ok() && outcome.mismatches.is_empty();
            outcome.flaky = is_good && attempts.retries > 0;
            let last = outcome.exchanges[before..].last();
            let pause = last.filter(|_| !is_good).and_then(|last| attempts.pause_after(last, ended.is_err(), self));
            let Some(pause) = pause else { return ended };
            self.until_stopped(self.world.clock.sleep(pause)).await?;
            outcome.exchanges[before..].iter_mut().for_each(shorten);
            outcome.mismatches.clear();
        }
    }

    async fn one_attempt(
        &mut self,
        of: &CaseRun<'_>,
        request: Request,
        ready: Option<&Arc<Ready>>,
        outcome: &mut Outcome,
    ) -> Result<(), Cause> {
        self.send(of, request, ready, outcome).await?;
        self.judge(of, outcome)
    }

    fn attempts<'c>(&self, of: &CaseRun<'c>) -> Result<Attempts<'c>, Cause> {
        let retry = of.request.retry.as_deref().map(|retry| {
            let backoff = retry.backoff.as_ref().map(|backoff| self.period(of, backoff));
            Ok::<_, Cause>((retry, backoff.transpose()?.unwrap_or(BACKOFF)))
        });
        let poll = of.request.poll.as_ref().map(|poll| self.polling(of, poll));
        let (retry, poll) = (retry.transpose()?, poll.transpose()?);
        Ok(Attempts { began: self.world.clock.now(), count: 0, retries: 0, retry, poll })
    }

    fn polling(&self, of: &CaseRun<'_>, poll: &Poll) -> Result<Polling, Cause> {
        Ok(Polling {
            every: self.period(of, &poll.every)?,
            timeout: poll.timeout.as_ref().map(|timeout| self.period(of, timeout)).transpose()?,
            times: poll.times.unwrap_or(u64::MAX),
        })
    }

    fn period(&self, of: &CaseRun<'_>, period: &Period) -> Result<Duration, Cause> {
        let layers = self.layers(of.case, of.draws, of.own);
        Ok(layers.with(|scope| period.render(scope))?)
    }
}

impl Attempts<'_> {
    /// The request of the next attempt, which takes no longer than the poll has left.
    fn bounded(&mut self, request: &Request, run: &SpecRun<'_>) -> Request {
        self.count += 1;
        let mut request = request.clone();
        if let Some(timeout) = self.poll.as_ref().and_then(|poll| poll.timeout) {
            let left = timeout.saturating_sub(run.world.clock.since(self.began));
            request.timeout = request.timeout.min(left.max(LEAST.min(timeout)));
        }
        request
    }

    /// Says on the first exchange of a later attempt why it was sent.
    fn note(&self, exchanges: &mut [Evidence]) {
        if let Some(first) = exchanges.first_mut().filter(|_| self.count > 1) {
            first.note = Some(format!("attempt {}", self.count));
        }
    }

    /// How long to wait before the next attempt; none where this one was the last.
    fn pause_after(&mut self, last: &Evidence, is_ended: bool, run: &SpecRun<'_>) -> Option<Duration> {
        if let Some(pause) = self.retry_after(last, run) {
            self.retries += 1;
            return Some(pause);
        }
        let poll = self.poll.as_ref()?;
        let is_final = match &last.exchange.result {
            Ok(_) => is_ended,
            Err(fault) => fault.kind == FaultKind::Request,
        };
        let in_time = |timeout| run.world.clock.since(self.began) + poll.every < timeout;
        let goes_on = !is_final && self.count - self.retries < poll.times && poll.timeout.is_none_or(in_time);
        goes_on.then_some(poll.every)
    }

    fn retry_after(&self, last: &Evidence, run: &SpecRun<'_>) -> Option<Duration> {
        let (retry, backoff) = self.retry?;
        if self.retries >= retry.times || !retry.on.iter().any(|trouble| trouble.is(last)) {
            return None;
        }
        let doubled = backoff.saturating_mul(1 << self.retries.min(20)).min(LONGEST_PAUSE.max(backoff));
        match last.exchange.result.as_ref().ok().and_then(|response| asked_pause(response, run)) {
            Some(asked) => Some(asked).filter(|asked| *asked <= LONGEST_PAUSE),
            None => Some(doubled),
        }
    }
}

/// What `Retry-After` asks for.
fn asked_pause(response: &Response, run: &SpecRun<'_>) -> Option<Duration> {
    response.header_values("retry-after").next().and_then(|text| retry_after(text, run.world.clock.wall()))
}

impl Trouble {
    /// Whether an exchange ended in this.
    fn is(self, last: &Evidence) -> bool {
        match (self, &last.exchange.result) {
            (Self::Status(range), Ok(response)) => range.contains(response.status),
            (Self::Connect, Err(fault)) => {
                matches!(fault.kind, FaultKind::Dns | FaultKind::Refused | FaultKind::Connect)
            }
            (Self::Timeout, Err(fault)) => fault.kind == FaultKind::Timeout,
            (Self::Broken, Err(fault)) => fault.kind == FaultKind::Broken,
            _ => false,
        }
    }
}

/// Keeps little of the body of an attempt that was not the last.
fn shorten(evidence: &mut Evidence) {
    if let Ok(response) = &mut evidence.exchange.result {
        response.keep(KEPT);
    }
}
