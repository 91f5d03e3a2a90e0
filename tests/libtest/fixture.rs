//! A harness as a person would write it. The tests of `libtest` run it in folders of their own; without their variables it does nothing.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "what goes wrong here is seen in the output")]

use std::{
    env,
    error::Error,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use hallpass::App;

mod modes;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().collect();
    if let [_, word, port] = &*arguments
        && word == "serve-on"
    {
        modes::be_an_app(port);
    }
    let Ok(specs) = env::var("FIXTURE_SPECS") else { return ExitCode::SUCCESS };
    let harness = hallpass::harness(specs).var("colour", "blue").env("FROM_HARNESS", "1");
    if let Ok(mode) = env::var("FIXTURE_MODE") {
        return ended(modes::with(&mode, harness));
    }
    let harness = match env::var("FIXTURE_PROFILE") {
        Ok(profile) => harness.profile(profile),
        Err(_) => harness,
    };
    match env::var("FIXTURE_APP").as_deref() {
        Ok("fails") => harness.app(|| async { Err("port 80 is taken".into()) }).main(),
        Ok("panics") => harness.app(|| async { panic!("no database") }).main(),
        Ok("hangs on") => harness.app(|| async { Ok(App::at("http://127.0.0.1:9").keep(Stuck)) }).main(),
        Ok(diary) => {
            let diary = PathBuf::from(diary);
            harness.app(|| async move { started(&diary) }).main()
        }
        Err(_) => harness.main(),
    }
}

/// Ends as the tests of the fixture say: by arguments, or as a test of rustc's harness would.
fn ended(harness: hallpass::Harness) -> ExitCode {
    match env::var("FIXTURE_ALONE").as_deref() {
        Err(_) => return harness.main(),
        Ok("in tokio") => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("there are threads").block_on(async { harness.run() });
        }
        Ok("counted") => modes::counted(harness),
        Ok(_) => harness.run(),
    }
    ExitCode::SUCCESS
}

fn started(diary: &Path) -> Result<App, Box<dyn Error + Send + Sync>> {
    note(diary, "started")?;
    Ok(App::at(env::var("FIXTURE_URL")?).var("colour", "red").env("FROM_APP", "1").keep(Diary(diary.to_owned())))
}

fn note(diary: &Path, line: &str) -> std::io::Result<()> {
    // In one piece: several processes write at once.
    OpenOptions::new().append(true).create(true).open(diary)?.write_all(format!("{line}\n").as_bytes())
}

/// Notes when it is dropped.
struct Diary(PathBuf);

impl Drop for Diary {
    fn drop(&mut self) {
        note(&self.0, "stopped").expect("the diary was written before");
    }
}

/// Panics when it is dropped.
struct Stuck;

impl Drop for Stuck {
    fn drop(&mut self) {
        panic!("the app does not stop");
    }
}
