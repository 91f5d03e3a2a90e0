//! What the schemes beside `oauth2` say of the tokens they yield: where one stands, how long it lives, what a 401 does.

use crate::spec::{
    Loading,
    auth::{
        choice::choice,
        oauth2::{OnUnauthorized, placement, positive},
        placement::{self, Placement},
    },
    duration::Period,
};
use crate::yaml::{Field, Fields, Shape};

/// What becomes of a token.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    pub(crate) placement: Placement,
    pub(crate) lifetime: Option<Period>,
    /// 60 s where it is not written.
    pub(crate) refresh_before: Option<Period>,
    pub(crate) on_unauthorized: OnUnauthorized,
}

/// The key `place`.
pub(crate) const PLACE: Field = Field::new(
    "place",
    Shape::Fields(&placement::TABLE),
    "Where the token stands in a request.",
    "{header: Authorization, prefix: Bearer}",
);
/// The key `lifetime`.
pub(crate) const LIFETIME: Field = Field::new("lifetime", Shape::Duration, "How long a token lives.", "10m");
/// The key `refresh_before`.
pub(crate) const REFRESH_BEFORE: Field =
    Field::new("refresh_before", Shape::Duration, "How long before its end a token is renewed, 60s by default.", "60s");
/// The key `timeout`.
pub(crate) const TIMEOUT: Field =
    Field::new("timeout", Shape::Duration, "How long one token request may take, 30s by default.", "10s");
/// The key `retries`.
pub(crate) const RETRIES: Field =
    Field::new("retries", Shape::Integer, "How often a failing token request is repeated, 2 by default.", "2");
/// The key `allow_http`.
pub(crate) const ALLOW_HTTP: Field =
    Field::new("allow_http", Shape::Boolean, "Whether the secret may go over plain http.", "true");
/// The key `require_scope`.
pub(crate) const REQUIRE_SCOPE: Field = Field::new(
    "require_scope",
    Shape::Boolean,
    "Whether a token that was granted fewer scopes than `scope` asks for is refused.",
    "true",
);
/// The key `on_unauthorized`.
pub(crate) const ON_UNAUTHORIZED: Field = Field::new(
    "on_unauthorized",
    Shape::Word(&["retry", "fail"]),
    "Whether a 401 of the API renews the token; `retry` by default.",
    "fail",
);

impl Keeping {
    /// Reads these keys of a scheme, whose table holds them.
    pub(crate) fn load(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let reactions = [("retry", OnUnauthorized::Retry), ("fail", OnUnauthorized::Fail)];
        let reaction = fields.entry("on_unauthorized").map(|entry| choice(entry, &reactions, loading));
        let lifetime = positive(fields.get("lifetime"), loading);
        let refresh_before = fields.get("refresh_before").and_then(|node| Period::load(node, loading));
        let placement = placement(fields.get("place"), loading)?;
        let on_unauthorized = reaction.unwrap_or(Some(OnUnauthorized::Retry))?;
        Some(Self { placement, lifetime, refresh_before, on_unauthorized })
    }
}
