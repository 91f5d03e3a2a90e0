//! The sign-in of Cognito's user pools, where the grant `password` is sent as `InitiateAuth`.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

use crate::auth::{
    grant::{Attempt, Grant, Own},
    jwt,
};
use crate::json::Json;
use crate::secret::Secret;

/// The operation, as AWS names it in a header.
pub(super) const TARGET: &str = "AWSCognitoIdentityProviderService.InitiateAuth";
/// The protocol of the operation.
pub(super) const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// What renews the token of a user: the refresh token, and whom the pool gave it to.
pub(crate) struct Renewal<'r> {
    /// The pool's own name of the user, which need not be the one that signs in.
    user: &'r str,
    token: &'r str,
}

impl<'r> Renewal<'r> {
    /// Both in one text, as they are kept. `access` is the token that came with the refresh token.
    pub(crate) fn kept(token: &str, access: &str) -> Secret {
        let claims = jwt::claims(access);
        let claim = |name: &str| claims.as_ref()?.get(name)?.as_str();
        Secret::new(format!("{}\n{token}", claim("username").or_else(|| claim("sub")).unwrap_or_default()))
    }

    fn of(kept: &'r Secret) -> Self {
        let (user, token) = kept.expose().split_once('\n').unwrap_or(("", kept.expose()));
        Self { user, token }
    }
}

/// The body of the request.
pub(super) fn sign_in(grant: &Grant, attempt: &Attempt) -> Json<'static> {
    let mut parameters = Vec::new();
    let flow = match &attempt.refresh {
        Some(kept) => {
            parameters.push(member("REFRESH_TOKEN", Renewal::of(kept).token));
            "REFRESH_TOKEN_AUTH"
        }
        None => {
            if let Own::Password { username, password } = &grant.own {
                parameters.extend([member("USERNAME", username), member("PASSWORD", password.expose())]);
            }
            "USER_PASSWORD_AUTH"
        }
    };
    parameters.extend(attempt.client_assertion.iter().map(|proof| member("SECRET_HASH", proof.expose())));
    Json::Object(vec![
        member("AuthFlow", flow),
        member("ClientId", &grant.client.id),
        ("AuthParameters".into(), Json::Object(parameters)),
    ])
}

/// What proves that the client knows its secret: `SECRET_HASH`, over the name that signs in, or the pool's own name of the user.
pub(super) fn proof(grant: &Grant, secret: &Secret, attempt: &Attempt) -> Secret {
    let signing_in = match &grant.own {
        Own::Password { username, .. } => username,
        _ => "",
    };
    let user = attempt.refresh.as_ref().map(|kept| Renewal::of(kept).user).filter(|user| !user.is_empty());
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
    let message = format!("{}{}", user.unwrap_or(signing_in), grant.client.id);
    Secret::new(STANDARD.encode(hmac::sign(&key, message.as_bytes())))
}

fn member(name: &'static str, text: &str) -> (std::borrow::Cow<'static, str>, Json<'static>) {
    (name.into(), Json::from(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{grant::Client, grant::Proof, grant::tests::grant, jwt::tests::jwt};
    use crate::spec::auth::Vendor;

    fn pool() -> Grant {
        let own = Own::Password { username: "qa@example.com".to_owned(), password: Secret::new("pw") };
        let client = Client { id: "client".to_owned(), proof: Proof::Post(Secret::new("secret")) };
        Grant {
            own,
            client,
            vendor: Some(Vendor::CognitoUser),
            ..grant("https://cognito-idp.eu-west-1.amazonaws.com/")
        }
    }

    fn body(attempt: &Attempt) -> String {
        sign_in(&pool(), &attempt.signed(&pool(), std::time::SystemTime::now())).to_text()
    }

    #[test]
    fn the_first_sign_in_hashes_the_name_that_signs_in() {
        let hash = "tD5nx16YWu2jTP0I4IdDB4J5ANA9O5RozLCjBeHUuBM=";
        let expected = format!(
            r#"{{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"client","AuthParameters":{{"USERNAME":"qa@example.com","PASSWORD":"pw","SECRET_HASH":"{hash}"}}}}"#
        );
        assert_eq!(body(&Attempt::default()), expected);
    }

    #[test]
    fn a_renewal_hashes_the_name_that_the_pool_gave() {
        let rows = [
            (r#"{"sub":"a-b","username":"a-b"}"#, "a-b"),
            (r#"{"sub":"a-b"}"#, "a-b"),
            (r#"{"sub":"a-b","username":"qa"}"#, "qa"),
            ("{}", "qa@example.com"),
        ];
        for (claims, user) in rows {
            let kept = Renewal::kept("renew", &jwt(claims));
            let key = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
            let hash = STANDARD.encode(hmac::sign(&key, format!("{user}client").as_bytes()));
            let expected = format!(
                r#"{{"AuthFlow":"REFRESH_TOKEN_AUTH","ClientId":"client","AuthParameters":{{"REFRESH_TOKEN":"renew","SECRET_HASH":"{hash}"}}}}"#
            );
            assert_eq!(body(&Attempt::default().refreshing(kept)), expected, "{claims}");
        }
    }
}
