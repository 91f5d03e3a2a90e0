//! `hallpass auth show`: everything about a token but the token.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use clap::{Args, ValueEnum};

use crate::auth::{About, Origin, Scope};
use crate::cli::{
    auth::{
        OneArguments,
        open::{self, Opened},
    },
    exit::Exit,
    output::Output,
    session::Wrong,
};
use crate::json::Json;
use crate::spec::auth::{Identity, Scheme};
use crate::spec::duration::show as shown;

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    #[command(flatten)]
    of: OneArguments,
    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// `{"identity", "scheme", "grant", "origin", "kept", "asked_at", "expires_at", "expires_in", "renewable", "scopes", "claims"}`
    Json,
}

/// Tells of a token.
pub(super) fn show(arguments: &ShowArguments, output: Output) -> Result<Exit, Wrong> {
    let opened = Opened::open(Path::new("."), &arguments.of.from, output)?;
    opened.work(async |world, identities| {
        let identity = open::find(identities, &arguments.of.name)?;
        open::told(world, output, async {
            let credential = open::credential(world, identities, identity).await?;
            let about = world.tokens.about(&credential).await;
            let now = world.clock.wall();
            let told = match arguments.format {
                Format::Text => text(identity, &about, now),
                Format::Json => json(identity, &about, now).pretty(),
            };
            output.line(&world.redactor.redact(&told));
            Ok(Exit::Passed)
        })
        .await
    })
}

/// Who finds a token.
pub(super) fn reach(scope: Option<Scope>) -> &'static str {
    match scope {
        Some(Scope::User) => "for every run of this user",
        Some(Scope::Run) => "for this test run",
        None => "nowhere; `share: user` keeps it for later runs",
    }
}

fn text(identity: &Identity, about: &About, now: SystemTime) -> String {
    let grant = grant(identity).map(|grant| format!(", grant `{grant}`")).unwrap_or_default();
    let mut rows = vec![("scheme", format!("{}{grant}", identity.scheme.kind())), ("from", from(about))];
    let is_shared = matches!(identity.scheme, Scheme::OAuth2(_));
    rows.extend(is_shared.then(|| ("kept", reach(about.reach).to_owned())));
    rows.extend(about.asked_at.map(|at| ("age", seconds(now.duration_since(at).unwrap_or_default()))));
    rows.push((
        "ends",
        about.left.map_or_else(|| "nobody knows when".to_owned(), |left| format!("in {}", seconds(left))),
    ));
    rows.extend(is_shared.then(|| ("renewed", renewed(identity, about).to_owned())));
    let scopes = Some(about.scopes.join(" ")).filter(|scopes| !scopes.is_empty());
    rows.push(("scopes", scopes.unwrap_or_else(|| "none that the reply or the token tells of".to_owned())));
    let lines = rows.into_iter().map(|(name, value)| format!("  {name:<8} {value}"));
    let claims = match &about.claims {
        Some(claims) => format!("  claims   {}", claims.pretty().replace('\n', "\n  ")),
        None => "  claims   none: the token is no JWT".to_owned(),
    };
    format!("{}\n{}\n{claims}", identity.name, lines.collect::<Vec<_>>().join("\n"))
}

fn json(identity: &Identity, about: &About, now: SystemTime) -> Json<'static> {
    let word = |text: Option<&str>| text.map_or(Json::Null, |text| Json::from(text.to_owned()));
    let kept = about.reach.map(|scope| if scope == Scope::User { "user" } else { "run" });
    let expires = about.left.map(|left| now + left);
    let scopes: Vec<_> = about.scopes.iter().map(|scope| Json::from(scope.clone())).collect();
    let members = [
        ("identity", Json::from(identity.name.clone())),
        ("scheme", Json::from(identity.scheme.kind())),
        ("grant", word(grant(identity))),
        ("origin", Json::from(origin(about.origin))),
        ("kept", word(kept)),
        ("asked_at", about.asked_at.map_or(Json::Null, time)),
        ("expires_at", expires.map_or(Json::Null, time)),
        ("expires_in", about.left.map_or(Json::Null, |left| Json::from(left.as_secs()))),
        ("renewable", Json::from(about.renews)),
        ("scopes", Json::from(scopes)),
        ("claims", about.claims.clone().unwrap_or(Json::Null)),
    ];
    Json::object(members)
}

fn grant(identity: &Identity) -> Option<&'static str> {
    match &identity.scheme {
        Scheme::OAuth2(oauth2) => Some(oauth2.grant.word()),
        _ => None,
    }
}

/// The word for it in JSON.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Written => "written",
        Origin::Signed => "signed",
        Origin::Login => "login",
        Origin::Exec => "exec",
        Origin::Fetched => "fetched",
        Origin::Renewed => "renewed",
        Origin::Kept => "kept",
    }
}

fn from(about: &About) -> String {
    let told = match about.origin {
        Origin::Written => "what is written: nothing is fetched",
        Origin::Signed => "signed here just now",
        Origin::Login => "the reply to its request just now",
        Origin::Exec => "its command just now",
        Origin::Fetched => "the token endpoint just now",
        Origin::Renewed => "the token endpoint just now, in place of one that ran out",
        Origin::Kept => "an earlier login or run",
    };
    told.to_owned()
}

fn renewed(identity: &Identity, about: &About) -> &'static str {
    match &identity.scheme {
        _ if about.renews => "by a refresh token",
        Scheme::OAuth2(oauth2) if oauth2.grant.is_interactive() => "by nobody: somebody has to log in again",
        _ => "by the whole grant",
    }
}

/// A duration to the second.
pub(super) fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        0 => "0s".to_owned(),
        seconds => shown(Duration::from_secs(seconds)),
    }
}

/// A time as RFC 3339 has it, to the second.
fn time(time: SystemTime) -> Json<'static> {
    let stamp = jiff::Timestamp::try_from(time).ok();
    let stamp = stamp.and_then(|it| jiff::Timestamp::from_second(it.as_second()).ok());
    stamp.map_or(Json::Null, |stamp| Json::from(stamp.to_string()))
}
