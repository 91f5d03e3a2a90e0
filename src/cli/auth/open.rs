//! From a name on the command line to a token, as a run would have it.

use std::{path::Path, sync::Arc};

use crate::auth::{Credential, NoToken, Ready};
use crate::cli::{
    auth::FromArguments,
    exit::Exit,
    output::Output,
    run::{bare_world, processors, runtime},
    session::{CaseArguments, Session, Wrong, opened},
};
use crate::diagnostic::{Diagnostic, nearest};
use crate::plan::{Plan, SpecPlan};
use crate::project::{self, Project};
use crate::run::{Cause, Fresh, Identities, World};
use crate::source::{Root, Source};
use crate::spec::{Known, Spec, auth::Identity};

/// A spec that has nothing of its own: what the project says is all that its identities read.
const NOTHING: &str = "requests: [{name: nothing, get: /}]";

/// A world, and the spec whose identities are meant.
pub(super) struct Opened {
    world: World,
    plan: SpecPlan,
}

/// Why there is no token, or none that could be told of.
pub(super) struct Missing {
    message: String,
    help: Option<String>,
}

impl Opened {
    /// Opens the project that `start` lies in.
    ///
    /// # Errors
    /// The project or the spec is wrong.
    pub(super) fn open(start: &Path, from: &FromArguments, output: Output) -> Result<Self, Wrong> {
        let (project, plan) = match &from.spec {
            Some(file) => of_spec(start, file, from, output)?,
            None => of_project(start, from, output)?,
        };
        let input = &from.input;
        let world = bare_world(project, input, &from.tokens)?;
        Ok(Self { world, plan })
    }

    /// Does something with the identities on a runtime of its own.
    pub(super) fn work(
        self,
        work: impl AsyncFnOnce(&World, &mut Identities<'_>) -> Result<Exit, Wrong>,
    ) -> Result<Exit, Wrong> {
        runtime(processors())?.block_on(async {
            let fresh = Fresh::default();
            let mut identities = Identities::of(&self.plan, &self.world, &fresh);
            work(&self.world, &mut identities).await
        })
    }
}

/// The identity of this name.
///
/// # Errors
/// There is none.
pub(super) fn find<'w>(identities: &Identities<'w>, name: &str) -> Result<&'w Identity, Wrong> {
    let names = || identities.all().map(|identity| identity.name.as_str());
    if let Some(identity) = identities.all().find(|identity| identity.name == name) {
        return Ok(identity);
    }
    let wrong = Wrong::message(format!("there is no identity `{name}`"));
    Err(match nearest(name, names()) {
        Some(near) => wrong.help(&format!("did you mean `{near}`?")),
        None if names().next().is_none() => {
            wrong.help("write one under `identities` of hallpass.yaml, or name its spec: `--spec FILE`")
        }
        None => wrong.help(&format!("there is {}", names().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", "))),
    })
}

/// A credential of an identity that has a token.
pub(super) async fn credential<'w>(
    world: &World,
    identities: &mut Identities<'w>,
    identity: &'w Identity,
) -> Result<Credential, Missing> {
    let ready = identities.ready(identity).await?;
    if !ready.has_token() {
        let message = format!("`{}` has no token: its scheme is `{}`", identity.name, identity.scheme.kind());
        return Err(Missing { message, help: None });
    }
    token(world, &ready).await
}

/// The credential of a rendered identity.
pub(super) async fn token(world: &World, ready: &Arc<Ready>) -> Result<Credential, Missing> {
    Ok(world.tokens.credential(ready).await?)
}

/// How some work ended; that it failed is told, and so is what a person should know.
pub(super) async fn told(
    world: &World,
    output: Output,
    work: impl Future<Output = Result<Exit, Missing>>,
) -> Result<Exit, Wrong> {
    let ended = work.await;
    for summary in world.tokens.summary() {
        for note in &summary.notes {
            output.note(&world.redactor.redact(&format!("{}: {note}", summary.identity)));
        }
    }
    Ok(ended.unwrap_or_else(|missing| {
        missing.tell(world, output);
        Exit::Environment
    }))
}

impl Missing {
    /// Something else that went wrong.
    pub(super) fn new(message: String, help: Option<String>) -> Self {
        Self { message, help }
    }

    /// Prints it.
    pub(super) fn tell(&self, world: &World, output: Output) {
        let hidden = |text: &str| world.redactor.redact(text).into_owned();
        output.wrong(&Wrong { message: hidden(&self.message), help: self.help.as_deref().map(hidden) });
    }
}

impl From<Cause> for Missing {
    fn from(cause: Cause) -> Self {
        let place = cause.place.map(|place| format!("{place}: ")).unwrap_or_default();
        Self { message: format!("{place}{}", cause.reason), help: cause.help }
    }
}

impl From<NoToken> for Missing {
    fn from(why: NoToken) -> Self {
        Self { message: why.message, help: why.help }
    }
}

fn of_project(start: &Path, from: &FromArguments, output: Output) -> Result<(Project, SpecPlan), Wrong> {
    let (project, problems) = opened(start, &from.input.outside(None)?)?;
    output.diagnostics(&problems);
    if problems.iter().any(Diagnostic::is_error) {
        return Err(Wrong::message(format!("`{}` is wrong", project::FILE)));
    }
    let source = Source::inline(project::FILE, NOTHING);
    let loaded = Spec::load(&source, &Known::default(), &Root::new(project.root.path()));
    let spec = loaded.spec.ok_or_else(|| Wrong::message("the identities cannot be read"))?;
    let plan = SpecPlan::all(&project::FILE.into(), spec).into_iter().next();
    let plan = plan.ok_or_else(|| Wrong::message("the identities cannot be read"))?;
    Ok((project, plan))
}

fn of_spec(start: &Path, file: &Path, from: &FromArguments, output: Output) -> Result<(Project, SpecPlan), Wrong> {
    let session = Session::open(start, &CaseArguments::of_file(file), &from.input.outside(None)?)?;
    output.diagnostics(&session.problems);
    let is_wrong = session.project_is_wrong();
    let Plan { specs, broken, .. } = session.plan;
    for file in &broken {
        output.diagnostics(&file.problems);
    }
    let plan = specs.into_iter().next().filter(|_| !is_wrong);
    let plan = plan.ok_or_else(|| Wrong::message(format!("`{}` is wrong", file.display())))?;
    Ok((session.project, plan))
}
