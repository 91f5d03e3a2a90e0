//! Keys that several presets have.

use crate::spec::auth::{
    given,
    keeping::{ALLOW_HTTP, ON_UNAUTHORIZED, PLACE, REFRESH_BEFORE, RETRIES, TIMEOUT},
    share::FIELD as SHARE,
};
use crate::yaml::{Field, Shape};

/// For vendors that say what they granted.
pub(super) use crate::spec::auth::keeping::REQUIRE_SCOPE;

/// A list of values, or one.
const ONE_OR_MANY: Shape = Shape::Either(&[given::SHAPE, Shape::List(&given::SHAPE)]);

pub(super) const CLIENT_ID: Field = Field::new("client_id", given::SHAPE, "The client.", "{env: CLIENT_ID}");
pub(super) const CLIENT_SECRET: Field =
    Field::new("client_secret", given::SHAPE, "Its secret.", "{env: CLIENT_SECRET}");
pub(super) const CLIENT_AUTH: Field = Field::new(
    "client_auth",
    Shape::Word(&["basic", "basic_raw", "post", "secret_jwt"]),
    "How the secret is sent, where the vendor's usual way does not do.",
    "basic",
);
pub(super) const SCOPE: Field = Field::new("scope", ONE_OR_MANY, "The scopes.", "[orders/read, orders/write]");
pub(super) const TOKEN_URL: Field = Field::new(
    "token_url",
    given::SHAPE,
    "The token endpoint, where it is none of the vendor's own.",
    "https://id.example.com/oauth2/token",
);
pub(super) const KEY: Field = Field::new("key", given::SHAPE, "The private key in PEM.", "{file: key.pem}");
pub(super) const KEY_ID: Field = Field::new("key_id", given::SHAPE, "The `kid` of the key.", "k1");
pub(super) const ALG: Field = Field::new(
    "alg",
    Shape::Word(&["RS256", "PS256", "ES256", "ES384", "EdDSA"]),
    "How the key signs; `RS256` by default.",
    "ES256",
);
pub(super) const PARAMS: Field =
    Field::new("params", Shape::Map(&Shape::Any), "Further parameters of the token request.", "{tenant: qa}");
pub(super) const HEADERS: Field =
    Field::new("headers", Shape::Map(&Shape::Any), "Further headers of the token request.", "{X-Tenant: qa}");
/// How a token is kept and sent, and how the vendor is asked for it: the last keys of every preset.
pub(super) const KEPT: &[Field] = &[PLACE, REFRESH_BEFORE, ON_UNAUTHORIZED, SHARE, TIMEOUT, RETRIES, ALLOW_HTTP];
