//! A harness as a person would write it. The tests of `libtest` run it in folders of their own; without their variables it does nothing.

use std::{
    env,
    error::Error,
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use hallpass::App;

fn main() -> ExitCode {
    let Ok(specs) = env::var("FIXTURE_SPECS") else { return ExitCode::SUCCESS };
    let harness = hallpass::harness(specs).var("colour", "blue").env("FROM_HARNESS", "1");
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

fn started(diary: &Path) -> Result<App, Box<dyn Error + Send + Sync>> {
    note(diary, "started")?;
    Ok(App::at(env::var("FIXTURE_URL")?).var("colour", "red").env("FROM_APP", "1").keep(Diary(diary.to_owned())))
}

fn note(diary: &Path, line: &str) -> std::io::Result<()> {
    writeln!(OpenOptions::new().append(true).create(true).open(diary)?, "{line}")
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
