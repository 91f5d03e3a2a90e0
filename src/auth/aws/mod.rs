//! Requests signed for AWS (Signature Version 4): whose keys sign, and what of a request is signed.

use std::{path::PathBuf, time::SystemTime};

use ring::hmac::{self, HMAC_SHA256};

use crate::auth::{
    exec::Exec,
    fetch::Fetched,
    lifetime::Sources,
    refusal::Refusal,
    render::Rendering,
    token::Issued,
    tokens::Tokens,
    unready::{Unready, unready},
};
use crate::diagnostic::nearest;
use crate::hex::hex;
use crate::http::{Header, Request, Response};
use crate::json::Json;
use crate::secret::Secret;
use crate::source::Place;
use crate::spec::auth::{AwsKeys, AwsSigV4, Placement};

mod canonical;
mod keys;
mod profile;

use canonical::{Scope, Signable};
use keys::Keys;
use profile::Profile;

/// What services say of a date that is too far from theirs.
const MISDATED: &[&str] = &["RequestTimeTooSkewed", "RequestExpired", "Signature expired", "Signature not yet current"];
/// What says the hash of the body.
const PAYLOAD: &str = "X-Amz-Content-Sha256";
/// Headers that are signed besides those that begin with `x-amz-`.
const SIGNED: &[&str] = &["host", "content-type"];

/// What signs requests to a service.
#[derive(Debug)]
pub(crate) struct Aws {
    service: String,
    region: String,
    placement: Placement,
    source: Source,
}

/// Where the keys come from.
#[derive(Debug)]
enum Source {
    /// They are known.
    Known(Keys),
    /// A command prints them.
    Printed(Exec),
}

/// What a signature is made of besides the request and the keys.
#[derive(Clone, Copy)]
pub(crate) struct Signing<'s> {
    pub(crate) now: SystemTime,
    /// The hash of the body, unless the request says it; none where it cannot be read.
    pub(crate) payload: Option<&'s str>,
}

impl Aws {
    /// Renders what was written, finds the keys and registers them.
    ///
    /// # Errors
    /// A variable or file that is missing, a profile that has no keys.
    pub(crate) fn of(written: &AwsSigV4, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let source = match &written.keys {
            AwsKeys::Written { id, secret, session } => Source::Known(Keys {
                id: rendering.value(id)?,
                secret: rendering.secret(secret, "secret_access_key")?,
                session: session.as_ref().map(|it| rendering.secret(it, "session_token")).transpose()?,
            }),
            AwsKeys::Environment => Source::Known(of_environment(&written.place, rendering)?),
            AwsKeys::Profile(name) => of_profile(&rendering.value(name)?, name.place(), written, rendering)?,
        };
        Ok(Self {
            service: rendering.value(&written.service)?,
            region: rendering.value(&written.region)?,
            placement: Placement::authorization(""),
            source,
        })
    }

    /// Where the signature stands.
    pub(crate) fn placement(&self) -> &Placement {
        &self.placement
    }

    /// The keys as one secret; empty where a command prints them.
    pub(crate) fn known_keys(&self) -> Secret {
        match &self.source {
            Source::Known(keys) => keys.packed(),
            Source::Printed(_) => Secret::new(""),
        }
    }

    /// The command that prints the keys, where one does.
    pub(crate) fn command(&self) -> Option<&Exec> {
        match &self.source {
            Source::Known(_) => None,
            Source::Printed(exec) => Some(exec),
        }
    }

    /// Runs the command and reads the keys that it prints.
    pub(crate) async fn fetch(exec: &Exec, tokens: &Tokens, name: &str) -> Fetched {
        let fetcher = tokens.fetcher();
        let asked = fetcher.clock.now();
        let mut notes = Vec::new();
        let result = exec.printed(tokens).await.and_then(|printed| {
            let (keys, reply) = Keys::read(&printed).map_err(|wrong| {
                Refusal::help(exec.refusal(wrong), "`Version: 1`, `AccessKeyId` and `SecretAccessKey` are read")
            })?;
            keys.hide(&|member, secret| {
                let _ = fetcher.redactor.register(&format!("{name}_{member}"), secret);
            });
            let sources = Sources { reply: &reply, token: "", written: exec.terms.lifetime, now: asked.wall };
            Ok(Issued { text: keys.packed(), lifetime: sources.lifetime(&mut notes), reply: Json::Null })
        });
        Fetched { notes, ..Fetched::of(result, asked) }
    }

    /// Whether it must be told the hash of the body: S3 signs what the request says of it (`UNSIGNED-PAYLOAD`).
    pub(crate) fn reads_body(&self, request: &Request) -> bool {
        !canonical::is_s3(&self.service) || written(request, PAYLOAD).is_none()
    }

