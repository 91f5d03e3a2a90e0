//! The replies of Cognito's user pools (`InitiateAuth`) in the words of OAuth.

use crate::json::Json;
use crate::spec::auth::Taken;

/// The members of a result, and what OAuth calls them (RFC 6749 5.1).
const NAMES: &[(&str, &str)] = &[
    ("AccessToken", "access_token"),
    ("IdToken", "id_token"),
    ("RefreshToken", "refresh_token"),
    ("TokenType", "token_type"),
    ("ExpiresIn", "expires_in"),
];

/// A result, a challenge or an error as a token endpoint would have said it; anything else as it is.
///
/// `ExpiresIn` is the life of the access token: an id token says its own.
pub(super) fn in_oauth_words(json: &Json<'_>, taken: &Taken) -> Json<'static> {
    let text = |name: &str| json.get(name).and_then(Json::as_str);
    let error = text("__type").map(|kind| kind.rsplit('#').next().unwrap_or(kind)).or_else(|| text("ChallengeName"));
    if let Some(error) = error {
        let mut members = vec![("error".into(), Json::from(error.to_owned()))];
        let told = text("message").or_else(|| text("Message"));
        members.extend(told.map(|told| ("error_description".into(), Json::from(told.to_owned()))));
        return Json::Object(members);
    }
    let Some(result) = json.get("AuthenticationResult").and_then(Json::as_object) else {
        return json.clone().into_owned();
    };
    let of_another = |name: &str| name == "ExpiresIn" && matches!(taken, Taken::IdToken);
    let members = result.iter().filter(|(name, _)| !of_another(name)).map(|(name, value)| {
        let known = NAMES.iter().find(|(own, _)| own == name);
        let name = known.map_or_else(|| name.clone().into_owned(), |(_, name)| (*name).to_owned());
        (name.into(), value.clone().into_owned())
    });
    Json::Object(members.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reply_reads_like_one_of_oauth() {
        let rows = [
            (
                r#"{"AuthenticationResult":{"AccessToken":"a","ExpiresIn":3600,"IdToken":"i","RefreshToken":"r","TokenType":"Bearer"},"ChallengeParameters":{}}"#,
                r#"{"access_token":"a","expires_in":3600,"id_token":"i","refresh_token":"r","token_type":"Bearer"}"#,
            ),
            (
                r#"{"__type":"com.amazonaws.cognito#NotAuthorizedException","message":"no"}"#,
                r#"{"error":"NotAuthorizedException","error_description":"no"}"#,
            ),
            (r#"{"ChallengeName":"SMS_MFA","Session":"s","ChallengeParameters":{}}"#, r#"{"error":"SMS_MFA"}"#),
            (r#"{"other":1}"#, r#"{"other":1}"#),
        ];
        for (reply, expected) in rows {
            let told = in_oauth_words(&Json::parse(reply).unwrap(), &Taken::AccessToken);
            assert_eq!(told.to_text(), expected);
        }
    }

    #[test]
    fn an_id_token_says_its_own_life() {
        let reply = Json::parse(r#"{"AuthenticationResult":{"IdToken":"i","ExpiresIn":60}}"#).unwrap();
        assert_eq!(in_oauth_words(&reply, &Taken::IdToken).to_text(), r#"{"id_token":"i"}"#);
    }
}
