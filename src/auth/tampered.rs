//! Wrong credentials made of right ones. They are never renewed, and a rejection of one says nothing of the right one.

use std::{sync::Arc, time::SystemTime};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::auth::{
    credential::Credential,
    date,
    grant::Part,
    jwt,
    minted::Minted,
    ready::{Method, Ready},
    refusal::Refusal,
    tokens::{NoToken, Tokens},
    unready::{Unready, unready},
};
use crate::json::Json;
use crate::secret::Secret;
use crate::source::Place;
use crate::spec::auth::{Identity, Placement, Tamper};

/// How long ago an expired token ended, in seconds.
const EXPIRED_SINCE: u64 = 3600;
/// An audience that nobody is.
const NOBODY: &str = "https://nobody.invalid";
const GARBAGE: &str = "garbage";

/// A right identity and what is done to its credential.
#[derive(Debug)]
pub(crate) struct Tampered {
    pub(crate) of: Arc<Ready>,
    pub(crate) placement: Placement,
    tamper: Tamper,
    place: Place,
}

impl Tampered {
    /// What is done to the credential of `of`.
    ///
    /// # Errors
    /// An identity of several credentials, or one that is sent without a word in front where that is to be changed.
    pub(crate) fn of(of: Arc<Ready>, tamper: Tamper, identity: &Identity) -> Result<Self, Unready> {
        let single = of.placement().filter(|_| !matches!(of.method(), Method::Digest(..) | Method::Certificate(_)));
        let Some(placement) = single.cloned() else {
            let message = format!("`{}` has no single credential that could be changed", of.name());
            return Err(unready(message, &identity.place).help("name an identity of one token or key"));
        };
        let placement = match (tamper, placement) {
            (Tamper::Scheme, Placement::Header { name, prefix }) if !prefix.is_empty() => {
                let other = if prefix.eq_ignore_ascii_case("basic") { "Bearer" } else { "Basic" };
                Placement::Header { name, prefix: other.to_owned() }
            }
            (Tamper::Scheme, _) => {
                let message = format!("the credential of `{}` is sent without a scheme in front", of.name());
                return Err(unready(message, &identity.place).help("choose another way to tamper"));
            }
            (_, placement) => placement,
        };
        Ok(Self { of, placement, tamper, place: identity.place.clone() })
    }

    /// The wrong credential.
    fn made_of(&self, right: &str, now: SystemTime) -> Option<String> {
        let ended = Json::from(seconds(now).saturating_sub(EXPIRED_SINCE));
        match self.tamper {
            Tamper::Scheme => Some(right.to_owned()),
            Tamper::Empty => Some(String::new()),
            Tamper::Garbage => Some(GARBAGE.to_owned()),
            Tamper::Signature => with_wrong_signature(right),
            Tamper::NoneAlg => unsigned(right),
            Tamper::Expired => self.with_claim(right, "exp", ended, now),
            Tamper::Audience => self.with_claim(right, "aud", Json::from(NOBODY), now),
        }
    }

    /// Signed anew where the key is here, else under the old signature.
    fn with_claim(&self, right: &str, name: &str, value: Json<'static>, now: SystemTime) -> Option<String> {
        match self.of.method() {
            Method::Minted(minted) => Some(Minted::with_claim(minted, name, value, now)),
            _ => {
                let (head, signature) = (right.split('.').next()?, right.rsplit('.').next()?);
                let claims = jwt::claims(right)?.as_object()?.to_vec();
                let others = claims.into_iter().filter(|(own, _)| own != name);
                let changed = Json::Object(others.chain([(name.to_owned().into(), value)]).collect());
                Some(format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(changed.to_text())))
            }
        }
    }
}

impl Tokens {
    /// A wrong credential.
    pub(crate) async fn tampered(&self, ready: &Arc<Ready>, tampered: &Tampered) -> Result<Credential, NoToken> {
        let right = Box::pin(self.credential(&tampered.of)).await?;
        let fetcher = self.fetcher();
        let Some(wrong) = tampered.made_of(right.secret.expose(), fetcher.clock.wall()) else {
            let word = tampered.tamper.word();
            let message =
                format!("the credential of `{}` is no JWT, `tamper: {word}` has nothing to change", tampered.of.name());
            let refusal =
                Refusal::new(message, Part::Whole).help("`scheme`, `empty` and `garbage` work with any credential");
            return Err(NoToken {
                message: format!("no token for `{}`: {}", ready.name(), refusal.message),
                help: refusal.help,
                place: tampered.place.clone(),
            });
        };
        let wrong = Secret::new(wrong);
        // One changed byte is soon changed back: what is made of a right token is as secret.
        if wrong.expose() != GARBAGE {
            let _ = fetcher.redactor.register(&format!("{}_token", ready.name()), &wrong);
        }
        Ok(Credential::fixed(ready, wrong))
    }
}

fn seconds(time: SystemTime) -> u64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole seconds since 1970")]
    let seconds = date::unix(time).max(0.0) as u64;
    seconds
}

/// One bit of the signature is turned.
fn with_wrong_signature(right: &str) -> Option<String> {
    jwt::claims(right)?;
    let (signed, signature) = right.rsplit_once('.')?;
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).ok()?;
    *bytes.first_mut()? ^= 1;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// RFC 7519 6: an unsecured token, which no API should take.
fn unsigned(right: &str) -> Option<String> {
    jwt::claims(right)?;
    let payload = right.split('.').nth(1)?;
    Some(format!("{}.{payload}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#)))
}
