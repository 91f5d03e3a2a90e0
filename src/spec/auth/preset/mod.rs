//! Vendors as written: a few values that the vendor's console shows, which become `oauth2` with the vendor's own rules.

use crate::spec::{
    Loading,
    auth::{OAuth2, choice::choice, vendor::Vendor},
};
use crate::yaml::{Entry, Field, Fields, Shape, Table};

mod auth0;
mod cognito;
mod cognito_user;
mod draft;
mod entra;
mod field;
mod github_app;
mod google;
mod keycloak;
mod okta;

pub(crate) use auth0::TABLE as AUTH0;
pub(crate) use cognito::TABLE as COGNITO;
pub(crate) use cognito_user::TABLE as COGNITO_USER;
pub(crate) use entra::TABLE as ENTRA;
pub(crate) use github_app::TABLE as GITHUB_APP;
pub(crate) use google::TABLE as GOOGLE;
pub(crate) use keycloak::TABLE as KEYCLOAK;
pub(crate) use okta::TABLE as OKTA;

use draft::Draft;

/// How a vendor's values become `oauth2`.
#[derive(Debug)]
pub(crate) struct Preset {
    vendor: Vendor,
    table: &'static Table,
    /// What `oauth2` would be written; none where something is wrong.
    draft: fn(&Fields<'_>, &mut Loading) -> Option<Draft>,
    /// What cannot be written.
    finish: fn(&mut OAuth2, &Fields<'_>, &mut Loading),
}

static PRESETS: &[Preset] = &[
    Preset { vendor: Vendor::Auth0, table: &AUTH0, draft: auth0::draft, finish: nothing },
    Preset { vendor: Vendor::Cognito, table: &COGNITO, draft: cognito::draft, finish: nothing },
    Preset { vendor: Vendor::CognitoUser, table: &COGNITO_USER, draft: cognito_user::draft, finish: nothing },
    Preset { vendor: Vendor::Entra, table: &ENTRA, draft: entra::draft, finish: entra::finish },
    Preset { vendor: Vendor::GitHubApp, table: &GITHUB_APP, draft: github_app::draft, finish: github_app::finish },
    Preset { vendor: Vendor::Google, table: &GOOGLE, draft: google::draft, finish: google::finish },
    Preset { vendor: Vendor::Keycloak, table: &KEYCLOAK, draft: keycloak::draft, finish: nothing },
    Preset { vendor: Vendor::Okta, table: &OKTA, draft: okta::draft, finish: nothing },
];

impl Preset {
    /// The preset with this key.
    pub(crate) fn of(key: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.vendor.key() == key)
    }

    /// Reads the map of a preset.
    pub(crate) fn load(&self, entry: &Entry, loading: &mut Loading) -> Option<OAuth2> {
        let fields = Fields::read(&entry.value, self.table, &mut loading.problems)?;
        let has_words = self.has_words(&fields, loading);
        let draft = (self.draft)(&fields, loading).filter(|_| has_words)?;
        let mut oauth2 = OAuth2::load(&draft.entry(entry), loading)?;
        oauth2.vendor = Some(self.vendor);
        (self.finish)(&mut oauth2, &fields, loading);
        Some(oauth2)
    }

    /// Whether every word is one that the preset takes, which may be fewer than `oauth2` does.
    fn has_words(&self, fields: &Fields<'_>, loading: &mut Loading) -> bool {
        let mut all = true;
        for entry in fields.entries() {
            if let Some(Field { shape: Shape::Word(words), .. }) = self.table.field(&entry.key) {
                let words: Vec<_> = words.iter().map(|word| (*word, ())).collect();
                all &= choice(entry, &words, loading).is_some();
            }
        }
        all
    }
}

/// Everything was written.
fn nothing(_: &mut OAuth2, _: &Fields<'_>, _: &mut Loading) {}
