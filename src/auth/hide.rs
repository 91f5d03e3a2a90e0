//! Values that a project wants hidden although no identity holds them.

use crate::auth::{
    commands::Commands,
    render::{Custody, Rendering},
};
use crate::secret::{Redactor, Secret};
use crate::spec::auth::Given;
use crate::template::Scope;

/// Hides these values from now on. One that is not set cannot be printed and is passed over.
pub(crate) fn hide(values: &[Given], scope: &Scope<'_>, redactor: &Redactor) {
    let commands = Commands::default();
    let mut rendering = Rendering::of("redact", scope, Custody { redactor, commands: &commands });
    for value in values {
        if let Ok(text) = rendering.value(value) {
            rendering.register("REDACTED", "redact", &Secret::new(text));
        }
    }
}