    /// Signs a request with these keys. `hide` is told of the key that is derived from them.
    ///
    /// What cannot be read is not signed: it cannot be sent either.
    pub(crate) fn sign(&self, keys: &Secret, request: &mut Request, signing: Signing<'_>, hide: &dyn Fn(&Secret)) {
        let Some(keys) = Keys::unpacked(keys) else { return };
        let said = written(request, PAYLOAD).filter(|_| canonical::is_s3(&self.service)).map(str::to_owned);
        let Some(mut payload) = said.or(signing.payload.map(str::to_owned)) else { return };
        let stamp = put(request, "X-Amz-Date", stamp(signing.now));
        let scope = Scope { stamp: &stamp, region: &self.region, service: &self.service };
        if scope.is_s3() {
            payload = put(request, PAYLOAD, payload);
        }
        if let Some(session) = &keys.session {
            put(request, "X-Amz-Security-Token", session.expose().to_owned());
        }
        let derived = scope.key(keys.secret.expose());
        hide(&Secret::new(hex(derived.as_ref())));
        let key = hmac::Key::new(HMAC_SHA256, derived.as_ref());
        let value = signable(request, &payload, |request| scope.authorization(request, &keys.id, &key));
        request.headers.push(Header { name: "Authorization".to_owned(), value, bound: true });
    }

    /// Whether an answer says that a signature is from another time.
    pub(crate) fn is_misdated(response: &Response) -> bool {
        let has = |mark: &str| response.body.windows(mark.len()).any(|part| part == mark.as_bytes());
        matches!(response.status, 400 | 403) && MISDATED.iter().any(|mark| has(mark))
    }
}

/// What of a request is signed, with its host as it will be sent.
fn signable<T>(request: &Request, payload: &str, then: impl FnOnce(&Signable<'_>) -> T) -> T {
    let is_signed = |name: &str| {
        let begins = name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"));
        begins || SIGNED.iter().any(|signed| signed.eq_ignore_ascii_case(name))
    };
    let own = request.headers.iter().map(|header| (header.name.as_str(), header.value.as_str()));
    let mut headers: Vec<_> = own.filter(|(name, _)| is_signed(name)).collect();
    let host = request.url.authority();
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.push(("host", &host));
    }
    let text = request.url.as_str().split('#').next().unwrap_or_default();
    let query = text.split_once('?').map_or("", |(_, query)| query);
    then(&Signable { method: &request.method, path: request.url.path(), query, headers, payload })
}

/// The value of a header that the request has, or is given.
fn put(request: &mut Request, name: &str, value: String) -> String {
    if let Some(own) = written(request, name) {
        return own.to_owned();
    }
    request.headers.push(Header { name: name.to_owned(), value: value.clone(), bound: true });
    value
}

fn written<'r>(request: &'r Request, name: &str) -> Option<&'r str> {
    let own = request.headers.iter().find(|own| own.name.eq_ignore_ascii_case(name));
    own.map(|own| own.value.as_str())
}

/// `20150830T123600Z`.
fn stamp(now: SystemTime) -> String {
    let time = jiff::Timestamp::try_from(now).unwrap_or_default();
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn of_environment(place: &Place, rendering: &mut Rendering<'_>) -> Result<Keys, Unready> {
    let id = rendering.variable("AWS_ACCESS_KEY_ID", place)?;
    let secret = Secret::new(rendering.variable("AWS_SECRET_ACCESS_KEY", place)?);
    let session = rendering.optional_variable("AWS_SESSION_TOKEN").map(Secret::new);
    rendering.register("AWS_SECRET_ACCESS_KEY", "secret_access_key", &secret);
    session.iter().for_each(|session| rendering.register("AWS_SESSION_TOKEN", "session_token", session));
    Ok(Keys { id, secret, session })
}

/// The keys of a profile of the shared credentials file, or the command that prints them.
fn of_profile(name: &str, place: &Place, written: &AwsSigV4, rendering: &mut Rendering<'_>) -> Result<Source, Unready> {
    let path = credentials_file(place, rendering)?;
    let shown = path.display();
    let text =
        std::fs::read_to_string(&path).map_err(|error| unready(format!("`{shown}` cannot be read: {error}"), place))?;
    let found = profile::find(&Secret::new(text), name).map_err(|known| {
        let wrong = unready(format!("`{shown}` has no profile `{name}`"), place);
        match nearest(name, known.iter().map(String::as_str)) {
            Some(near) => wrong.help(format!("did you mean `{near}`?")),
            None => wrong.help("a profile begins with its name in brackets: `[qa]`"),
        }
    })?;
    match found {
        Profile::Keys(id, secret, session) => {
            let keys = Keys { id, secret: Secret::new(secret), session: session.map(Secret::new) };
            let identity = rendering.name;
            keys.hide(&|member, secret| {
                let _ = rendering.redactor.register(&format!("{identity}_{member}"), secret);
            });
            Ok(Source::Known(keys))
        }
        Profile::Process(line) => Ok(Source::Printed(Exec::of_words(profile::words(&line), &written.place, rendering))),
        Profile::Nothing => {
            let wrong = unready(format!("the profile `{name}` of `{shown}` has no keys"), place);
            Err(wrong.help("`aws_access_key_id` and `aws_secret_access_key`, or `credential_process`, are read"))
        }
    }
}

fn credentials_file(place: &Place, rendering: &Rendering<'_>) -> Result<PathBuf, Unready> {
    if let Some(path) = rendering.optional_variable("AWS_SHARED_CREDENTIALS_FILE") {
        return Ok(PathBuf::from(path));
    }
    let home = ["HOME", "USERPROFILE"].into_iter().find_map(|name| rendering.optional_variable(name));
    home.map(|home| PathBuf::from(home).join(".aws").join("credentials")).ok_or_else(|| {
        let wrong = unready("there is no home directory to find `.aws/credentials` in", place);
        wrong.help("set `AWS_SHARED_CREDENTIALS_FILE`")
    })
}
