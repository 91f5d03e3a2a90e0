//! The grant `device_code`: a person enters a code somewhere else while the token endpoint is asked again and again (RFC 8628).

use std::time::Duration;

use crate::auth::{
    fetch::{Fetched, Fetcher, unreachable},
    grant::{Attempt, Grant, Part, Person, device_request},
    human::{Front, Invitation, too_late},
    refusal::Refusal,
    token_reply::{Answered, Asked, printable},
};
use crate::http::{Response, Url};
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::duration::show;

/// How long to wait between two requests where the reply does not say (RFC 8628 3.2).
const INTERVAL: Duration = Duration::from_secs(5);
/// No server is asked more often, whatever it says.
const SHORTEST: Duration = Duration::from_secs(1);
/// Nor is the wait longer, however often it was not to be reached.
const LONGEST: Duration = Duration::from_secs(60);
/// What `slow_down` adds (RFC 8628 3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// How long a code lives where the reply does not say.
const LIFETIME: Duration = Duration::from_secs(600);

/// A code to enter (RFC 8628 3.2).
struct Code {
    device_code: Secret,
    user_code: String,
    page: Url,
    /// The page with the code in it.
    whole: Option<Url>,
    lifetime: Duration,
    interval: Duration,
}

/// What to do after an answer of the token endpoint.
enum Step {
    /// Ask again after this long.
    Again(Duration),
    /// It was the last one.
    End,
}

impl Fetcher {
    /// Has a person enter a code, and waits for the token.
    pub(super) async fn by_device(&self, grant: &Grant, name: &str, person: &Person, front: Front<'_>) -> Fetched {
        let began = self.clock.now();
        let code = match self.device_code(grant, name, person).await {
            Ok(code) => code,
            Err(refusal) => return Fetched::of(Err(refusal), began),
        };
        (front.say)(Invitation::Enter { page: &code.page, code: &code.user_code, whole: code.whole.as_ref() });
        let attempt = Attempt { traded: vec![("device_code", code.device_code.clone())], ..Attempt::default() };
        let mut interval = code.interval;
        loop {
            let waited = self.clock.since(began).saturating_add(interval);
            if waited > code.lifetime.min(front.patience) {
                let refusal = if waited > front.patience { too_late(front.patience) } else { expired(code.lifetime) };
                return Fetched::of(Err(refusal), began);
            }
            self.clock.sleep(interval).await;
            let fetched = self.once(grant, name, &attempt).await;
            match step(&fetched, interval) {
                Step::Again(next) => interval = next,
                Step::End => {
                    return Fetched { result: fetched.result.map_err(|it| worded(it, code.lifetime)), ..fetched };
                }
            }
        }
    }

    async fn device_code(&self, grant: &Grant, name: &str, person: &Person) -> Result<Code, Refusal> {
        let aimed = self.aimed(grant).await?;
        let url = match (&person.url, &grant.issuer) {
            (Some(url), _) => url.clone(),
            (None, Some(issuer)) => {
                self.metadata(grant, issuer).await?.endpoint("device_authorization_endpoint", grant)?
            }
            (None, None) => return Err(Refusal::new("nothing says where a login begins", Part::Whole)),
        };
        let how = self.signed(&aimed, name, &Attempt::default());
        let exchange = self.http.send(device_request(&aimed, &url, &how, &person.params)).await;
        let response = exchange.result.map_err(|fault| unreachable("device endpoint", &url, fault))?;
        let answered =
            Answered { response: &response, grant: &aimed, now: self.clock.wall(), asked: Asked::DeviceEndpoint(&url) };
        let code = read(&answered, &response).map_err(about_the_device)?;
        let _ = self.redactor.register(&format!("{name}_device_code"), &code.device_code);
        Ok(code)
    }
}

/// Passing faults are asked about less often each time (RFC 8628 3.5).
fn step(fetched: &Fetched, interval: Duration) -> Step {
    let Err(refusal) = &fetched.result else { return Step::End };
    match refusal.code.as_str() {
        "authorization_pending" => Step::Again(interval),
        "slow_down" => Step::Again(interval + SLOWER),
        _ if refusal.is_passing() => Step::Again((interval * 2).min(LONGEST).max(interval)),
        _ => Step::End,
    }
}

fn worded(refusal: Refusal, lifetime: Duration) -> Refusal {
    match refusal.code.as_str() {
        "expired_token" => expired(lifetime),
        "access_denied" => Refusal::new("the login was answered `access_denied`", Part::Own)
            .code("access_denied")
            .help("log in again and allow it"),
        _ => refusal,
    }
}

fn expired(lifetime: Duration) -> Refusal {
    Refusal::new(format!("the code was not entered within the {} it was good for", show(lifetime)), Part::Own)
        .help("run it again for a new one")
}

fn about_the_device(refusal: Refusal) -> Refusal {
    match refusal.part {
        Part::TokenUrl => refusal.help("look at `device_url`"),
        _ => refusal,
    }
}

fn read(answered: &Answered<'_>, response: &Response) -> Result<Code, Refusal> {
    let json = Json::parse_bytes(&response.body).map_err(|_| answered.not_json(&response.body))?;
    if let Some(refusal) = answered.fault(&json) {
        return Err(refusal);
    }
    let missing = |name: &str| answered.refusal(&format!("without `{name}`"), Part::Own);
    let text = |name: &str| json.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty());
    let seconds = |name: &str| {
        let number = json.get(name).and_then(Json::as_number).map(|number| number.as_f64());
        number.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    };
    // Google calls it otherwise.
    let page = text("verification_uri").or(text("verification_url")).ok_or_else(|| missing("verification_uri"))?;
    Ok(Code {
        device_code: Secret::new(text("device_code").ok_or_else(|| missing("device_code"))?),
        user_code: printable(text("user_code").ok_or_else(|| missing("user_code"))?, 100),
        page: Url::parse(page)
            .map_err(|bad| answered.refusal(&format!("with a wrong `verification_uri`: {bad}"), Part::Own))?,
        whole: text("verification_uri_complete").and_then(|whole| Url::parse(whole).ok()),
        lifetime: seconds("expires_in").filter(|lifetime| !lifetime.is_zero()).unwrap_or(LIFETIME),
        interval: seconds("interval").unwrap_or(INTERVAL).max(SHORTEST),
    })
}
