//! What probably is the cause, where an answer shows it.

use crate::http::Response;
use crate::outcome::{Evidence, Outcome};
use crate::report::{evidence::told, hidden::Veil};

/// One line about the cause of a failure, if it is known.
pub(crate) fn hint(outcome: &Outcome, veil: Veil<'_>) -> Option<String> {
    let evidence = outcome.exchanges.last()?;
    let response = match &evidence.exchange.result {
        Ok(response) => response,
        Err(fault) => return fault.help.as_deref().filter(|_| outcome.help.is_none()).map(|help| told(help, veil)),
    };
    let of_status = outcome.mismatches.iter().any(|mismatch| mismatch.path == "status");
    match response.status {
        401 | 403 if of_status => Some(refused(evidence, response, veil)),
        300..=399 if of_status => redirect(response, veil),
        _ => html(outcome, response),
    }
}

/// The API's own words (RFC 6750 3) or what to look at.
fn refused(evidence: &Evidence, response: &Response, veil: Veil<'_>) -> String {
    let challenge = response.header("www-authenticate").filter(|challenge| challenge.contains("error"));
    if let Some(challenge) = challenge {
        return format!("the API says: {}", told(challenge, veil));
    }
    let Some(sender) = &evidence.identity else {
        return "the request was sent without a credential; give it, its spec or the project an `auth`".to_owned();
    };
    let name = told(&sender.name, veil);
    if response.status == 401 {
        format!("the API does not take the credential of `{name}`: look at its issuer, audience and environment")
    } else {
        format!("the API knows `{name}` and does not let it do this: look at its scopes and roles")
    }
}

fn redirect(response: &Response, veil: Veil<'_>) -> Option<String> {
    let location = told(response.header("location")?, veil);
    Some(format!("redirects are followed only where the request says `redirects: 1`; this one leads to {location}"))
}

/// A page where data was expected.
fn html(outcome: &Outcome, response: &Response) -> Option<String> {
    let is_page = response.header("content-type")?.trim_start().to_ascii_lowercase().starts_with("text/html");
    let data = outcome.mismatches.iter().any(|it| it.path.starts_with(['$', '/']) || it.path.starts_with("json"));
    let text = "the answer is an HTML page, perhaps of a proxy, a gateway or a login";
    (is_page && data).then(|| text.to_owned())
}
