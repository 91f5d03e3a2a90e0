//! What servers say in their heads, read or ignored whatever it is.

use std::time::SystemTime;

use proptest::prelude::*;

use crate::auth::{challenge, date, jwt};

proptest! {
    #[test]
    fn arbitrary_challenges_dates_and_tokens_are_read_or_ignored(
        text in any::<String>(),
        challenge in "(Digest|Bearer|Basic|error|nonce|realm|=|\"|\\\\|,| |;|[a-z]|é){0,12}",
        date in "[A-Za-z]{0,3},? ?[0-9]{0,3}[ -][A-Za-z0-9]{0,3}[ -][0-9]{0,5}[ T][0-9:.+Z-]{0,14}( GMT)?",
        token in "[A-Za-z0-9_=-]{0,20}\\.[A-Za-z0-9_=-]{0,40}\\.[A-Za-z0-9_=-]{0,20}",
    ) {
        for text in [text, challenge, date, token] {
            let _ = challenge::parameters(&text, "digest");
            let _ = challenge::asks_for_new_token(Some(&text), "Bearer");
            let _ = (date::http_date(&text), date::rfc3339(&text), date::retry_after(&text, SystemTime::UNIX_EPOCH));
            let _ = jwt::claims(&text);
        }
    }
}
