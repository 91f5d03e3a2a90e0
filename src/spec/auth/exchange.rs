//! Grants that trade one token for another as written: an assertion (RFC 7523), the token of somebody else (RFC 8693).

use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Place;
use crate::spec::{
    Loading, Templated,
    auth::{
        AuthUse,
        given::{self, Given},
        minted, scheme,
    },
};
use crate::yaml::{Entry, Field, Fields, Node, Shape, Table};

/// What an assertion says that is signed here (RFC 7523 3).
#[derive(Clone, Debug)]
pub(crate) struct Assertion {
    /// The client's id where it is not written.
    pub(crate) issuer: Option<Given>,
    /// The issuer where it is not written.
    pub(crate) subject: Option<Given>,
    /// Win over everything else.
    pub(crate) claims: Option<Templated>,
    /// Whether it is sent as a bearer token, in place of a form.
    pub(crate) in_header: bool,
}

/// The tokens that are traded.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) subject: Party,
    pub(crate) actor: Option<Party>,
    pub(crate) requested_type: Option<Given>,
}

/// A token that is traded, and its type.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    pub(crate) place: Place,
    pub(crate) token: Traded,
    pub(crate) kind: Option<Given>,
}

/// Where a traded token comes from.
#[derive(Clone, Debug)]
pub(crate) enum Traded {
    /// It is that of an identity, kept fresh.
    Of(AuthUse),
    /// It came from elsewhere.
    Given(Given),
}

/// The keys of `subject` and `actor`.
pub(crate) static PARTY: Table = Table {
    what: "a traded token",
    fields: &[
        Field::new("auth", Shape::Same(&scheme::SHAPE), "The identity whose token it is.", "user"),
        Field::new("token", given::SHAPE, "A token that came from elsewhere.", "{env: USER_TOKEN}"),
    ],
    elsewhere: &[("env", "token"), ("file", "token")],
};

/// The short names of token types (RFC 8693 3).
const TYPES: &[&str] = &["access_token", "refresh_token", "id_token", "saml1", "saml2", "jwt"];

impl Assertion {
    /// Reads what it says.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let issuer = fields.get("issuer_claim").map(|node| Given::load(node, loading));
        let subject = fields.get("subject").map(|node| Given::load(node, loading));
        let claims = fields.entry("claims").map(|entry| minted::claims(entry, loading));
        if fields.entry("issuer_claim").is_none() && fields.entry("client_id").is_none() {
            let wrong = Diagnostic::error("missing-key", fields.place(), "an assertion needs an issuer");
            loading.report(wrong.help("write `issuer_claim`, or `client_id` where it is the client itself"));
            return None;
        }
        Some(Self { issuer: written(issuer)?, subject: written(subject)?, claims: written(claims)?, in_header: false })
    }
}

impl Exchange {
    /// Reads what is traded.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        fields.require("subject", &mut loading.problems);
        let subject = Party::load(fields, "subject", "subject_token_type", loading);
        let actor = Party::load(fields, "actor", "actor_token_type", loading);
        let requested = fields.entry("requested_token_type").map(|entry| kind(entry, loading));
        Some(Self { subject: subject??, actor: actor?, requested_type: written(requested)? })
    }

    /// The identities whose tokens are traded.
    pub(crate) fn references(&self) -> Vec<&AuthUse> {
        let parties = [Some(&self.subject), self.actor.as_ref()];
        parties.into_iter().flatten().filter_map(Party::identity).collect()
    }
}

impl Party {
    /// None where it is wrong; nobody where it is not written.
    fn load(
        fields: &Fields<'_>,
        name: &'static str,
        type_name: &'static str,
        loading: &mut Loading,
    ) -> Option<Option<Self>> {
        let kind = fields.entry(type_name).map(|entry| kind(entry, loading));
        let Some(node) = fields.get(name) else {
            if let Some(entry) = fields.entry(type_name).filter(|_| name == "actor") {
                let wrong =
                    Diagnostic::error("unused-key", &entry.key_place, "there is no `actor` that it is the type of");
                loading.report(wrong.help("write `actor`, or leave it out"));
                return None;
            }
            return Some(None);
        };
        let token = Traded::load(node, loading);
        Some(Some(Self { place: node.place.clone(), token: token?, kind: written(kind)? }))
    }

    /// The identity whose token it is.
    pub(crate) fn identity(&self) -> Option<&AuthUse> {
        match &self.token {
            Traded::Of(used) => Some(used),
            Traded::Given(_) => None,
        }
    }
}

impl Traded {
    fn load(node: &Node, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(node, &PARTY, &mut loading.problems)?;
        match (fields.get("auth"), fields.entry("token")) {
            (Some(auth), None) => match AuthUse::load(auth, loading)? {
                AuthUse::None => {
                    let wrong = Diagnostic::error("no-identity", &auth.place, "`none` has no token to trade");
                    loading.report(wrong.help("name an identity"));
                    None
                }
                used => Some(Self::Of(used)),
            },
            (None, Some(token)) => Given::load_secret(token, loading).map(Self::Given),
            // What is written instead is a problem already.
            (None, None) if !fields.entries().is_empty() => None,
            _ => {
                let wrong = Diagnostic::error("one-source", &node.place, "a traded token has one source");
                loading.report(wrong.help("write `auth: user`, or `token: {env: USER_TOKEN}`"));
                None
            }
        }
    }
}

/// The whole name of a token type: short ones are those of RFC 8693 3, a URI is itself; none for anything else.
pub(crate) fn token_type(text: &str) -> Option<String> {
    match TYPES.contains(&text) {
        true => Some(format!("urn:ietf:params:oauth:token-type:{text}")),
        false => text.contains(':').then(|| text.to_owned()),
    }
}

fn kind(entry: &Entry, loading: &mut Loading) -> Option<Given> {
    let given = Given::load(&entry.value, loading)?;
    let Some(text) = given.fixed().filter(|text| token_type(text).is_none()) else { return Some(given) };
    let wrong = Diagnostic::error("unknown-word", given.place(), format!("`{}` cannot be `{text}`", entry.key));
    let known: Vec<_> = TYPES.iter().map(|name| format!("`{name}`")).collect();
    loading.report(match nearest(text, TYPES.iter().copied()) {
        Some(name) => wrong.label(format!("did you mean `{name}`?")),
        None => wrong.help(format!("it can be {}, or a URI", known.join(", "))),
    });
    None
}

/// Nothing where nothing was written, none where it is wrong.
fn written<T>(loaded: Option<Option<T>>) -> Option<Option<T>> {
    loaded.map_or(Some(None), |it| it.map(Some))
}
