//! One fetch: token requests until one is answered for good.

use std::{borrow::Cow, time::Duration};

use ring::rand::{SecureRandom, SystemRandom};

use crate::auth::{
    date,
    discovery::Discovery,
    dpop,
    grant::{Attempt, Grant, Part, Proof, token_request},
    refusal::{Lasts, Refusal},
    token::Issued,
    token_reply,
};
use crate::clock::{Clock, Moment};
use crate::http::{Exchange, Fault, FaultKind, Http, Url};
use crate::secret::{Redactor, Secret};

/// The wait before the second attempt; doubled before each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// No wait is longer, whatever `Retry-After` says.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What token requests need.
#[derive(Clone, Debug)]
pub(crate) struct Fetcher {
    pub(crate) http: Http,
    pub(crate) clock: Clock,
    pub(crate) redactor: Redactor,
    pub(crate) discovery: Discovery,
}

/// How a fetch ended.
#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) result: Result<Issued, Refusal>,
    /// What renews the token next.
    pub(crate) refresh: Option<Secret>,
    /// How many seconds the endpoint's clock was ahead when it answered; 0 where it does not say.
    pub(crate) ahead: i64,
    /// How many seconds ahead of this machine's clock its assertions were dated.
    pub(crate) dated: i64,
    /// When the last request was sent.
    pub(crate) asked: Moment,
    /// What a person should know.
    pub(crate) notes: Vec<String>,
}

impl Fetched {
    /// The end of a fetch that has nothing else to tell.
    pub(crate) fn of(result: Result<Issued, Refusal>, asked: Moment) -> Self {
        Self { result, refresh: None, ahead: 0, dated: 0, asked, notes: Vec::new() }
    }
}

impl Fetcher {
    /// Fetches a token for an identity; repeats the request where the endpoint is at fault.
    pub(crate) async fn attempts(&self, grant: &Grant, name: &str, how: &Attempt) -> Fetched {
        let mut attempt = 0;
        loop {
            let mut fetched = self.once(grant, name, how).await;
            let lasts = match &fetched.result {
                Err(refusal) if refusal.is_passing() && attempt < grant.retries => refusal.lasts,
                Err(_) if attempt > 0 => {
                    fetched.result = fetched.result.map_err(|refusal| after_attempts(refusal, attempt + 1));
                    return fetched;
                }
                _ => return fetched,
            };
            self.clock.sleep(wait(attempt, lasts)).await;
            attempt += 1;
        }
    }

    /// One token request.
    pub(crate) async fn once(&self, grant: &Grant, name: &str, how: &Attempt) -> Fetched {
        let aimed = self.aimed(grant).await;
        let asked = self.clock.now();
        let aimed = match aimed {
            Ok(aimed) => aimed,
            Err(refusal) => return Fetched::of(Err(refusal), asked),
        };
        if matches!(aimed.client.proof, Proof::Tls(None))
            && aimed.certificate.is_none()
            && self.http.certificate().is_none()
        {
            return Fetched::of(Err(no_certificate()), asked);
        }
        let mut exchange = self.ask(&aimed, name, how).await;
        if how.prover.is_some() && dpop::asks_for_nonce(&exchange) {
            exchange = self.ask(&aimed, name, how).await;
        }
        self.read(exchange, &aimed, name, asked)
    }

