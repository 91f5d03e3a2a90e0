//! The identities of a project, or of one spec, outside of any case: as the cases would have them.

use std::sync::Arc;

use crate::auth::Ready;
use crate::plan::SpecPlan;
use crate::run::{Fresh, World, case::Cause, spec::SpecRun};
use crate::spec::auth::Identity;

/// Identities that are made ready by name.
pub(crate) struct Identities<'w>(SpecRun<'w>);

impl<'w> Identities<'w> {
    /// Those that a spec sees: its own before those of the project.
    pub(crate) fn of(plan: &'w SpecPlan, world: &'w World, fresh: &'w Fresh) -> Self {
        Self(SpecRun::new(plan, world, fresh))
    }

    /// Every one of them, in the order they were written.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'w Identity> {
        let own = &self.0.plan.spec.identities;
        let is_hidden = move |name: &str| own.iter().any(|identity| identity.name == name);
        let of_project = self.0.world.project.identities.iter().filter(move |it| !is_hidden(&it.name));
        own.iter().chain(of_project)
    }

    /// One with its templates rendered.
    ///
    /// # Errors
    /// A variable or file that is missing, a command that may not be run.
    pub(crate) async fn ready(&mut self, identity: &'w Identity) -> Result<Arc<Ready>, Cause> {
        self.0.ready(identity, None).await
    }
}
