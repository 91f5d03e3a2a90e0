//! An identity whose templates and secrets are known.

use std::sync::{Arc, OnceLock};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::auth::{
    aws::Aws,
    certificate,
    digest::Digest,
    earned::Earned,
    exec::Exec,
    grant::Grant,
    key::{Key, Keys},
    login::Login,
    minted::Minted,
    render::{Custody, Rendering},
    tampered::Tampered,
    unready::{Unready, unready},
};
use crate::http::{ClientCert, Origin, Url};
use crate::secret::Secret;
use crate::source::Place;
use crate::spec::{
    Text,
    auth::{self as written, ApiKey, AuthUse, Basic, Given, HOST_HELP, Identity, Negative, Placement, Scheme, Wrong},
};
use crate::template::Scope;

/// An identity whose templates and secrets are known: what a token can be fetched with.
#[derive(Debug)]
pub(crate) struct Ready {
    name: String,
    /// Where its credential may go.
    origins: Vec<Origin>,
    /// What a person should know about it.
    notes: Vec<String>,
    method: Method,
    /// What tells its tokens from others, once that was asked for.
    key: OnceLock<Key>,
}

/// How a credential is had.
#[derive(Debug)]
pub(crate) enum Method {
    /// It is there.
    Fixed(Fixed),
    /// It answers challenges.
    Digest(Box<Digest>, Placement),
    /// Its token is fetched.
    Granted(Box<Grant>),
    /// Its token is signed here.
    Minted(Box<Minted>),
    /// A request yields its token.
    Login(Box<Login>),
    /// A command prints its token.
    Exec(Box<Exec>),
    /// It is shown in the handshake.
    Certificate(Box<ClientCert>),
    /// It signs requests to a service of AWS.
    Aws(Box<Aws>),
    /// It is made of several.
    All(Vec<Arc<Ready>>),
    /// It is another's, made wrong.
    Tampered(Box<Tampered>),
}

/// Gives the identities that another is made from, once they are ready.
pub(crate) type Others<'o> = &'o dyn Fn(&AuthUse) -> Option<Arc<Ready>>;

/// A credential that does not change.
#[derive(Debug)]
pub(crate) struct Fixed {
    pub(crate) placement: Placement,
    pub(crate) secret: Secret,
}

impl Ready {
    /// Renders an identity and registers its secrets. `base` is where relative token URLs begin, and where its credential may go.
    ///
    /// # Errors
    /// A variable or file that is missing, a URL that no token may be fetched from.
    pub(crate) fn of(
        identity: &Identity,
        scope: &Scope<'_>,
        base: Option<&Url>,
        custody: Custody<'_>,
        others: Others<'_>,
    ) -> Result<Self, Unready> {
        let mut rendering = Rendering::of(&identity.name, scope, custody);
        let origins = origins(&identity.hosts, base, &rendering)?;
        let method = match &identity.scheme {
            Scheme::OAuth2(oauth2) => Method::Granted(Box::new(Grant::of(oauth2, base, others, &mut rendering)?)),
            Scheme::Bearer(given) => Method::Fixed(bearer(given, &mut rendering)?),
            Scheme::Basic(pair) => Method::Fixed(basic(pair, &mut rendering)?),
            Scheme::Digest(pair) => Method::Digest(digest(pair, &mut rendering)?, Placement::authorization("")),
            Scheme::ApiKey(key) => Method::Fixed(api_key(key, &mut rendering)?),
            Scheme::Jwt(jwt) => Method::Minted(Box::new(Minted::of(jwt, &mut rendering)?)),
            Scheme::Login(login) => Method::Login(Box::new(Login::of(login, base, &mut rendering, others)?)),
            Scheme::Exec(exec) => Method::Exec(Box::new(Exec::of(exec, &mut rendering)?)),
            Scheme::AwsSigV4(aws) => Method::Aws(Box::new(Aws::of(aws, &mut rendering)?)),
            Scheme::Headers(keys) => Method::All(several(keys, &origins, &mut rendering)?),
            Scheme::Mtls(mtls) => Method::Certificate(Box::new(certificate::read(mtls, &mut rendering)?.0)),
            Scheme::All(parts) => Method::All(combined(parts, identity, others)?),
            Scheme::Negative(negative) => return Self::negative(negative, identity, others),
        };
        if origins.is_empty() && identity.scheme.parts().is_empty() {
            let note = "its credential goes nowhere, as there is neither `base_url` nor `hosts`";
            rendering.notes.push(note.to_owned());
        }
        Ok(Self::new(&identity.name, origins, rendering.notes, method))
    }

