//! Runs the specs of this crate against the embedded identity provider and API: a test per request under `cargo test`, a test per
//! file under `cargo nextest run`.

use std::process::ExitCode;

use hallpass::App;
use hallpass::demo::{Demo, Options};

fn main() -> ExitCode {
    hallpass::harness("specs").app(start).main()
}

async fn start() -> Result<App, Box<dyn std::error::Error + Send + Sync>> {
    let demo = Demo::start(Options::default()).await?;
    let app = demo.env().into_iter().fold(App::at(demo.api_url()), |app, (name, value)| app.env(name, value));
    Ok(app.keep(demo))
}
