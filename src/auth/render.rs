//! The values of an identity once its templates, environment variables and files are read; secrets are hidden from then on.

use std::{fs, io, time::Duration};

use crate::auth::{
    commands::{Commands, argv},
    unready::{Unready, unready},
};
use crate::diagnostic::nearest;
use crate::json::Json;
use crate::secret::{Redactor, Registered, Secret};
use crate::source::{BadFile, Place};
use crate::spec::{
    Text, Unrendered,
    auth::{Command, Given},
    duration,
    duration::Period,
};
use crate::template::{Files, RenderFault, Scope};

/// No secret is longer than this many bytes.
const LARGEST_FILE: u64 = 1024 * 1024;

/// Reads the values of one identity.
pub(crate) struct Rendering<'r> {
    /// The identity.
    pub(crate) name: &'r str,
    pub(crate) scope: &'r Scope<'r>,
    pub(crate) redactor: &'r Redactor,
    /// What the commands of the run printed.
    pub(crate) commands: &'r Commands,
    /// What a person should know.
    pub(crate) notes: Vec<String>,
}

/// Where secrets come from and where they are hidden.
#[derive(Clone, Copy)]
pub(crate) struct Custody<'r> {
    pub(crate) redactor: &'r Redactor,
    /// What the commands of the run printed.
    pub(crate) commands: &'r Commands,
}

impl<'r> Rendering<'r> {
    /// Nothing read yet for an identity.
    pub(crate) fn of(name: &'r str, scope: &'r Scope<'r>, custody: Custody<'r>) -> Self {
        let Custody { redactor, commands } = custody;
        Self { name, scope, redactor, commands, notes: Vec::new() }
    }

    /// A value that anybody may see.
    ///
    /// # Errors
    /// A variable or file that is missing, a template that cannot be rendered.
    pub(crate) fn value(&self, given: &Given) -> Result<String, Unready> {
        match given {
            Given::Command(command) => self.printed(command),
            Given::Env(name, place) => self.variable(name, place),
            Given::File { path, files, place } => read(path, files, place),
            Given::Text(text) => self.text(text),
            Given::Member { of, name } => member(&self.value(of)?, name, of.place()),
        }
    }

    /// A value that nobody may see: not empty, without a line break at its end, hidden from now on.
    ///
    /// # Errors
    /// As [`Rendering::value`].
    pub(crate) fn secret(&mut self, given: &Given, field: &str) -> Result<Secret, Unready> {
        let secret = Secret::new(self.value(given)?);
        self.register(&self.secret_name(given, field), field, &secret);
        let place = given.place();
        match secret.expose() {
            "" => Err(unready(format!("the value of `{field}` is empty"), place)),
            text if text.ends_with(['\n', '\r']) => {
                let wrong = unready(format!("the value of `{field}` ends in a line break"), place);
                Err(wrong.help("remove it where the value is set: `printf %s` writes none, `echo` does"))
            }
            _ => Ok(secret),
        }
    }

    /// Hides a secret from now on, and what stands behind a scheme word in it. `name` is what command lines show, `field` what notes call it.
    pub(crate) fn register(&mut self, name: &str, field: &str, secret: &Secret) {
        let text = secret.expose();
        let credential = text.trim().split_once(' ').filter(|(word, _)| word.chars().all(|c| c.is_ascii_alphabetic()));
        if let Some((_, credential)) = credential {
            let _ = self.redactor.register(name, &Secret::new(credential.trim()));
        }
        let trimmed = text.trim();
        if trimmed.len() != text.len() {
            let _ = self.redactor.register(name, &Secret::new(trimmed));
        }
        if self.redactor.register(name, secret) == Registered::TooShort && !text.is_empty() {
            self.notes.push(format!("the value of `{field}` is too short to be hidden in what is printed"));
        }
    }

    /// Text that is never secret.
    ///
    /// # Errors
    /// A template that cannot be rendered.
    pub(crate) fn text(&self, text: &Text) -> Result<String, Unready> {
        match text.render(self.scope) {
            Ok(rendered) if rendered.is_empty() => match lone_variable(text.source()) {
                Some(name) => Err(self.empty(name, text.place())),
                None => Ok(String::new()),
            },
            Ok(rendered) => Ok(rendered.into_owned()),
            Err(why) => Err(self.unrendered(&why)),
        }
    }

    /// A duration.
    ///
    /// # Errors
    /// A template that cannot be rendered, or yields something else.
    pub(crate) fn duration(&self, period: &Period) -> Result<Duration, Unready> {
        match period {
            Period::Fixed(duration) => Ok(*duration),
            Period::Templated(text) => {
                let rendered = self.text(text)?;
                let wrong = || unready(format!("`{rendered}` is not a duration such as `10s`"), text.place());
                duration::parse(&rendered).ok_or_else(wrong)
            }
        }
    }

