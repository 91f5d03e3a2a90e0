//! The one way of a credential onto a request, for each attempt anew: as it is, as an answer, with a proof, as a signature; and what
//! answers say about it.

use std::{sync::Arc, time::SystemTime};

use crate::auth::{
    aws::{Aws, Signing},
    challenge,
    clocks::Clocks,
    credential::{Attached, Credential, place},
    digest::Digest,
    dpop::{self, Prover},
    payload,
    ready::{Method, Ready},
    tokens::{NoToken, Tokens},
};
use crate::clock::Clock;
use crate::http::{Origin, Request, Response};
use crate::secret::{Redactor, Secret};
use crate::spec::auth::Placement;

/// Why a request is sent again; each happens once to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Its token was replaced.
    Renewed,
    /// It answers a challenge.
    Answered,
    /// Its proof has a nonce.
    Nonce,
    /// It is dated by the clock of the server.
    Clock,
}

/// What credentials that are made for one attempt are dated and hidden with.
#[derive(Clone, Copy)]
pub(crate) struct Applying<'t> {
    pub(crate) clock: &'t Clock,
    pub(crate) clocks: &'t Clocks,
    pub(crate) redactor: &'t Redactor,
    /// The hash of the body, where it is signed and can be read.
    pub(crate) payload: Option<&'t str>,
}

/// How a credential gets onto a request.
enum Way<'c> {
    /// As it is.
    Plain,
    /// As an answer to a challenge.
    Answer(&'c Digest),
    /// As it is, beside a proof that its key is here.
    Proved(&'c Prover),
    /// It signs the request and stays here.
    Signature(&'c Aws),
}

impl Again {
    /// What the request that is sent again is called.
    pub(crate) fn note(self) -> &'static str {
        match self {
            Self::Renewed => "replayed with a renewed token",
            Self::Answered => "replayed with an answer to the challenge",
            Self::Nonce => "replayed with the nonce of the server",
            Self::Clock => "replayed by the clock of the server",
        }
    }
}

impl Applying<'_> {
    /// The time at an origin.
    fn time_at(&self, origin: &Origin) -> SystemTime {
        self.clocks.at(origin, self.clock.wall())
    }
}

impl Credential {
    /// Puts it where it stands in a request.
    pub(crate) fn put(&self, placement: &Placement, request: &mut Request, applying: Applying<'_>) {
        let time = |request: &Request| applying.time_at(&request.url.origin());
        match self.way() {
            Way::Plain => place(placement, self.secret.expose(), request),
            Way::Answer(digest) => {
                if let Some(answer) = digest.answer(request) {
                    place(placement, &answer, request);
                }
            }
            Way::Proved(prover) => {
                place(placement, self.secret.expose(), request);
                prover.prove(request, Some(&self.secret), time(request));
            }
            Way::Signature(aws) => {
                let hide = |key: &Secret| {
                    let _ = applying.redactor.register(&format!("{}_signing_key", self.ready.name()), key);
                };
                let signing = Signing { now: time(request), payload: applying.payload };
                aws.sign(&self.secret, request, signing, &hide);
            }
        }
    }

    /// Whether it is made from the request, so that nothing may be added to that afterwards.
    pub(crate) fn is_made_of_request(&self) -> bool {
        !matches!(self.way(), Way::Plain)
    }

    /// Whether the body must be read before it is put on a request.
    fn reads_body(&self, request: &Request) -> bool {
        let own = matches!(self.way(), Way::Signature(aws) if aws.reads_body(request));
        own || self.parts.iter().any(|part| part.reads_body(request))
    }

    /// The same for a request that is sent again.
    pub(crate) fn again(&self, why: Again) -> Self {
        let mut next = self.clone();
        next.again.push(why);
        next
    }

    /// What a request that is sent again with it is called.
    pub(crate) fn note(&self) -> Option<&'static str> {
        self.again.last().map(|why| why.note())
    }

    fn way(&self) -> Way<'_> {
        match (&self.prover, self.ready.method()) {
            (Some(prover), _) => Way::Proved(prover),
            (None, Method::Digest(digest, _)) => Way::Answer(digest),
            (None, Method::Aws(aws)) => Way::Signature(aws),
            (None, _) => Way::Plain,
        }
    }

    /// Keeps what an answer gives for later requests.
    fn hear(&self, response: &Response) {
        if let Some(prover) = &self.prover {
            prover.hear(dpop::Verifier::Api, response);
        }
        self.parts.iter().for_each(|part| part.hear(response));
    }

    /// Whether an answer says that it is from another time.
    fn is_misdated(&self, response: &Response) -> bool {
        let own = match self.way() {
            Way::Plain | Way::Answer(_) => false,
            Way::Proved(_) => dpop::is_refused(response),
            Way::Signature(_) => Aws::is_misdated(response),
        };
        own || self.parts.iter().any(|part| part.is_misdated(response))
    }

    /// What comes of a challenge that is answered without a new token; none where it is no such challenge.
    pub(crate) fn answered(&self, challenge: &str) -> Option<Option<Self>> {
        let once = |why| (!self.again.contains(&why)).then(|| self.again(why));
        match self.way() {
            Way::Answer(digest) => {
                let may_help = digest.challenged(challenge, self.answers);
                let next = once(Again::Answered).filter(|_| may_help);
                Some(next.map(|next| Self { answers: true, ..next }))
            }
            Way::Proved(_) if challenge::has_error(challenge, "dpop", "use_dpop_nonce") => Some(once(Again::Nonce)),
            Way::Signature(_) => Some(None),
            Way::Proved(_) | Way::Plain => None,
        }
    }
}

impl Tokens {
    /// Puts a credential on a request that has none yet, if the request goes where it belongs: see [`Credential::attach`].
    pub(crate) async fn attach(&self, credential: &Credential, request: &mut Request) -> Attached {
        let payload = match credential.reads_body(request) {
            true => payload::hash(request.body.as_ref()).await,
            false => None,
        };
        credential.attach(request, Applying { payload: payload.as_deref(), ..self.applying() })
    }

    /// Takes note of an answer; whether it rejects the credential.
    pub(crate) fn heard(&self, ready: &Ready, credential: &Credential, response: &Response) -> bool {
        credential.hear(response);
        let is_rejected = response.status == 401 || credential.is_misdated(response);
        if !is_rejected {
            self.accepted(ready, credential);
        }
        is_rejected
    }

    /// What to send a request again with whose credential this answer rejects; none where the answer is the answer.
    ///
    /// # Errors
    /// A renewal was due and failed.
    pub(crate) async fn again(
        &self,
        ready: &Arc<Ready>,
        credential: &Credential,
        response: &Response,
    ) -> Result<Option<Credential>, NoToken> {
        if credential.is_misdated(response) {
            let applying = self.applying();
            let may_help =
                !credential.again.contains(&Again::Clock) && applying.clocks.learn(response, applying.clock.wall());
            return Ok(may_help.then(|| credential.again(Again::Clock)));
        }
        let challenges: Vec<&str> = response.header_values("www-authenticate").collect();
        // Several are one list (RFC 9110 5.3).
        let challenge = (!challenges.is_empty()).then(|| challenges.join(", "));
        self.rejected(ready, credential, challenge.as_deref()).await
    }
}