    /// An identity whose credential is that of another, made wrong; it goes where the right one goes.
    fn negative(negative: &Negative, identity: &Identity, others: Others<'_>) -> Result<Self, Unready> {
        let Some(of) = others(&negative.of) else {
            return Err(unready("the identity that `use` names is not ready", &identity.place));
        };
        let origins = of.origins.clone();
        let method = match &negative.wrong {
            Wrong::Tampered(tamper) => Method::Tampered(Box::new(Tampered::of(of, *tamper, identity)?)),
            Wrong::WithoutScope(scope) => Method::Granted(Box::new(lesser(&of, scope, identity)?)),
        };
        Ok(Self::new(&identity.name, origins, Vec::new(), method))
    }

    fn new(name: &str, origins: Vec<Origin>, notes: Vec<String>, method: Method) -> Self {
        Self { name: name.to_owned(), origins, notes, method, key: OnceLock::new() }
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What a person should know about it.
    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// How its credential is had.
    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Where its credential stands in a request; none where it is made of several.
    pub(crate) fn placement(&self) -> Option<&Placement> {
        match &self.method {
            Method::Fixed(fixed) => Some(&fixed.placement),
            Method::All(_) => None,
            Method::Tampered(tampered) => Some(&tampered.placement),
            Method::Digest(_, placement) => Some(placement),
            Method::Certificate(_) => Some(&Placement::Certificate),
            Method::Aws(aws) => Some(aws.placement()),
            _ => self.earned().map(|earned| earned.usage().placement),
        }
    }

    /// Every spot of a request where a credential of it stands.
    pub(crate) fn placements(&self) -> Vec<Placement> {
        match &self.method {
            Method::All(parts) => parts.iter().flat_map(|part| part.placements()).collect(),
            Method::Granted(grant) => {
                let certificate = self.certificate().map(|_| Placement::Certificate);
                [Some(grant.placement.clone()), certificate].into_iter().flatten().collect()
            }
            _ => self.placement().into_iter().cloned().collect(),
        }
    }

    /// The certificate that its requests show.
    pub(crate) fn certificate(&self) -> Option<&ClientCert> {
        match &self.method {
            Method::Certificate(certificate) => Some(certificate),
            Method::Granted(grant) => grant.certificate.as_ref(),
            _ => None,
        }
    }

    /// The same, with its tokens asked for and used by this certificate; none where it has no tokens of an `oauth2`.
    pub(crate) fn showing(&self, certificate: &ClientCert) -> Option<Self> {
        let Method::Granted(grant) = &self.method else { return None };
        let method = Method::Granted(Box::new(grant.showing(certificate)));
        Some(Self {
            name: self.name.clone(),
            origins: self.origins.clone(),
            notes: self.notes.clone(),
            method,
            key: OnceLock::new(),
        })
    }

    /// The identities that it is made of.
    pub(crate) fn parts(&self) -> &[Arc<Ready>] {
        match &self.method {
            Method::All(parts) => parts,
            _ => &[],
        }
    }

    /// What yields its tokens, where they do not last.
    pub(crate) fn earned(&self) -> Option<Earned<'_>> {
        match &self.method {
            Method::Granted(grant) => Some(Earned::Granted(grant)),
            Method::Minted(minted) => Some(Earned::Minted(minted)),
            Method::Login(login) => Some(Earned::Login(login)),
            Method::Exec(exec) => Some(Earned::Exec(exec)),
            Method::Aws(aws) => aws.command().map(Earned::Aws),
            Method::Fixed(_) | Method::Digest(..) | Method::Certificate(_) | Method::All(_) | Method::Tampered(_) => {
                None
            }
        }
    }

    /// Whether its tokens are bound to a key of this process (RFC 9449).
    pub(crate) fn is_bound(&self) -> bool {
        matches!(&self.method, Method::Granted(grant) if grant.dpop)
    }

    /// Where it was written that a command is run, where one is.
    pub(crate) fn command(&self) -> Option<&Place> {
        match self.earned()? {
            Earned::Exec(exec) | Earned::Aws(exec) => Some(&exec.terms.place),
            _ => None,
        }
    }

    /// What tells its tokens from others, made once: an identity is ready for one run, and a run has one maker of keys.
    pub(crate) fn key(&self, earned: Earned<'_>, keys: &Keys) -> Key {
        *self.key.get_or_init(|| earned.key(keys))
    }

    /// Whether its credential belongs at an origin.
    pub(crate) fn may_go_to(&self, origin: &Origin) -> bool {
        self.origins.contains(origin)
    }
}

fn bearer(given: &Given, rendering: &mut Rendering<'_>) -> Result<Fixed, Unready> {
    let secret = rendering.secret(given, "bearer")?;
    match written::fault_of_bearer(secret.expose()) {
        Some((message, help)) => Err(unready(message, given.place()).help(help)),
        None => sendable(Placement::authorization("Bearer"), secret, "bearer", given),
    }
}

fn digest(pair: &Basic, rendering: &mut Rendering<'_>) -> Result<Box<Digest>, Unready> {
    let username = rendering.value(&pair.username)?;
    if let Some((message, help)) = written::fault_of_username(&username) {
        return Err(unready(message, pair.username.place()).help(help));
    }
    let password = rendering.secret(&pair.password, "password")?;
    Ok(Box::new(Digest::new(username, password)))
}

