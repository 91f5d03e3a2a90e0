//! `hallpass demo`: the embedded servers, and specs run against them with tokens that live a few seconds.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;

use crate::cli::{
    check::counted,
    exit::Exit,
    init,
    output::Output,
    run::{Given, HowArguments, processors, run_and_tell, runtime},
    session::{CaseArguments, Session, Wrong},
    settings::{self, InputArguments},
};
use crate::demo::{Demo, Options};
use crate::outcome::Run;
use crate::project::FILE;

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    #[command(flatten)]
    cases: CaseArguments,
    #[command(flatten)]
    input: InputArguments,
    #[command(flatten)]
    how: HowArguments,
    /// How long the tokens of the embedded identity provider live
    #[arg(long, value_name = "DURATION", default_value = "3s", value_parser = settings::duration)]
    token_lifetime: Duration,
    /// Only start the servers, print where they are, and run until interrupted
    #[arg(long)]
    serve: bool,
    /// Write the demo project into a folder, to look at and to change
    #[arg(long, value_name = "FOLDER", conflicts_with = "serve")]
    write: Option<PathBuf>,
}

/// The files of the demo project, as they are written.
const FILES: &[(&str, &[u8])] = &[
    ("hallpass.yaml", include_bytes!("../../hallpass.yaml")),
    ("specs/access.yaml", include_bytes!("../../specs/access.yaml")),
    ("specs/answers.yaml", include_bytes!("../../specs/answers.yaml")),
    ("specs/caching.yaml", include_bytes!("../../specs/caching.yaml")),
    ("specs/forms.yaml", include_bytes!("../../specs/forms.yaml")),
    ("specs/graphql.yaml", include_bytes!("../../specs/graphql.yaml")),
    ("specs/items.graphql", include_bytes!("../../specs/items.graphql")),
    ("specs/items.yaml", include_bytes!("../../specs/items.yaml")),
    ("specs/lamps.csv", include_bytes!("../../specs/lamps.csv")),
    ("specs/lamps.yaml", include_bytes!("../../specs/lamps.yaml")),
    ("specs/pages.yaml", include_bytes!("../../specs/pages.yaml")),
    ("specs/paging.yaml", include_bytes!("../../specs/paging.yaml")),
    ("specs/roles.yaml", include_bytes!("../../specs/roles.yaml")),
    ("specs/sessions.yaml", include_bytes!("../../specs/sessions.yaml")),
    ("specs/snapshots/feed.txt", include_bytes!("../../specs/snapshots/feed.txt")),
    ("specs/snapshots/shop/lamp.json", include_bytes!("../../specs/snapshots/shop/lamp.json")),
    ("specs/token.yaml", include_bytes!("../../specs/token.yaml")),
    ("specs/uploads.yaml", include_bytes!("../../specs/uploads.yaml")),
    ("specs/values.yaml", include_bytes!("../../specs/values.yaml")),
    ("fixtures/item.schema.json", include_bytes!("../../fixtures/item.schema.json")),
    ("fixtures/lamp.png", include_bytes!("../../fixtures/lamp.png")),
];

/// Runs the demo.
pub(super) fn demo(arguments: &DemoArguments, output: Output) -> Result<Exit, Wrong> {
    if let Some(folder) = &arguments.write {
        return write_and_say(folder, output);
    }
    let runtime = runtime(processors())?;
    let exit = runtime.block_on(with_servers(arguments, output));
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

fn write_and_say(folder: &Path, output: Output) -> Result<Exit, Wrong> {
    if folder.join(FILE).exists() {
        let wrong = format!("`{}` has a project already", folder.display());
        return Err(Wrong::message(wrong).help("name a folder that does not exist yet"));
    }
    write(folder).map_err(|error| Wrong::message(format!("`{}` cannot be written: {error}", folder.display())))?;
    output.line(&format!("wrote {}; now `cd {0} && hallpass demo`", folder.display()));
    Ok(Exit::Passed)
}

fn write(folder: &Path) -> io::Result<()> {
    init::write(folder, FILES.iter().copied())
}

async fn with_servers(arguments: &DemoArguments, output: Output) -> Result<Exit, Wrong> {
    let options = Options { token_lifetime: arguments.token_lifetime, ..Options::default() };
    let demo = Demo::start(options)
        .await
        .map_err(|error| Wrong::message(format!("the demo servers could not be started: {error}")))?;
    output.note(&format!("identity provider  {}", demo.issuer_url()));
    output.note(&format!("API                {}", demo.api_url()));
    let exit = match arguments.serve {
        true => serve(&demo, output).await,
        false => run(arguments, &demo, output).await,
    };
    demo.stop().await;
    exit
}

/// Prints what specs need to know and waits for an interrupt.
async fn serve(demo: &Demo, output: Output) -> Result<Exit, Wrong> {
    for (name, value) in demo.env() {
        output.line(&format!("{name}='{}'", value.replace('\'', "'\\''")));
    }
    let waited = tokio::signal::ctrl_c().await;
    waited.map_err(|error| Wrong::message(format!("no interrupt can be waited for: {error}")))?;
    Ok(Exit::Passed)
}

async fn run(arguments: &DemoArguments, demo: &Demo, output: Output) -> Result<Exit, Wrong> {
    let scratch = scratch_folder();
    let start = match Path::new(FILE).is_file() {
        true => Path::new("."),
        false => {
            write(&scratch).map_err(|error| Wrong::message(format!("the demo project cannot be written: {error}")))?;
            output.note("specs              built in; `hallpass demo --write FOLDER` gives them to you");
            scratch.as_path()
        }
    };
    let outside = arguments.input.outside(arguments.how.timeout)?;
    let opened = Session::open(start, &arguments.cases, &outside);
    let told = match opened {
        Ok(session) => {
            let env = arguments.input.environment(&session.project, &demo.env())?;
            let sharing = arguments.how.tokens.sharing()?;
            let given = Given { base_url: arguments.input.base_url.clone(), vars: outside.vars, env, sharing };
            Ok(run_and_tell(session, given, &arguments.how, output).await)
        }
        Err(wrong) => Err(wrong),
    };
    let _ = fs::remove_dir_all(&scratch);
    let told = told?;
    output.line(&about_tokens(&told.run, arguments.token_lifetime));
    Ok(told.exit)
}

/// What a person should notice: nobody touched a token, and it was renewed all the same.
fn about_tokens(run: &Run, lifetime: Duration) -> String {
    let fetched: usize = run.auth.iter().map(|identity| identity.fetched).sum();
    let renewed: usize = run.auth.iter().map(|identity| identity.renewed).sum();
    let lifetime = crate::spec::duration::show(lifetime);
    let renewed = match renewed {
        0 => String::new(),
        count => format!(", {count} of them because the one before ran out"),
    };
    format!(
        "tokens live {lifetime} here: {} fetched while you watched{renewed}; you never touched one",
        counted(fetched, "token")
    )
}

/// Where the built-in project is written for one run.
fn scratch_folder() -> PathBuf {
    std::env::temp_dir().join(format!(
        "hallpass-demo-{}-{:08x}",
        std::process::id(),
        settings::new_seed() & 0xffff_ffff
    ))
}
