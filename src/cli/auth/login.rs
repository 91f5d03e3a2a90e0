//! `hallpass auth login`: a person logs in, and the runs to come find the token.

use std::{path::Path, time::Duration};

use clap::Args;

use crate::auth::{About, Front, Invitation};
use crate::cli::{
    auth::{
        OneArguments,
        open::{self, Missing, Opened},
        show::seconds,
    },
    browser,
    exit::Exit,
    output::Output,
    session::Wrong,
    settings,
};
use crate::spec::auth::{Identity, Scheme};
use crate::spec::duration::show;

#[derive(Debug, Args)]
pub(super) struct LoginArguments {
    #[command(flatten)]
    of: OneArguments,
    /// Only print the address, and open no browser
    #[arg(long)]
    no_browser: bool,
    /// How long to wait for the person
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = settings::duration)]
    timeout: Duration,
}

/// Logs in.
pub(super) fn login(arguments: &LoginArguments, output: Output) -> Result<Exit, Wrong> {
    let opened = Opened::open(Path::new("."), &arguments.of.from, output)?;
    opened.work(async |world, identities| {
        let identity = open::find(identities, &arguments.of.name)?;
        needs_a_person(identity)?;
        open::told(world, output, async {
            let ready = identities.ready(identity).await?;
            let say = |invitation: Invitation<'_>| invite(invitation, arguments, output);
            let notes = world.tokens.log_in(&ready, Front { say: &say, patience: arguments.timeout }).await?;
            notes.iter().for_each(|note| output.note(&world.redactor.redact(note)));
            let credential = open::token(world, &ready).await?;
            let about = world.tokens.about(&credential).await;
            output.line(&world.redactor.redact(&logged_in(&identity.name, &about)));
            Ok::<_, Missing>(Exit::Passed)
        })
        .await
    })
}

fn needs_a_person(identity: &Identity) -> Result<(), Wrong> {
    let name = &identity.name;
    let how = match &identity.scheme {
        Scheme::OAuth2(oauth2) if oauth2.grant.is_interactive() => return Ok(()),
        Scheme::OAuth2(oauth2) => format!("its grant is `{}`", oauth2.grant.word()),
        scheme => format!("its scheme is `{}`", scheme.kind()),
    };
    let wrong = Wrong::message(format!("nobody logs in for `{name}`: {how}"));
    Err(wrong.help(&format!("`hallpass auth show {name}` tells of its token")))
}

/// Says what to do, and opens the page where it can.
fn invite(invitation: Invitation<'_>, arguments: &LoginArguments, output: Output) {
    match invitation {
        Invitation::Visit(url) => {
            output.note(&format!("log in with a browser on this machine:\n\n  {url}\n"));
            if !arguments.no_browser && browser::open(url.as_str()) {
                output.note("a browser was started for it");
            }
            output.note(&format!("waiting for {} at most; ctrl-c gives up", show(arguments.timeout)));
        }
        Invitation::Enter { page, code, whole } => {
            output.note(&format!("log in with any browser:\n\n  {page}\n\nand enter the code\n\n  {code}\n"));
            if let Some(whole) = whole {
                output.note(&format!("or open\n\n  {whole}\n"));
            }
        }
        Invitation::Note(note) => output.note(note),
    }
}

fn logged_in(name: &str, about: &About) -> String {
    let whom = about.subject.as_ref().map(|subject| format!(" as {subject}")).unwrap_or_default();
    let left = about.left.map(seconds);
    let end = match (about.renews, left) {
        (true, _) => "runs renew the token by themselves".to_owned(),
        (false, Some(left)) => {
            format!(
                "the token ends in {left}, and the provider gave nothing to renew it; the scope `offline_access` often asks for that"
            )
        }
        (false, None) => "nobody knows when the token ends".to_owned(),
    };
    format!("{name}: logged in{whom}; {end}")
}
