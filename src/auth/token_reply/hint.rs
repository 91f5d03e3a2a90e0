//! What a vendor's refusals mean, and what to do about them in the vendor's own console.

use crate::spec::auth::Vendor;

/// What a refusal is known by.
enum Sign {
    /// Words that it says, an error or a part of its description; no letter or digit stands before or behind them.
    Says(&'static str),
    /// Its status.
    Status(u16),
}

use Sign::{Says, Status};

/// What to do about a refusal with this status that tells this; none where the vendor has nothing to add.
pub(super) fn hint(vendor: Vendor, status: u16, told: &str) -> Option<&'static str> {
    let fits = |sign: &Sign| match sign {
        Says(words) => says(told, words),
        Status(known) => *known == status,
    };
    of(vendor).iter().find(|(sign, _)| fits(sign)).map(|(_, hint)| *hint)
}

/// Whether a text has these words and not only as a part of longer ones: `AADSTS70011` is not `AADSTS700112`.
fn says(text: &str, words: &str) -> bool {
    let is_inner = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(words).any(|(at, _)| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + words.len()..].chars().next());
        !is_inner(before) && !is_inner(behind)
    })
}

/// The first sign that fits counts.
fn of(vendor: Vendor) -> &'static [(Sign, &'static str)] {
    match vendor {
        Vendor::Cognito => COGNITO,
        Vendor::CognitoUser => COGNITO_USER,
        Vendor::Entra => ENTRA,
        Vendor::Google => GOOGLE,
        Vendor::GitHubApp => GITHUB_APP,
        Vendor::Auth0 => AUTH0,
        Vendor::Okta => OKTA,
        Vendor::Keycloak => KEYCLOAK,
        Vendor::PayPal => PAYPAL,
    }
}

const COGNITO: &[(Sign, &str)] = &[
    (
        Says("invalid_scope"),
        "Cognito calls scopes `<resource server>/<name>`, and each must be allowed for the app client: App clients → Login pages → Custom scopes",
    ),
    (
        Says("unauthorized_client"),
        "allow `Client credentials` for the app client: App clients → Login pages → OAuth grant types; a client without a secret cannot have it",
    ),
    (
        Says("invalid_client"),
        "are id and secret whole, without a line break, and of one app client of this pool? Cognito says the same of a client that was deleted",
    ),
    (Status(404), "is the domain that of the pool, and of this region? User pool → Branding → Domain shows it"),
];

const COGNITO_USER: &[(Sign, &str)] = &[
    (
        Says("NEW_PASSWORD_REQUIRED"),
        "the user still has a temporary password: give it one for good with `aws cognito-idp admin-set-user-password --permanent`",
    ),
    (
        Says("MFA_SETUP"),
        "the pool demands a second factor and the user has none: make multi-factor authentication optional for test users",
    ),
    (Says("SMS_MFA"), SECOND_FACTOR),
    (Says("SOFTWARE_TOKEN_MFA"), SECOND_FACTOR),
    (Says("EMAIL_OTP"), SECOND_FACTOR),
    (Says("SMS_OTP"), SECOND_FACTOR),
    (Says("SELECT_MFA_TYPE"), SECOND_FACTOR),
    (
        Says("SELECT_CHALLENGE"),
        "the pool lets the user choose how to sign in: allow `Password` as the way of test users",
    ),
    (Says("CUSTOM_CHALLENGE"), "the pool's Lambda triggers ask for more than a password: let them pass test users"),
    (Says("DEVICE_SRP_AUTH"), "the pool remembers devices: turn device tracking off for test users"),
    (Says("SecretHash does not match"), SECRET_HASH),
    (Says("Unable to verify secret hash"), SECRET_HASH),
    (
        Says("configured with secret but SECRET_HASH was not received"),
        "the app client has a secret: write `client_secret`",
    ),
    (
        Says("Client is not configured for secret but secret was received"),
        "the app client has no secret: leave out `client_secret`",
    ),
    (
        Says("attempts exceeded"),
        "the user is locked for a while after too many wrong passwords; it ends by itself within 15 minutes",
    ),
    (Says("User is disabled"), "enable the user: User management → Users"),
    (Says("Refresh Token"), "the refresh token ran out or was revoked"),
    (
        Says("NotAuthorizedException"),
        "are `username` and `password` whole, and of a user of this pool? Cognito says the same of a user that is not there",
    ),
    (
        Says("UserNotFoundException"),
        "is the user in the pool that this app client belongs to? It signs in by the attributes that the pool allows: name, email, phone",
    ),
    (Says("UserNotConfirmedException"), "confirm the user: `aws cognito-idp admin-confirm-sign-up`"),
    (
        Says("PasswordResetRequiredException"),
        "an administrator has reset the password: set one for good with `aws cognito-idp admin-set-user-password --permanent`",
    ),
    (
        Says("flow not enabled"),
        "allow `ALLOW_USER_PASSWORD_AUTH` for the app client: App clients → Edit → Authentication flows",
    ),
    (
        Says("InvalidParameterException"),
        "allow `ALLOW_USER_PASSWORD_AUTH` for the app client, and see whether a value is empty or has a blank at its end",
    ),
    (
        Says("ResourceNotFoundException"),
        "is `client_id` that of an app client, and `region` that of its pool? Each region knows only its own",
    ),
    (Says("UserLambdaValidationException"), "a Lambda trigger of the pool has refused the user"),
    (Says("ForbiddenException"), "a web application firewall (AWS WAF) before the pool has refused the request"),
];

