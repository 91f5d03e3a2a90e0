//! The grant `authorization_code` with PKCE, by a browser that comes back to loopback (RFC 6749 4.1, RFC 7636, RFC 8252).

use crate::auth::{
    fetch::{Fetched, Fetcher},
    grant::{Attempt, Grant, Part, Person, text_fields},
    human::{
        Front, Invitation,
        loopback::{Brought, Loopback},
        pkce, too_late,
    },
    refusal::Refusal,
    token_reply::printable,
};
use crate::http::Url;
use crate::secret::Secret;

/// What must be the same at the beginning and at the end of a login.
struct Login {
    state: Secret,
    verifier: Secret,
    /// Where the browser comes back to.
    redirect_uri: String,
}

/// Where a login begins, and whether it must end with the name of its issuer.
struct Beginning {
    url: Url,
    says_issuer: bool,
}

impl Fetcher {
    /// Sends a person's browser out, waits for its return, and trades what it brings.
    pub(super) async fn by_code(&self, grant: &Grant, name: &str, person: &Person, front: Front<'_>) -> Fetched {
        let asked = self.clock.now();
        match self.code(grant, name, person, front).await {
            Ok(traded) => self.fetch(grant, name, &Attempt { traded, ..Attempt::default() }).await,
            Err(refusal) => Fetched::of(Err(refusal), asked),
        }
    }

    /// What the token request carries of a login (RFC 6749 4.1.3, RFC 7636 4.5).
    async fn code(
        &self,
        grant: &Grant,
        name: &str,
        person: &Person,
        front: Front<'_>,
    ) -> Result<Vec<(&'static str, Secret)>, Refusal> {
        let beginning = self.beginning(grant, person).await?;
        let page = Loopback::open(person.redirect_port).await.map_err(|error| taken(person, &error))?;
        let login = Login { state: pkce::random_text(), verifier: pkce::random_text(), redirect_uri: page.uri() };
        let _ = self.redactor.register(&format!("{name}_code_verifier"), &login.verifier);
        (front.say)(Invitation::Visit(&login.url(&beginning.url, grant, person)));
        let brought = tokio::select! {
            brought = page.answer(&login.state, |note| (front.say)(Invitation::Note(note))) => brought,
            () = self.clock.sleep(front.patience) => return Err(too_late(front.patience)),
        };
        let code = checked(brought, grant, beginning.says_issuer)?;
        let _ = self.redactor.register(&format!("{name}_code"), &code);
        let redirect_uri = Secret::new(login.redirect_uri);
        Ok(vec![("code", code), ("redirect_uri", redirect_uri), ("code_verifier", login.verifier)])
    }

    async fn beginning(&self, grant: &Grant, person: &Person) -> Result<Beginning, Refusal> {
        let metadata = match &grant.issuer {
            Some(issuer) => Some(self.metadata(grant, issuer).await?),
            None => None,
        };
        let says_issuer = metadata.as_ref().is_some_and(|it| it.says("authorization_response_iss_parameter_supported"));
        let url = match (&person.url, &metadata) {
            (Some(url), _) => url.clone(),
            (None, Some(metadata)) => metadata.endpoint("authorization_endpoint", grant)?,
            (None, None) => return Err(Refusal::new("nothing says where a login begins", Part::Whole)),
        };
        Ok(Beginning { url, says_issuer })
    }
}

impl Login {
    /// Where the browser is sent (RFC 6749 4.1.1, RFC 7636 4.3).
    fn url(&self, endpoint: &Url, grant: &Grant, person: &Person) -> Url {
        let challenge = pkce::challenge(&self.verifier);
        let own = [
            ("response_type", "code"),
            ("client_id", &grant.client.id),
            ("redirect_uri", &self.redirect_uri),
            ("state", self.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let own = own.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let all: Vec<_> = own.chain(text_fields(grant, &person.params)).collect();
        endpoint.clone().with_query(&all)
    }
}

/// The code that a browser brought. Who sent it comes first: an error of somebody else is no answer either (RFC 9207 2.4).
fn checked(brought: Brought, grant: &Grant, says_issuer: bool) -> Result<Secret, Refusal> {
    let wrong = |message: String| Err(Refusal::new(message, Part::Own));
    match (&grant.issuer, &brought.iss) {
        (Some(issuer), Some(said)) if said != issuer => {
            let said = printable(said, 200);
            return wrong(format!("the login was answered by the issuer `{said}`, not by `{issuer}`"));
        }
        (Some(issuer), None) if says_issuer => {
            return wrong(format!(
                "the answer to the login does not say that it is from `{issuer}`, as that issuer's do"
            ));
        }
        _ => {}
    }
    if let Some(error) = &brought.error {
        return Err(refused(error, brought.error_description.as_deref()));
    }
    match brought.code {
        Some(code) => Ok(code),
        None => wrong("the answer to the login has neither a code nor an error".to_owned()),
    }
}

/// RFC 6749 4.1.2.1.
fn refused(error: &str, description: Option<&str>) -> Refusal {
    let why = description.map(|why| format!(": {}", printable(why, 300))).unwrap_or_default();
    let message = format!("the login was answered `{}`{why}", printable(error, 80));
    let (part, help) = match error {
        "access_denied" => (Part::Own, "log in again and allow it"),
        "invalid_scope" => (Part::Scope, "see which scopes the provider allows for this client"),
        "unauthorized_client" => (Part::Client, "allow the grant `authorization_code` for this client at its provider"),
        "invalid_request" => {
            (Part::Whole, "the provider may want another `redirect_port`, or more of `authorization_params`")
        }
        _ => return Refusal::new(message, Part::Own).code(error),
    };
    Refusal::new(message, part).code(error).help(help)
}

fn taken(person: &Person, error: &std::io::Error) -> Refusal {
    match person.redirect_port {
        Some(port) => Refusal::new(format!("the port {port} of 127.0.0.1 cannot be used: {error}"), Part::Whole)
            .help("end what uses it, or write another `redirect_port` that the provider knows"),
        None => Refusal::new(format!("no port of 127.0.0.1 can be used: {error}"), Part::Whole),
    }
}
