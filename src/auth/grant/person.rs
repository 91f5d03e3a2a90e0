//! How a person is asked, once its templates are rendered.

use crate::auth::{
    grant::params,
    render::Rendering,
    unready::{Unready, unready},
};
use crate::http::Url;
use crate::json::Json;
use crate::spec::auth::{self as written, GrantType, OAuth2, checked_as};

/// How a person is asked.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The endpoint that begins a login; the issuer's where it is not written.
    pub(crate) url: Option<Url>,
    /// The port on loopback that a browser comes back to; a free one where it is not written.
    pub(crate) redirect_port: Option<u16>,
    /// Names with the values that the first request carries besides.
    pub(crate) params: Vec<(String, Vec<Json<'static>>)>,
}

impl Person {
    /// Renders what was written.
    ///
    /// # Errors
    /// A variable or file that is missing, a URL that no login may begin at.
    pub(crate) fn of(
        person: &written::Person,
        oauth2: &OAuth2,
        base: Option<&Url>,
        rendering: &mut Rendering<'_>,
    ) -> Result<Self, Unready> {
        let url = match &person.url {
            None => None,
            Some(given) => {
                let key = if oauth2.grant == GrantType::DeviceCode { "device_url" } else { "authorization_url" };
                let text = rendering.value(given)?;
                let url = Url::join(base, text.trim());
                let url = url.map_err(|bad| unready(format!("`{key}`: {bad}"), given.place()))?;
                let checked = checked_as(key, url, oauth2.rest.allow_http);
                Some(checked.map_err(|bad| unready(bad.message, given.place()).help(bad.help))?)
            }
        };
        Ok(Self { url, redirect_port: person.redirect_port, params: params(&person.params, rendering)? })
    }
}
