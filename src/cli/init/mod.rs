//! `hallpass init`: a project file, a first spec, and schemas for editors.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::schema;
use crate::cli::session::Wrong;
use crate::json::Json;
use crate::project::FILE;

const PROJECT: &str = include_str!("hallpass.yaml");
const SPEC: &str = include_str!("first.yaml");
const FIRST: &str = "specs/first.yaml";

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// Where the project begins
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// The API under test; by default the environment variable `API_URL` names it
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Only write the schemas anew, for instance after an update
    #[arg(long, conflicts_with = "base_url")]
    schemas: bool,
}

/// Writes a new project.
pub(super) fn init(arguments: &InitArguments, output: Output) -> Result<Exit, Wrong> {
    let folder = &arguments.folder;
    let has_project = folder.join(FILE).exists();
    if has_project && !arguments.schemas {
        let wrong = format!("`{}` has a project already", folder.display());
        return Err(Wrong::message(wrong).help("`--schemas` writes the schemas for editors anew, and nothing else"));
    }
    if !has_project && arguments.schemas {
        let wrong = format!("`{}` has no project", folder.display());
        return Err(Wrong::message(wrong).help("leave out `--schemas` to begin one"));
    }
    let files = arguments.files();
    let written = write(folder, files.iter().map(|(name, text)| (*name, text.as_bytes())));
    written.map_err(|error| Wrong::message(format!("`{}` cannot be written: {error}", folder.display())))?;
    for (name, _) in files {
        output.line(&format!("wrote {}", folder.join(name).display()));
    }
    if !arguments.schemas {
        output.line("now set API_URL, or write it into hallpass.yaml, and try `hallpass check` and `hallpass run`");
    }
    Ok(Exit::Passed)
}

impl InitArguments {
    /// What is to be written: a spec that is there already stays.
    fn files(&self) -> Vec<(&'static str, String)> {
        let mut files = vec![
            (".hallpass/project.schema.json", schema::text(true)),
            (".hallpass/spec.schema.json", schema::text(false)),
        ];
        if !self.schemas {
            let project = match &self.base_url {
                Some(url) => PROJECT.replace("\"{{env.API_URL}}\"", &Json::from(url.as_str()).to_text()),
                None => PROJECT.to_owned(),
            };
            files.push((FILE, project));
        }
        if !self.schemas && !self.folder.join(FIRST).exists() {
            files.push((FIRST, SPEC.to_owned()));
        }
        files
    }
}

/// Writes files below a folder, which is made where it is missing.
pub(super) fn write<'f>(folder: &Path, files: impl IntoIterator<Item = (&'f str, &'f [u8])>) -> io::Result<()> {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}