const SECOND_FACTOR: &str = "a person would have to answer with a code: turn multi-factor authentication off for test users, or make it optional and leave them without";
const SECRET_HASH: &str = "is `client_secret` that of this `client_id`, whole and without a line break?";

const ENTRA: &[(Sign, &str)] = &[
    (
        Says("AADSTS7000215"),
        "the secret is wrong: copy the `Value` of a client secret, not its `Secret ID`; it is shown once, when it is made",
    ),
    (Says("AADSTS7000222"), "the client secret ran out: make a new one under Certificates & secrets"),
    (Says("AADSTS7000216"), "a client needs `client_secret`, or `key` and `thumbprint`"),
    (
        Says("AADSTS700016"),
        "the tenant does not know this `client_id`: is it the Application (client) ID, and of an app of this tenant?",
    ),
    (Says("AADSTS90002"), "there is no such tenant: is `tenant` its id or one of its domains, and in this cloud?"),
    (Says("AADSTS900023"), "there is no such tenant: is `tenant` its id or one of its domains?"),
    (Says("AADSTS900144"), "a parameter is missing: the message names it"),
    (
        Says("AADSTS1002012"),
        "the scope of a client ends in `/.default`: `<application id URI>/.default` of the API, and nothing else",
    ),
    (
        Says("AADSTS70011"),
        "the scope of a client ends in `/.default`: `<application id URI>/.default` of the API, and nothing else",
    ),
    (
        Says("AADSTS500011"),
        "the tenant knows no API of this name: `scope` begins with the Application ID URI under Expose an API, and an admin must have consented",
    ),
    (
        Says("AADSTS501051"),
        "the API demands an assignment, and this client has no role of it: Enterprise applications → Users and groups",
    ),
    (Says("AADSTS65001"), "nobody has consented: an admin grants it under API permissions"),
    (
        Says("AADSTS7000112"),
        "the application is disabled: Enterprise applications → Properties → Enabled for users to sign-in",
    ),
    (
        Says("AADSTS700027"),
        "Entra does not know the certificate: upload it under Certificates & secrets; `thumbprint` is its own, `key` its private key",
    ),
    (Says("AADSTS700024"), "the assertion is not yet, or no longer, valid: is the clock of this machine right?"),
    (Says("AADSTS50034"), "there is no such user in this tenant"),
    (Says("AADSTS50126"), "user or password is wrong; users of another identity provider cannot sign in like this"),
    (Says("AADSTS50076"), "a person would have to answer with a second factor: a policy demands it of this user"),
    (
        Says("AADSTS53003"),
        "a Conditional Access policy of the tenant has refused the client, most often for where it runs",
    ),
    (Says("invalid_scope"), "Entra takes `<app uri>/.default` and nothing else here"),
];

const GOOGLE: &[(Sign, &str)] = &[
    (
        Says("Invalid JWT Signature"),
        "the key was deleted or replaced: make a new one under IAM & Admin → Service accounts → Keys, of type JSON",
    ),
    (Says("Invalid JWT"), "is the clock of this machine right? An assertion is good for an hour, and begins at once"),
    (Says("account not found"), "the service account was deleted, or its file is of another project"),
    (
        Says("unauthorized_client"),
        "for a `subject`, an admin of the domain allows the account's client id and these scopes: Security → API controls → Domain-wide delegation",
    ),
    (Says("invalid_scope"), "Google's scopes are URLs: `https://www.googleapis.com/auth/…`; `scope` takes several"),
    (Says("account_disabled"), "the service account is disabled: enable it under IAM & Admin → Service accounts"),
];

const GITHUB_APP: &[(Sign, &str)] = &[
    (
        Says("could not be decoded"),
        "is `key` the private key of this app? It may have been deleted under the app's Private keys",
    ),
    (Says("too far in the future"), "the clock of this machine is ahead: GitHub takes ten minutes at most"),
    (Says("Expiration time"), "is the clock of this machine right?"),
    (Says("Issuer"), "`app_id` is the app's client id or its number: the app's page under General → About shows both"),
    (
        Says("Integration not found"),
        "there is no app `app_id` on this server: for an Enterprise server write `api_url`",
    ),
    (Says("suspended"), "the installation is suspended: its owner ends that under Settings → Applications"),
    (
        Status(404),
        "does this app have this installation? Its number stands at the end of the address of its Configure page",
    ),
    (Status(422), "the installation has no such repository or permission"),
    (Status(401), "are `app_id` and `key` of the same app, and is the clock of this machine right?"),
];