/// RFC 7617: user and password in UTF-8, joined by a colon.
fn basic(pair: &Basic, rendering: &mut Rendering<'_>) -> Result<Fixed, Unready> {
    let username = rendering.value(&pair.username)?;
    if let Some((message, help)) = written::fault_of_username(&username) {
        return Err(unready(message, pair.username.place()).help(help));
    }
    let password = rendering.secret(&pair.password, "password")?;
    let secret = Secret::new(STANDARD.encode(format!("{username}:{}", password.expose())));
    let name = format!("{}_basic", rendering.name);
    rendering.register(&name, "password", &secret);
    Ok(Fixed { placement: Placement::authorization("Basic"), secret })
}

fn api_key(key: &ApiKey, rendering: &mut Rendering<'_>) -> Result<Fixed, Unready> {
    let secret = rendering.secret(&key.value, "value")?;
    sendable(key.placement.clone(), secret, "value", &key.value)
}

/// The same grant without one of its scopes.
fn lesser(of: &Ready, scope: &str, identity: &Identity) -> Result<Grant, Unready> {
    let Method::Granted(grant) = &of.method else {
        let message = format!("`{}` asks for no scopes", of.name);
        return Err(unready(message, &identity.place).help("`without_scope` needs an identity of `oauth2`"));
    };
    grant.without_scope(scope).map_err(|(message, help)| unready(message, &identity.place).help(help))
}

/// A key in each header, all of one identity.
fn several(keys: &[ApiKey], origins: &[Origin], rendering: &mut Rendering<'_>) -> Result<Vec<Arc<Ready>>, Unready> {
    let mut parts = Vec::with_capacity(keys.len());
    for key in keys {
        let Placement::Header { name, .. } = &key.placement else { continue };
        let secret = rendering.secret(&key.value, name)?;
        let method = Method::Fixed(sendable(key.placement.clone(), secret, name, &key.value)?);
        parts.push(Arc::new(Ready::new(rendering.name, origins.to_vec(), Vec::new(), method)));
    }
    Ok(parts)
}

/// The identities of `all`, each with a spot of its own in a request.
fn combined(parts: &[AuthUse], identity: &Identity, others: Others<'_>) -> Result<Vec<Arc<Ready>>, Unready> {
    let ready: Vec<_> = parts.iter().filter_map(others).collect();
    let spots: Vec<_> = ready.iter().flat_map(|part| part.placements()).collect();
    match written::twice(&spots) {
        Some(spot) => Err(unready(format!("`{}` has two credentials for {spot}", identity.name), &identity.place)
            .help("a request carries one credential there: leave one out, or give it another place")),
        None => Ok(certificate::beside(ready)),
    }
}

/// A credential that its place can carry.
fn sendable(placement: Placement, secret: Secret, field: &str, given: &Given) -> Result<Fixed, Unready> {
    let text = secret.expose();
    let carried = match &placement {
        Placement::Query(_) | Placement::Cookies | Placement::Certificate => true,
        Placement::Header { .. } => text.trim() == text && !text.chars().any(char::is_control),
        Placement::Cookie(_) => text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, ';' | ',' | '"' | '\\')),
    };
    if !carried {
        let wrong = unready(format!("the value of `{field}` has characters that cannot be sent there"), given.place());
        return Err(wrong.help("look for blanks at its ends, line breaks and control characters"));
    }
    Ok(Fixed { placement, secret })
}

fn origins(hosts: &[Text], base: Option<&Url>, rendering: &Rendering<'_>) -> Result<Vec<Origin>, Unready> {
    let mut origins: Vec<_> = base.map(Url::origin).into_iter().collect();
    for host in hosts {
        let rendered = rendering.text(host)?;
        let urls = written::origins_of(&rendered).map_err(|message| unready(message, host.place()).help(HOST_HELP))?;
        origins.extend(urls.iter().map(Url::origin));
    }
    Ok(origins)
}

#[cfg(test)]
impl Ready {
    /// How its token is fetched, where one is.
    pub(crate) fn grant(&self) -> Option<&Grant> {
        match &self.method {
            Method::Granted(grant) => Some(grant),
            _ => None,
        }
    }

    /// An identity whose token is fetched with this grant and may go to this URL's origin.
    pub(crate) fn granted(name: &str, grant: Grant, goes_to: &Url) -> Self {
        let method = Method::Granted(Box::new(grant));
        Self::new(name, vec![goes_to.origin()], Vec::new(), method)
    }

    /// An identity with a credential that does not change.
    pub(crate) fn fixed(name: &str, placement: Placement, secret: &str, goes_to: &Url) -> Self {
        let method = Method::Fixed(Fixed { placement, secret: Secret::new(secret) });
        Self::new(name, vec![goes_to.origin()], Vec::new(), method)
    }
}
