//! Commands whose output is a value of an identity: run before it is made ready, each once in a run.

use crate::auth::Rendering;
use crate::run::{
    case::Cause,
    scope::Layers,
    spec::{Home, SpecRun},
};
use crate::source::Place;
use crate::spec::auth::{Command, Identity, Scheme};
use crate::template::Draws;

impl<'w> SpecRun<'w> {
    /// Runs the commands of an identity that is not ready yet, and those of the identities that it is made from.
    pub(crate) async fn run_commands(&self, identity: &'w Identity, home: Home) -> Result<(), Cause> {
        for (identity, home) in self.unready_parts(identity, home) {
            self.may_run(&identity.name, first_command(identity))?;
            for command in &identity.commands {
                self.run_command(identity, command, home).await?;
            }
        }
        Ok(())
    }

    async fn run_command(&self, identity: &Identity, command: &Command, home: Home) -> Result<(), Cause> {
        let tokens = &self.world.tokens;
        let argv = {
            let draws = Draws::new(self.world.settings.seed, &identity.name);
            let layers = Layers::of(self, None, &draws);
            let layers = match home {
                Home::Project => layers.of_project(),
                Home::Spec(fragment) => layers.within(fragment),
            };
            layers.with(|scope| Rendering::of(&identity.name, scope, tokens.custody()).argv(command))?
        };
        self.until_stopped(tokens.run_command(&argv, self.files.root.path())).await
    }

    /// Commands run only where somebody said so outside of a spec.
    pub(crate) fn may_run(&self, name: &str, place: Option<&Place>) -> Result<(), Cause> {
        let Some(place) = place else { return Ok(()) };
        if self.world.settings.allow_exec || self.world.project.allow_exec {
            return Ok(());
        }
        let message = format!("`{name}` runs a command, which is not allowed here");
        let help = "write `allow: [exec]` in hallpass.yaml, or give `--allow-exec`";
        Err(Cause { help: Some(help.to_owned()), ..Cause::error(message, Some(place.clone())) })
    }
}

/// Where the first command of an identity stands.
fn first_command(identity: &Identity) -> Option<&Place> {
    match &identity.scheme {
        Scheme::Exec(exec) => Some(&exec.place),
        _ => identity.commands.first().map(|command| &command.place),
    }
}
