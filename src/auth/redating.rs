//! Assertions dated by the server's clock: only after it has refused one that was dated by ours, and from then on.

use crate::auth::{
    clocks::APART,
    fetch::{Fetched, Fetcher},
    grant::{Attempt, Grant},
};

/// What a server answers that does not like a time.
const MISDATED: &[&str] = &["invalid_client", "invalid_grant", "invalid_request", "invalid_dpop_proof"];

impl Fetcher {
    /// Fetches a token for an identity; repeats the request where the endpoint is at fault, and once more where its clock makes an
    /// assertion look too old or too young.
    pub(crate) async fn fetch(&self, grant: &Grant, name: &str, how: &Attempt) -> Fetched {
        let fetched = Fetched { dated: how.ahead, ..self.attempts(grant, name, how).await };
        let refused = fetched.result.as_ref().is_err_and(|refusal| MISDATED.contains(&refusal.code.as_str()));
        if !refused || !grant.signs() || (fetched.ahead - how.ahead).abs() < APART {
            return fetched;
        }
        let ahead = fetched.ahead;
        let mut again = Fetched { dated: ahead, ..self.attempts(grant, name, &how.dated(ahead)).await };
        let (off, how) = if ahead < 0 { (-ahead, "behind") } else { (ahead, "ahead of") };
        let what = if grant.dpop { "a proof" } else { "an assertion" };
        let note = format!("{what} was refused and dated anew, as the endpoint's clock is {off}s {how} this machine's");
        again.notes.insert(0, note);
        again
    }
}