    /// A grant whose token endpoint is known.
    ///
    /// # Errors
    /// Its issuer does not tell one.
    pub(crate) async fn aimed<'g>(&self, grant: &'g Grant) -> Result<Cow<'g, Grant>, Refusal> {
        match &grant.issuer {
            Some(issuer) => Ok(Cow::Owned(grant.aimed(self.token_url(grant, issuer).await?))),
            None => Ok(Cow::Borrowed(grant)),
        }
    }

    /// One token request. What is signed for it is signed now: no server sees it twice.
    async fn ask(&self, grant: &Grant, name: &str, how: &Attempt) -> Exchange {
        let how = self.signed(grant, name, how);
        let mut request = token_request(grant, &how);
        let Some(prover) = &how.prover else { return self.http.send(request).await };
        prover.prove(&mut request, None, date::shifted(self.clock.wall(), how.ahead));
        let exchange = self.http.send(request).await;
        exchange.result.iter().for_each(|response| prover.hear(dpop::Verifier::TokenEndpoint, response));
        exchange
    }

    /// What a request carries that is made now, hidden from now on.
    pub(crate) fn signed(&self, grant: &Grant, name: &str, how: &Attempt) -> Attempt {
        let how = how.signed(grant, self.clock.wall());
        for (member, secret) in how.secrets() {
            let _ = self.redactor.register(&format!("{name}_{member}"), secret);
        }
        how
    }

    fn read(&self, exchange: Exchange, grant: &Grant, name: &str, asked: Moment) -> Fetched {
        let response = match exchange.result {
            Ok(response) => response,
            Err(fault) => return Fetched::of(Err(unreachable("token endpoint", &grant.token_url, fault)), asked),
        };
        let now = self.clock.wall();
        let read = token_reply::read(&response, grant, now);
        for (member, secret) in &read.secrets {
            let _ = self.redactor.register(&format!("{name}_{member}"), secret);
        }
        let mut notes = read.notes;
        if let Ok(issued) = &read.result {
            notes.extend(self.hide_token(&issued.text, name));
        }
        let ahead = response.header("date").and_then(date::http_date).map_or(0, |server| date::ahead(server, now));
        Fetched { refresh: read.refresh, ahead, notes, ..Fetched::of(read.result, asked) }
    }

    /// Hides a token that another process fetched, and the secrets of its reply; what a person should know of it.
    pub(crate) fn hide(&self, issued: &Issued, name: &str) -> Option<String> {
        let mut secrets = Vec::new();
        token_reply::secrets(&issued.reply, &mut secrets);
        for (member, secret) in &secrets {
            let _ = self.redactor.register(&format!("{name}_{member}"), secret);
        }
        self.hide_token(&issued.text, name)
    }

    /// Hides a token from now on; what a person should know where that cannot be.
    pub(crate) fn hide_token(&self, token: &Secret, name: &str) -> Option<String> {
        let registered = self.redactor.register(&format!("{name}_token"), token);
        let short = registered == crate::secret::Registered::TooShort;
        short.then(|| "its token is too short to be hidden in what is printed".to_owned())
    }
}

fn no_certificate() -> Refusal {
    let refusal = Refusal::new("`client_auth: tls` has no certificate".to_owned(), Part::Client);
    refusal.help(
        "write `cert` and `key` beside it, name an identity of `mtls` with it in `all`, or set `http.client_cert`",
    )
}

/// Why a URL gave no answer.
pub(crate) fn unreachable(what: &str, url: &Url, fault: Fault) -> Refusal {
    let message = format!("the {what} {url} could not be asked: {}", fault.message);
    let refusal = Refusal::new(message, Part::TokenUrl);
    let refusal = match fault.help {
        Some(help) => refusal.help(help),
        None => refusal,
    };
    match fault.kind {
        FaultKind::Request | FaultKind::TooLarge | FaultKind::Redirects => refusal,
        _ => refusal.passing(None),
    }
}

fn after_attempts(refusal: Refusal, attempts: u32) -> Refusal {
    Refusal { message: format!("{}; {attempts} attempts were made", refusal.message), ..refusal }
}

/// What the endpoint asks for, else 1 s, 2 s, 4 s, each a tenth more or less so that many clients do not come back at once.
pub(crate) fn wait(attempt: u32, lasts: Lasts) -> Duration {
    if let Lasts::AWhile { retry_after: Some(asked) } = lasts {
        return asked.min(LONGEST_WAIT);
    }
    let wait = FIRST_WAIT * 2_u32.saturating_pow(attempt.min(8));
    wait.mul_f64(0.9 + 0.2 * random_part()).min(LONGEST_WAIT)
}

/// Between 0 and 1.
fn random_part() -> f64 {
    let mut byte = [128_u8];
    // Without random bytes the wait is the middle one.
    let _ = SystemRandom::new().fill(&mut byte);
    f64::from(byte[0]) / 255.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_heed_retry_after() {
        let near = |attempt, seconds: f64| {
            let waited = wait(attempt, Lasts::AWhile { retry_after: None }).as_secs_f64();
            assert!((seconds * 0.9..=seconds * 1.1).contains(&waited), "{waited}");
        };
        for _ in 0..50 {
            near(0, 1.0);
            near(1, 2.0);
            near(2, 4.0);
        }
        let asked = |seconds| wait(0, Lasts::AWhile { retry_after: Some(Duration::from_secs(seconds)) }).as_secs();
        assert_eq!((asked(0), asked(7), asked(300)), (0, 7, 30));
        assert!(wait(u32::MAX, Lasts::AWhile { retry_after: None }) <= LONGEST_WAIT);
    }
}
