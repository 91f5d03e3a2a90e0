//! The `hallpass` binary: arguments, the environment, what is printed, exit codes.
//!
//! Nothing here decides how a case runs or what a report says.

use std::process::ExitCode;

use clap::{ArgMatches, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

mod auth;
mod browser;
mod check;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod exit;
mod init;
mod list;
mod output;
mod progress;
mod reports;
mod run;
mod schema;
mod session;
mod settings;

use exit::Exit;
use output::Output;

/// Declarative API tests in YAML: the token is fetched first and kept fresh.
#[derive(Debug, Parser)]
#[command(name = "hallpass", version, about, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// When to colour what is printed.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the demo specs against an embedded identity provider and API
    #[cfg(feature = "demo")]
    Demo(demo::DemoArguments),
    /// Check specs, then run them
    Run(run::RunArguments),
    /// Find everything that is wrong in specs without sending anything
    Check(check::CheckArguments),
    /// List the cases without sending anything
    List(list::ListArguments),
    /// Log in; show, print, fetch and forget tokens
    Auth(auth::AuthArguments),
    /// Begin a project: hallpass.yaml, a first spec, schemas for editors
    Init(init::InitArguments),
    /// Print what a run would go by, and where each setting comes from
    Config(config::ConfigArguments),
    /// Print the format as a JSON Schema, for editors
    Schema(schema::SchemaArguments),
}

/// Does what the command line says. The exit code is 0 where all passed, 1 where a case failed, 2 where a spec or the
/// command line is wrong, 3 where the environment failed, 4 where nothing was selected, 130 where it was interrupted.
///
/// Reads the process's arguments and environment and prints: for the binary, not for libraries.
pub fn main() -> ExitCode {
    let (arguments, matches) = match parsed() {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error),
    };
    let output = Output::new(arguments.color);
    let exit = match &arguments.command {
        #[cfg(feature = "demo")]
        Command::Demo(arguments) => demo::demo(arguments, output),
        Command::Run(arguments) => run::run(arguments, output),
        Command::Check(arguments) => check::check(arguments, output),
        Command::List(arguments) => list::list(arguments, output),
        Command::Auth(arguments) => auth::auth(arguments, output),
        Command::Init(arguments) => init::init(arguments, output),
        Command::Config(arguments) => {
            let own = matches.subcommand().map_or(&matches, |(_, own)| own);
            config::config(arguments, own, output)
        }
        Command::Schema(arguments) => schema::schema(arguments, output),
    };
    exit.unwrap_or_else(|wrong| {
        output.wrong(&wrong);
        Exit::Usage
    })
    .code()
}

/// The arguments, and where each of them comes from.
fn parsed() -> Result<(Arguments, ArgMatches), clap::Error> {
    let matches = Arguments::command().try_get_matches()?;
    Ok((Arguments::from_arg_matches(&matches)?, matches))
}

/// What clap says: help and version are no error.
fn usage(error: &clap::Error) -> ExitCode {
    // Nobody is left to tell where the pipe is closed.
    let _ = error.print();
    if error.use_stderr() { Exit::Usage.code() } else { ExitCode::SUCCESS }
}
