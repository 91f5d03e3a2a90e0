//! Whether a token has every scope that it was asked for with, where that is required.

use crate::auth::{
    grant::Part,
    refusal::Refusal,
    token_reply::answered::{Answered, printable},
};
use crate::json::Json;

impl Answered<'_> {
    /// A reply without a scope grants what was asked for (RFC 6749 5.1).
    pub(super) fn check_scope(&self, json: &Json<'_>) -> Result<(), Refusal> {
        let said = json.get("scope").and_then(Json::as_str).filter(|_| self.grant.require_scope);
        let Some(said) = said else { return Ok(()) };
        let granted: Vec<_> = said.split_whitespace().collect();
        let asked = self.grant.scope.iter().flat_map(|scope| scope.split_whitespace());
        let missing: Vec<_> = asked.filter(|scope| !granted.contains(scope)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let granted = match said.trim() {
            "" => "no scope at all".to_owned(),
            said => format!("`{}`", printable(said, 200)),
        };
        let what = format!("with a token without the scope `{}`: {granted} was granted", missing.join(" "));
        Err(self.refusal(&what, Part::Scope).help(
            "let the provider grant it to this client, ask for less, or leave out `require_scope` where the API is to decide",
        ))
    }
}