const AUTH0: &[(Sign, &str)] = &[
    (
        Says("Service not enabled within domain"),
        "the tenant has no API with this `audience`: it is the Identifier under Applications → APIs, letter by letter",
    ),
    (
        Says("client-grant"),
        "authorize the application for the API: Applications → APIs → the API → Machine to Machine Applications",
    ),
    (
        Says("Client has not been granted scopes"),
        "tick the scopes for this application: Applications → APIs → the API → Machine to Machine Applications",
    ),
    (
        Says("unauthorized_client"),
        "allow `Client Credentials`: Applications → the application → Settings → Advanced → Grant Types; a Machine to Machine application has it",
    ),
    (
        Says("access_denied"),
        "are `client_id` and `client_secret` whole, and of an application of this tenant that may use the API?",
    ),
    (Status(404), "is `domain` that of the tenant? It stands under Settings of the application"),
];

const OKTA: &[(Sign, &str)] = &[
    (
        Says("invalid_dpop_proof"),
        "turn off `Require Demonstrating Proof of Possession` in the application's General Settings: proofs are not sent",
    ),
    (
        Says("use_dpop_nonce"),
        "turn off `Require Demonstrating Proof of Possession` in the application's General Settings",
    ),
    (
        Says("private_key_jwt"),
        "the organization's own server takes clients with a key only: write `key`, and `Public key / Private key` in the application's settings",
    ),
    (
        Says("invalid_scope"),
        "custom scopes are made under Security → API → the server → Scopes; those of Okta's own API are granted under the application's Okta API Scopes",
    ),
    (
        Says("access_denied"),
        "no rule of the server's access policies lets this client have these scopes: Security → API → the server → Access Policies",
    ),
    (Says("unauthorized_client"), "allow `Client Credentials` under General Settings → Grant type of the application"),
    (
        Says("invalid_client"),
        "are id and proof whole, and of an active application of this organization? A key's `key_id` must be one of the application's",
    ),
    (
        Status(404),
        "is there such an authorization server? `server` is its id under Security → API; `default` is not in every organization",
    ),
];

const KEYCLOAK: &[(Sign, &str)] = &[
    (Says("Realm does not exist"), "the name of a `realm` counts letter by letter, and is not its display name"),
    (
        Says("not enabled to retrieve service account"),
        "turn on `Client authentication` and `Service accounts roles` in the client's settings",
    ),
    (
        Says("Public client not allowed to retrieve service account"),
        "turn on `Client authentication` and `Service accounts roles` in the client's settings",
    ),
    (
        Says("unauthorized_client"),
        "is the secret that under the client's Credentials, without a line break? Older versions call a wrong secret `unauthorized_client`",
    ),
    (
        Says("invalid_client"),
        "is there such a client in this realm, and is the secret that under its Credentials, without a line break?",
    ),
    (Says("invalid_scope"), "assign the client scope to the client: Clients → the client → Client scopes"),
    (Says("HTTPS required"), "the realm demands https: use it, or set `Require SSL` to `External requests` for tests"),
    (Says("Account is not fully set up"), "the user has required actions open: clear them under Users → Details"),
    (Status(404), "before version 17 the address of Keycloak ends in `/auth`: write it in `url`"),
];

const PAYPAL: &[(Sign, &str)] = &[(
    Says("invalid_client"),
    "sandbox and live have clients of their own: `api-m.sandbox.paypal.com` knows those of the sandbox, `api-m.paypal.com` the live ones",
)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_whole() {
        assert!(says("`invalid_scope`: AADSTS70011: The", "AADSTS70011"));
        assert!(!says("AADSTS700112: The", "AADSTS70011"));
        assert!(!says("XAADSTS70011", "AADSTS70011"));
        assert!(says("AADSTS700112 and AADSTS70011", "AADSTS70011"));
    }

    #[test]
    fn the_first_sign_that_fits_counts() {
        let rows = [
            (
                Vendor::CognitoUser,
                400,
                "`NotAuthorizedException`: SecretHash does not match for the client: x",
                "client_secret",
            ),
            (Vendor::CognitoUser, 400, "`NotAuthorizedException`: Incorrect username or password.", "`username` and"),
            (Vendor::GitHubApp, 404, "with the message: Not Found", "Configure page"),
            (Vendor::Keycloak, 404, "`Realm does not exist`", "letter by letter"),
            (Vendor::Keycloak, 404, "with an HTML page", "`/auth`"),
        ];
        for (vendor, status, told, part) in rows {
            let found = hint(vendor, status, told).unwrap_or_default();
            assert!(found.contains(part), "{told}: {found}");
        }
        assert_eq!(hint(Vendor::Cognito, 400, "`other`"), None);
    }
}
