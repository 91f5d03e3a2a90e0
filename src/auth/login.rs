//! Tokens that any request yields: a `login` whose values are known, sent and read.

use std::{sync::Arc, time::Duration};

use crate::auth::{
    credential::{Attached, Credential},
    fetch::{self, Fetched},
    grant::Part,
    kept_scope::KeptScope,
    login_reply::{LoginReply, read},
    ready::{Others, Ready},
    refusal::Refusal,
    render::Rendering,
    terms::Terms,
    tokens::{NoToken, Tokens},
    unready::{Unready, unready},
};
use crate::clock::Moment;
use crate::expect;
use crate::http::{Body, Exchange, Jar, Request, Url};
use crate::json::Json;
use crate::prepare::{Means, Unprepared, prepare};
use crate::secret::{Redactor, Secret};
use crate::spec::auth::{self as written, ExpiresIn, LoginRequest, LoginToken};

/// How long one request may take by default, and how often it is repeated where the server is at fault.
const TIMEOUT: Duration = Duration::from_secs(30);
const RETRIES: u32 = 2;

/// Everything that a login is made of.
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) terms: Terms,
    pub(crate) taken: LoginToken,
    pub(crate) expires_in: Option<ExpiresIn>,
    request: Step,
    refresh: Option<Step>,
    scope: KeptScope,
    base: Option<Url>,
    redactor: Redactor,
    /// What the request is at first, which tells one token from another.
    parts: Vec<(&'static str, String)>,
}

/// One request of a login.
#[derive(Debug)]
struct Step {
    written: LoginRequest,
    /// Who it is sent as.
    identity: Option<Arc<Ready>>,
}

impl Login {
    /// Keeps what was written with the values that it reads, and registers its secrets.
    ///
    /// # Errors
    /// A variable that is missing, a URL that cannot be requested.
    pub(crate) fn of(
        login: &written::Login,
        base: Option<&Url>,
        rendering: &mut Rendering<'_>,
        others: Others<'_>,
    ) -> Result<Self, Unready> {
        for request in login.requests() {
            hide(request, rendering)?;
        }
        let step = |written: &LoginRequest| Step {
            written: written.clone(),
            identity: written.request.auth.as_ref().and_then(others),
        };
        let mut own = Self {
            terms: Terms::of(&login.keeping, &login.place, rendering)?,
            taken: login.taken.clone(),
            expires_in: login.expires_in.clone(),
            request: step(&login.request),
            refresh: login.refresh.as_ref().map(step),
            scope: KeptScope::of(login.uses(), rendering.scope, rendering.name),
            base: base.cloned(),
            redactor: rendering.redactor.clone(),
            parts: Vec::new(),
        };
        let first = own.means(None);
        let first = prepare(&login.request.request, rendering.scope, &first);
        own.parts = own.described(&first.map_err(|why| unprepared(why, login))?);
        Ok(own)
    }

