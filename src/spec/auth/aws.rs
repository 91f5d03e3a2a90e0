//! `aws_sigv4` as written: for which service requests are signed, and whose keys sign.

use crate::diagnostic::Diagnostic;
use crate::source::Place;
use crate::spec::{
    Loading, Use,
    auth::{
        fixed::required_secret,
        given::{self, Given},
    },
};
use crate::yaml::{Entry, Field, Fields, Table};

/// For which service requests are signed.
#[derive(Clone, Debug)]
pub(crate) struct AwsSigV4 {
    /// The key.
    pub(crate) place: Place,
    pub(crate) service: Given,
    pub(crate) region: Given,
    pub(crate) keys: AwsKeys,
}

/// Whose keys sign.
#[derive(Clone, Debug)]
pub(crate) enum AwsKeys {
    /// They are written.
    Written { id: Given, secret: Given, session: Option<Given> },
    /// Those of a profile of the shared credentials file.
    Profile(Given),
    /// Those of `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    Environment,
}

/// The keys of `aws_sigv4`.
pub(crate) static TABLE: Table = Table {
    what: "aws_sigv4",
    fields: &[
        Field::new("service", given::SHAPE, "The service as its signatures name it.", "execute-api"),
        Field::new("region", given::SHAPE, "The region of the service.", "eu-west-1"),
        Field::new("profile", given::SHAPE, "A profile of the shared credentials file.", "qa"),
        Field::new("access_key_id", given::SHAPE, "Whose key signs.", "{env: KEY_ID}"),
        Field::new("secret_access_key", given::SHAPE, "The key that signs.", "{env: SECRET_KEY}"),
        Field::new("session_token", given::SHAPE, "What goes with a temporary key.", "{env: SESSION_TOKEN}"),
    ],
    elsewhere: &[("hosts", "the identity, beside aws_sigv4")],
};

/// What keys in the file are written with.
const OWN: [&str; 3] = ["access_key_id", "secret_access_key", "session_token"];

impl AwsSigV4 {
    /// Reads the map of `aws_sigv4`.
    pub(crate) fn load(entry: &Entry, loading: &mut Loading) -> Option<Self> {
        let fields = Fields::read(&entry.value, &TABLE, &mut loading.problems)?;
        let place = entry.key_place.clone();
        let (service, region) = (required(&fields, "service", loading), required(&fields, "region", loading));
        let keys = AwsKeys::load(&fields, &place, loading);
        Some(Self { place, service: service?, region: region?, keys: keys? })
    }
}

impl AwsKeys {
    fn load(fields: &Fields<'_>, place: &Place, loading: &mut Loading) -> Option<Self> {
        let own = OWN.into_iter().find_map(|name| fields.entry(name));
        match (fields.entry("profile"), own) {
            (Some(profile), Some(own)) => {
                let message = format!("keys have one source, but `profile` and `{}` are both written", own.key);
                let wrong = Diagnostic::error("two-sources", &own.key_place, message);
                loading.report(wrong.related(&profile.key_place, "the first").help("keep one of them"));
                None
            }
            (Some(profile), None) => Given::load(&profile.value, loading).map(Self::Profile),
            (None, Some(_)) => Self::written(fields, loading),
            (None, None) => {
                let variables =
                    [("AWS_ACCESS_KEY_ID", false), ("AWS_SECRET_ACCESS_KEY", false), ("AWS_SESSION_TOKEN", true)];
                loading.uses.extend(variables.map(|(name, optional)| {
                    let rest = vec![name.to_owned()];
                    Use { name: "env".to_owned(), rest, optional, place: place.clone() }
                }));
                Some(Self::Environment)
            }
        }
    }

    fn written(fields: &Fields<'_>, loading: &mut Loading) -> Option<Self> {
        let id = required(fields, "access_key_id", loading);
        let secret = required_secret(fields, "secret_access_key", loading);
        let session = fields.entry("session_token").map(|entry| Given::load_secret(entry, loading));
        Some(Self::Written { id: id?, secret: secret?, session: session.map_or(Some(None), |it| it.map(Some))? })
    }
}

fn required(fields: &Fields<'_>, name: &'static str, loading: &mut Loading) -> Option<Given> {
    let node = fields.require(name, &mut loading.problems)?;
    Given::load(node, loading)
}
