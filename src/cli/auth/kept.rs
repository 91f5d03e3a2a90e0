//! `hallpass auth warm` and `clear`: what is kept for other processes.

use std::path::Path;

use crate::auth::Origin;
use crate::cli::{
    auth::{
        ManyArguments,
        open::{self, Missing, Opened},
        show::{reach, seconds},
    },
    exit::Exit,
    output::Output,
    session::Wrong,
};
use crate::run::{Identities, World};
use crate::spec::auth::{Identity, Scheme};

/// Fetches or renews tokens.
pub(super) fn warm(arguments: &ManyArguments, output: Output) -> Result<Exit, Wrong> {
    each(arguments, output, async |world, identities, identity| {
        let ready = identities.ready(identity).await?;
        if ready.earned().is_none() {
            return Ok("there is nothing to fetch".to_owned());
        }
        let credential = open::token(world, &ready).await?;
        let about = world.tokens.about(&credential).await;
        let how = match about.origin {
            Origin::Kept => "has one",
            Origin::Renewed => "renewed",
            Origin::Fetched | Origin::Signed | Origin::Login | Origin::Exec | Origin::Written => "fetched",
        };
        let left = about.left.map(|left| format!(", {} left", seconds(left)));
        Ok(format!("{how}{}, kept {}", left.unwrap_or_default(), reach(about.reach)))
    })
}

/// Forgets tokens.
pub(super) fn clear(arguments: &ManyArguments, output: Output) -> Result<Exit, Wrong> {
    each(arguments, output, async |world, identities, identity| {
        if !matches!(identity.scheme, Scheme::OAuth2(_)) {
            return Ok("nothing was kept".to_owned());
        }
        let ready = identities.ready(identity).await?;
        match world.tokens.forget(&ready).await {
            Ok(true) => Ok("forgotten".to_owned()),
            Ok(false) => Ok("nothing was kept".to_owned()),
            Err(why) => Err(Missing::new(format!("`{}` is not forgotten: {why}", identity.name), None)),
        }
    })
}

/// Does something with each identity that is meant; one that fails does not keep the others from it.
fn each(
    arguments: &ManyArguments,
    output: Output,
    work: impl for<'w> AsyncFn(&World, &mut Identities<'w>, &'w Identity) -> Result<String, Missing>,
) -> Result<Exit, Wrong> {
    let opened = Opened::open(Path::new("."), &arguments.from, output)?;
    opened.work(async |world, identities| {
        let meant = match arguments.names.is_empty() {
            true => identities.all().collect::<Vec<_>>(),
            false => arguments.names.iter().map(|name| open::find(identities, name)).collect::<Result<_, _>>()?,
        };
        if meant.is_empty() {
            return Err(Wrong::message("there are no identities").help("name their spec with `--spec FILE`"));
        }
        open::told(world, output, async {
            let mut exit = Exit::Passed;
            for identity in meant {
                match work(world, identities, identity).await {
                    Ok(done) => output.line(&world.redactor.redact(&format!("{}: {done}", identity.name))),
                    Err(missing) => {
                        missing.tell(world, output);
                        exit = Exit::Environment;
                    }
                }
            }
            Ok(exit)
        })
        .await
    })
}