    /// Everything that changes the token.
    pub(crate) fn parts(&self) -> &[(&'static str, String)] {
        &self.parts
    }

    /// Logs in, or renews with what the last reply said.
    pub(crate) async fn fetch(
        &self,
        tokens: &Tokens,
        name: &str,
        last: Option<&Json<'static>>,
    ) -> (Fetched, Option<Json<'static>>) {
        if let (Some(refresh), Some(last)) = (&self.refresh, last) {
            let renewed = self.repeated(refresh, tokens, name, Some(last)).await;
            let is_over = matches!(&renewed.0.result, Err(refusal) if !refusal.is_passing());
            if !is_over {
                return renewed;
            }
        }
        self.repeated(&self.request, tokens, name, None).await
    }

    async fn repeated(
        &self,
        step: &Step,
        tokens: &Tokens,
        name: &str,
        last: Option<&Json<'static>>,
    ) -> (Fetched, Option<Json<'static>>) {
        let mut attempt = 0;
        loop {
            let asked = tokens.fetcher().clock.now();
            let read = self.once(step, tokens, last, asked).await;
            if let (Err(refusal), true) = (&read.result, attempt < RETRIES)
                && refusal.is_passing()
            {
                tokens.fetcher().clock.sleep(fetch::wait(attempt, refusal.lasts)).await;
                attempt += 1;
                continue;
            }
            let LoginReply { result, secrets, reply, mut notes } = read;
            for (member, secret) in &secrets {
                let _ = tokens.fetcher().redactor.register(&format!("{name}_{member}"), secret);
            }
            notes.extend(result.iter().filter_map(|issued| tokens.fetcher().hide_token(&issued.text, name)));
            return (Fetched { notes, ..Fetched::of(result, asked) }, reply);
        }
    }

    async fn once(&self, step: &Step, tokens: &Tokens, last: Option<&Json<'static>>, asked: Moment) -> LoginReply {
        let request = &step.written.request;
        let jar = Arc::new(Jar::default());
        let means = self.means(Some(Arc::clone(&jar)));
        let prepared = self.scope.with(last, asked.wall, |scope| prepare(request, scope, &means));
        let sent = match prepared {
            Ok(prepared) => self.sent(step, prepared, tokens).await,
            Err(why) => Err(refused(why.reason, why.help)),
        };
        let exchange = match sent {
            Ok(exchange) => exchange,
            Err(refusal) => return LoginReply::refused(refusal),
        };
        let place = &request.place;
        let is_expected = |status| {
            let taken =
                self.scope.with(last, asked.wall, |scope| expect::takes_status(&request.expect, status, place, scope));
            taken.map_err(|why| refused(why.to_string(), why.fault.help()))
        };
        read(self, &exchange, &jar, last, &is_expected)
    }

    /// Sends the request as its own identity.
    async fn sent(&self, step: &Step, request: Request, tokens: &Tokens) -> Result<Exchange, Refusal> {
        let http = &tokens.fetcher().http;
        let Some(ready) = &step.identity else { return Ok(http.send(request).await) };
        let asking: Asking<'_, Credential> = Box::pin(tokens.credential(ready));
        let mut credential = asking.await.map_err(|why| refused(why.message, why.help))?;
        loop {
            let mut attempt = request.clone();
            match tokens.attach(&credential, &mut attempt).await {
                Attached::Yes => {}
                Attached::HandWritten => return Ok(http.send(attempt).await),
                Attached::OtherOrigin => {
                    let message = format!("the credential of `{}` does not go to {}", ready.name(), attempt.url);
                    return Err(refused(message, Some("name its host in `hosts` of that identity".to_owned())));
                }
            }
            let exchange = http.send(attempt).await;
            let Ok(response) = &exchange.result else { return Ok(exchange) };
            if !tokens.heard(ready, &credential, response) {
                return Ok(exchange);
            }
            let asking: Asking<'_, Option<Credential>> = Box::pin(tokens.again(ready, &credential, response));
            match asking.await.map_err(|why| refused(why.message, why.help))? {
                Some(next) => credential = next,
                None => return Ok(exchange),
            }
        }
    }

    fn means(&self, jar: Option<Arc<Jar>>) -> Means<'_> {
        Means {
            base: Ok(self.base.as_ref()),
            files: self.scope.files(),
            timeout: TIMEOUT,
            redactor: &self.redactor,
            jar,
        }
    }

    fn described(&self, first: &Request) -> Vec<(&'static str, String)> {
        let mut parts = vec![
            ("scheme", "login".to_owned()),
            ("method", first.method.clone()),
            ("url", first.url.as_str().to_owned()),
            ("body", first.body.as_ref().map(described).unwrap_or_default()),
            ("token", format!("{:?}", self.taken)),
            ("expires", format!("{:?} {:?}", self.expires_in, self.terms.lifetime)),
            ("identity", self.request.identity.as_ref().map_or("", |ready| ready.name()).to_owned()),
        ];
        parts.extend(first.headers.iter().map(|header| ("header", format!("{}:{}", header.name, header.value))));
        parts.extend(first.cookies.iter().map(|(name, value)| ("cookie", format!("{name}={value:?}"))));
        parts
    }
}

/// What a body is, with its files by name and size.
fn described(body: &Body) -> String {
    let files: String = body.files().map(|file| format!(" {} {}", file.name, file.size)).collect();
    String::from_utf8_lossy(body.beginning()).into_owned() + &files
}

/// What leads to another fetch, which may lead to another login: boxed, or it would have no size.
type Asking<'t, T> = std::pin::Pin<Box<dyn Future<Output = Result<T, NoToken>> + Send + 't>>;

/// A refusal by nobody but ourselves.
fn refused(message: String, help: Option<String>) -> Refusal {
    Refusal { help, ..Refusal::new(message, Part::Whole) }
}

fn unprepared(why: Unprepared, login: &written::Login) -> Unready {
    Unready { help: why.help, ..unready(why.reason, why.place.as_ref().unwrap_or(&login.place)) }
}

/// The values of `{env: NAME}` are hidden before anything is sent.
fn hide(request: &LoginRequest, rendering: &mut Rendering<'_>) -> Result<(), Unready> {
    for name in &request.secrets {
        let secret = Secret::new(rendering.variable(name, &request.request.place)?);
        rendering.register(name, name, &secret);
    }
    Ok(())
}
