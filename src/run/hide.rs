//! What the project file wants hidden, hidden before anything is sent.

use std::collections::BTreeMap;

use crate::auth;
use crate::run::World;
use crate::template::{Draws, Scope};

/// Hides what `redact` of the project names.
pub(super) fn hide(world: &World) {
    let redact = &world.project.redact;
    world.redactor.hide_names(&redact.headers, &redact.members);
    if redact.values.is_empty() {
        return;
    }
    let env = BTreeMap::from([("env".to_owned(), world.env.clone())]);
    let draws = Draws::new(world.settings.seed, "redact");
    let scope = Scope { layers: vec![&env], draws: &draws, files: &world.files, now: world.clock.wall() };
    auth::hide(&redact.values, &scope, &world.redactor);
}
