//! Who runs an authorization server: vendors have rules and words of their own.

use crate::http::Url;

/// A vendor whose rules are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vendor {
    /// The OAuth endpoint of an Amazon Cognito user pool.
    Cognito,
    /// The sign-in of its users (`InitiateAuth`), which is not OAuth.
    CognitoUser,
    /// Microsoft Entra ID.
    Entra,
    /// Service accounts of Google Cloud.
    Google,
    /// Installations of GitHub Apps.
    GitHubApp,
    Auth0,
    Okta,
    Keycloak,
    PayPal,
}

/// How their hosts end.
const HOSTS: &[(&str, Vendor)] = &[
    (".amazoncognito.com", Vendor::Cognito),
    ("login.microsoftonline.com", Vendor::Entra),
    ("login.microsoftonline.us", Vendor::Entra),
    ("login.partner.microsoftonline.cn", Vendor::Entra),
    ("oauth2.googleapis.com", Vendor::Google),
    ("api.github.com", Vendor::GitHubApp),
    (".auth0.com", Vendor::Auth0),
    (".okta.com", Vendor::Okta),
    (".oktapreview.com", Vendor::Okta),
    (".okta-emea.com", Vendor::Okta),
    (".paypal.com", Vendor::PayPal),
];

impl Vendor {
    /// The vendor whose token endpoint has this URL, where the URL tells.
    pub(crate) fn at(url: &Url) -> Option<Self> {
        let host = url.origin().host;
        let known = HOSTS.iter().find(|(end, _)| host.ends_with(end)).map(|(_, vendor)| *vendor);
        let is_realm = url.path().contains("/realms/") && url.path().ends_with("/protocol/openid-connect/token");
        known.or(is_realm.then_some(Self::Keycloak))
    }

    /// The key of its preset.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Cognito => "cognito",
            Self::CognitoUser => "cognito_user",
            Self::Entra => "entra",
            Self::Google => "google",
            Self::GitHubApp => "github_app",
            Self::Auth0 => "auth0",
            Self::Okta => "okta",
            Self::Keycloak => "keycloak",
            Self::PayPal => "oauth2",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_tells_its_vendor() {
        let rows = [
            ("https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token", Some(Vendor::Cognito)),
            ("https://login.microsoftonline.com/t/oauth2/v2.0/token", Some(Vendor::Entra)),
            ("https://dev-1.okta.com/oauth2/default/v1/token", Some(Vendor::Okta)),
            ("http://localhost:8080/realms/qa/protocol/openid-connect/token", Some(Vendor::Keycloak)),
            ("https://api-m.sandbox.paypal.com/v1/oauth2/token", Some(Vendor::PayPal)),
            ("https://okta.com.example.com/oauth2/token", None),
        ];
        for (url, vendor) in rows {
            assert_eq!(Vendor::at(&Url::parse(url).unwrap()), vendor, "{url}");
        }
    }
}
