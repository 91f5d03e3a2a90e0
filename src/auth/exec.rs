//! Tokens that a command prints: raw, or as JSON with `access_token`, `token`, or the `status` of a kubectl `ExecCredential`.

use std::{path::PathBuf, time::Duration};

use crate::auth::{
    commands,
    fetch::Fetched,
    grant::Part,
    lifetime::Sources,
    process::{self, NoOutput},
    refusal::Refusal,
    render::Rendering,
    terms::Terms,
    token::Issued,
    token_reply::printable,
    tokens::Tokens,
    unready::Unready,
};
use crate::json::Json;
use crate::secret::Secret;
use crate::source::Place;
use crate::spec::auth as written;

/// How long the keys of a command line of somebody else are good where it does not say.
const LIFETIME: Duration = Duration::from_secs(3600);

/// A command whose arguments are known.
#[derive(Debug)]
pub(crate) struct Exec {
    pub(crate) terms: Terms,
    /// The program first.
    command: Vec<String>,
    /// Where it runs.
    folder: PathBuf,
}

impl Exec {
    /// Renders what was written.
    ///
    /// # Errors
    /// A variable or file that is missing.
    pub(crate) fn of(exec: &written::Exec, rendering: &mut Rendering<'_>) -> Result<Self, Unready> {
        let command = commands::argv(&exec.command, "command", rendering)?;
        let folder = rendering.scope.files.root.path().to_owned();
        Ok(Self { terms: Terms::of(&exec.keeping, &exec.place, rendering)?, command, folder })
    }

    /// A command line of somebody else, which the identity at this place runs; what it prints is good for an hour unless it says otherwise.
    pub(crate) fn of_words(command: Vec<String>, place: &Place, rendering: &Rendering<'_>) -> Self {
        let folder = rendering.scope.files.root.path().to_owned();
        Self { terms: Terms::fixed(place, LIFETIME), command, folder }
    }

    /// Everything that changes the token.
    pub(crate) fn parts(&self) -> Vec<(&'static str, String)> {
        let own = [("scheme", "exec".to_owned()), ("lifetime", format!("{:?}", self.terms.lifetime))];
        own.into_iter().chain(self.command.iter().map(|argument| ("argument", argument.clone()))).collect()
    }

    /// Runs the command and reads what it prints.
    pub(crate) async fn fetch(&self, tokens: &Tokens, name: &str) -> Fetched {
        let fetcher = tokens.fetcher();
        let asked = fetcher.clock.now();
        let mut notes = Vec::new();
        let printed = self.printed(tokens).await;
        let result = printed.and_then(|printed| self.read(&printed, asked.wall, &mut notes));
        notes.extend(result.iter().filter_map(|issued| fetcher.hide_token(&issued.text, name)));
        Fetched { notes, ..Fetched::of(result, asked) }
    }

    /// Runs the command; what it prints.
    ///
    /// # Errors
    /// It could not be run, takes too long or says by its exit code that it failed.
    pub(crate) async fn printed(&self, tokens: &Tokens) -> Result<Vec<u8>, Refusal> {
        let fetcher = tokens.fetcher();
        let output = process::run(&self.command, &self.folder, &fetcher.clock).await;
        let output = output.map_err(|why| self.no_output(&why))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let said = printable(&fetcher.redactor.redact(&said), 300);
        let ended = format!("ended with {}", output.status);
        Err(self.refusal(&if said.is_empty() { ended } else { format!("{ended}: {said}") }))
    }

    fn no_output(&self, why: &NoOutput) -> Refusal {
        let (what, help) = why.told();
        let refusal = self.refusal(&what).help(help);
        match why {
            NoOutput::NotRun(_) => refusal,
            NoOutput::TooLong => refusal.passing(None),
        }
    }

    /// Why it gave nothing.
    pub(crate) fn refusal(&self, what: &str) -> Refusal {
        let program = self.command.first().map_or("", String::as_str);
        Refusal::new(format!("the command `{program}` {what}"), Part::Whole)
    }

    fn read(&self, stdout: &[u8], now: std::time::SystemTime, notes: &mut Vec<String>) -> Result<Issued, Refusal> {
        let text = std::str::from_utf8(stdout).map_err(|_| self.refusal("printed something that is not UTF-8"))?.trim();
        let json = Json::parse(text).ok().filter(|json| json.as_object().is_some()).map(Json::into_owned);
        let reply = json.as_ref().map_or(Json::Null, lifetime_of);
        let token = match &json {
            Some(json) => token_of(json).ok_or_else(|| {
                let help = "`access_token`, `token` or `status.token` is looked for";
                self.refusal("printed JSON without a token").help(help)
            })?,
            None => text,
        };
        let wrong = match token.chars().find(|c| !c.is_ascii_graphic()) {
            None if !token.is_empty() => None,
            None => Some("printed nothing"),
            Some(_) => Some("printed more than one word"),
        };
        if let Some(wrong) = wrong {
            return Err(self.refusal(wrong).help("a token alone, or JSON with `access_token`, is read"));
        }
        let lifetime = Sources { reply: &reply, token, written: self.terms.lifetime, now }.lifetime(notes);
        Ok(Issued { text: Secret::new(token), lifetime, reply: Json::Null })
    }
}

fn token_of<'j>(json: &'j Json<'_>) -> Option<&'j str> {
    let of_kubectl = json.get("status").and_then(|status| status.get("token"));
    json.get("access_token").or_else(|| json.get("token")).or(of_kubectl).and_then(Json::as_str)
}

/// The reply, or what an `ExecCredential` says of its end.
fn lifetime_of(json: &Json<'static>) -> Json<'static> {
    match json.get("status").and_then(|status| status.get("expirationTimestamp")) {
        Some(end) => Json::Object(vec![("expires_at".into(), end.clone())]),
        None => json.clone(),
    }
}
