//! `hallpass auth`: the tokens of identities, without a case.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueHint};

use crate::cli::{
    exit::Exit,
    output::Output,
    session::Wrong,
    settings::{InputArguments, TokenArguments},
};

mod kept;
mod login;
mod open;
mod show;

use open::Opened;

#[derive(Debug, Args)]
pub(super) struct AuthArguments {
    #[command(subcommand)]
    command: AuthCommand,
}

#[derive(Debug, Subcommand)]
enum AuthCommand {
    /// Log in as a person for an identity of `authorization_code` or `device_code`, for all runs to come
    Login(login::LoginArguments),
    /// Tell of a token: claims, scopes, its end, where it came from; never the token
    Show(show::ShowArguments),
    /// Print a token, and nothing else
    Get(OneArguments),
    /// Fetch or renew tokens, so that runs find them
    Warm(ManyArguments),
    /// Forget the tokens that are kept for other processes
    Clear(ManyArguments),
}

/// Whose token is meant.
#[derive(Debug, Args)]
struct OneArguments {
    /// An identity of `hallpass.yaml`, or of the spec
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    from: FromArguments,
}

/// Whose tokens are meant.
#[derive(Debug, Args)]
struct ManyArguments {
    /// Identities of `hallpass.yaml`, or of the spec; by default all of them
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    #[command(flatten)]
    from: FromArguments,
}

/// Where identities come from, and what their templates read.
#[derive(Debug, Args)]
struct FromArguments {
    /// A spec whose identities are meant too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    spec: Option<PathBuf>,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    tokens: TokenArguments,
}

/// Does what `hallpass auth` is asked for.
pub(super) fn auth(arguments: &AuthArguments, output: Output) -> Result<Exit, Wrong> {
    match &arguments.command {
        AuthCommand::Login(arguments) => login::login(arguments, output),
        AuthCommand::Show(arguments) => show::show(arguments, output),
        AuthCommand::Get(arguments) => get(arguments, output),
        AuthCommand::Warm(arguments) => kept::warm(arguments, output),
        AuthCommand::Clear(arguments) => kept::clear(arguments, output),
    }
}

/// The one place where a token is printed.
fn get(arguments: &OneArguments, output: Output) -> Result<Exit, Wrong> {
    let opened = Opened::open(Path::new("."), &arguments.from, output)?;
    opened.work(async |world, identities| {
        let identity = open::find(identities, &arguments.name)?;
        open::told(world, output, async {
            let credential = open::credential(world, identities, identity).await?;
            output.line(credential.secret.expose());
            Ok(Exit::Passed)
        })
        .await
    })
}