    /// Why a template could not be rendered; an environment variable is called one.
    pub(crate) fn unrendered(&self, why: &Unrendered) -> Unready {
        match why.fault.plain() {
            RenderFault::Missing { path, .. } if path.starts_with("env.") => {
                self.unset(&path["env.".len()..], &why.place)
            }
            fault => Unready { message: why.to_string(), help: fault.help(), place: why.place.clone() },
        }
    }

    /// The value of an environment variable.
    ///
    /// # Errors
    /// It is not set, or empty.
    pub(crate) fn variable(&self, name: &str, place: &Place) -> Result<String, Unready> {
        match self.set_to(name) {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(self.empty(name, place)),
            None => Err(self.unset(name, place)),
        }
    }

    /// The value of an environment variable that may be missing; an empty one counts as missing.
    pub(crate) fn optional_variable(&self, name: &str) -> Option<String> {
        self.set_to(name).filter(|value| !value.is_empty())
    }

    fn set_to(&self, name: &str) -> Option<String> {
        self.scope.layers.iter().find_map(|layer| {
            let env = layer.get("env")?;
            env.get(name)?.as_str().map(str::to_owned)
        })
    }

    /// Program and arguments of a command whose output is a value.
    ///
    /// # Errors
    /// As [`Rendering::value`].
    pub(crate) fn argv(&self, command: &Command) -> Result<Vec<String>, Unready> {
        argv(&command.argv, "cmd", &mut Rendering { notes: Vec::new(), ..*self })
    }

    fn printed(&self, command: &Command) -> Result<String, Unready> {
        let argv = self.argv(command)?;
        Ok(self.commands.output(&argv, command)?.expose().to_owned())
    }

    fn unset(&self, name: &str, place: &Place) -> Unready {
        let wrong = unready(format!("the environment variable `{name}` is not set"), place);
        let env = self.scope.layers.iter().find_map(|layer| layer.get("env"));
        let names = env.as_deref().and_then(|env| env.as_object()).unwrap_or_default().iter().map(|(name, _)| &**name);
        match nearest(name, names) {
            Some(near) => wrong.help(format!("set it before the run, or did you mean `{near}`?")),
            None => wrong.help("set it before the run"),
        }
    }

    fn empty(&self, name: &str, place: &Place) -> Unready {
        let wrong = unready(format!("the environment variable `{name}` is empty"), place);
        wrong.help(format!("`{}` needs a value: set it before the run", self.name))
    }

    /// What command lines show in place of a secret.
    fn secret_name(&self, given: &Given, field: &str) -> String {
        match given {
            Given::Env(name, _) => name.clone(),
            Given::File { .. } | Given::Command(_) | Given::Text(_) | Given::Member { .. } => {
                format!("{}_{field}", self.name)
            }
        }
    }
}

/// The variable of `{{env.NAME}}`, where that is all there is.
fn lone_variable(source: &str) -> Option<&str> {
    let inner = source.trim().strip_prefix("{{")?.strip_suffix("}}")?.trim();
    inner.strip_prefix("env.").filter(|name| !name.contains([' ', '{', '}']))
}

/// The text of a member in a JSON object. Nothing else of it is told: it may hold secrets.
fn member(document: &str, name: &str, place: &Place) -> Result<String, Unready> {
    let found = Json::parse(document).ok().and_then(|json| json.get(name)?.as_str().map(str::to_owned));
    found.filter(|text| !text.is_empty()).ok_or_else(|| {
        let wrong = unready(format!("no JSON object with text at `{name}` stands here"), place);
        wrong.help("the JSON file that Google makes for a key of a service account is needed")
    })
}

fn read(path: &str, files: &Files, place: &Place) -> Result<String, Unready> {
    let wrong = |bad: BadFile| unready(bad.to_string(), place).help(bad.cure());
    let unreadable = |error: io::Error| wrong(BadFile::Unreadable(path.to_owned(), error.into()));
    let found = files.root.find(&files.folder, path).map_err(wrong)?;
    let about = fs::metadata(&found).map_err(unreadable)?;
    if about.len() > LARGEST_FILE {
        return Err(unready(format!("`{path}` does not hold a secret"), place).help("a file of at most 1 MiB is read"));
    }
    let bytes = fs::read(&found).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|_| unready(format!("`{path}` is not text in UTF-8"), place))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_owned())
}
