use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;
use crate::secret::Piece;
use crate::secret::jwt::tests::token;

fn hiding(secrets: &[(&str, &str)]) -> Redactor {
    let redactor = Redactor::new();
    for (name, text) in secrets {
        assert_eq!(redactor.register(name, &Secret::new(*text)), Registered::Added);
    }
    redactor
}

fn with_names(redactor: &Redactor, text: &str) -> String {
    let told = |piece| match piece {
        Piece::Plain(text) => text.to_owned(),
        Piece::Secret(name) => name,
    };
    redactor.pieces(text).into_iter().map(told).collect()
}

#[test]
fn a_text_without_secrets_is_borrowed() {
    assert!(matches!(Redactor::new().redact("hunter2"), Cow::Borrowed(_)));
    let redactor = hiding(&[("password", "hunter2")]);
    assert!(matches!(redactor.redact("hunter1"), Cow::Borrowed(_)));
    assert!(matches!(redactor.redact_bytes(b"\xff"), Cow::Borrowed(_)));
}

#[test]
fn secrets_are_replaced_whole() {
    let redactor = hiding(&[("env.key", "abcdef"), ("b", "defghi"), ("c", "abcdefXYZ")]);
    let rows = [
        ("<abcdef>", "<[redacted]>", "<$ENV_KEY>"),
        ("<abcdefghi>", "<[redacted]>", "<[redacted]>"),
        ("<abcdefXYZ>", "<[redacted]>", "<$C>"),
        ("abcdefabcdef", "[redacted][redacted]", "$ENV_KEY$ENV_KEY"),
        ("616263646566", "[redacted]", "$ENV_KEY_ENCODED"),
        ("é abcdef é", "é [redacted] é", "é $ENV_KEY é"),
    ];
    for (text, redacted, named) in rows {
        assert_eq!(redactor.redact(text), redacted);
        assert_eq!(with_names(&redactor, text), named);
        assert_eq!(redactor.redact_bytes(text.as_bytes()), redacted.as_bytes());
    }
}

#[test]
fn short_secrets_are_refused_and_repeated_ones_known() {
    let redactor = hiding(&[("a", "abcd")]);
    let again = |text: &str| redactor.register("b", &Secret::new(text));
    assert_eq!(again("abcd"), Registered::Known);
    assert_eq!(again("abc"), Registered::TooShort);
    assert_eq!(again("  abc\n"), Registered::TooShort);
    assert_eq!(again("éééé"), Registered::Added);
    assert_eq!(redactor.redact("abc éééé"), "abc [redacted]");
}

#[test]
fn a_token_tells_its_claims() {
    let jwt = token(r#"{"alg":"RS256"}"#, r#"{"iss":"https://id","exp":0}"#);
    let redactor = hiding(&[("auth.service.token", &jwt)]);
    assert_eq!(
        redactor.redact(&format!("authorization: Bearer {jwt}")),
        "authorization: Bearer eyJ…(alg RS256, iss https://id, exp 1970-01-01T00:00:00Z)"
    );
    assert_eq!(with_names(&redactor, &jwt), "$AUTH_SERVICE_TOKEN");
}

#[test]
fn a_claim_that_is_a_secret_is_not_told() {
    let jwt = token(r#"{"alg":"RS256"}"#, r#"{"iss":"hunter22"}"#);
    let redactor = hiding(&[("token", &jwt), ("password", "hunter22")]);
    assert_eq!(redactor.redact(&jwt), "[redacted]");
}

#[test]
fn a_secret_registered_later_is_hidden_by_every_clone() {
    let redactor = hiding(&[("a", "first-secret")]);
    let clone = redactor.clone();
    assert_eq!(clone.redact("second-secret"), "second-secret");
    let registering = std::thread::spawn(move || redactor.register("b", &Secret::new("second-secret")));
    assert_eq!(registering.join().unwrap(), Registered::Added);
    assert_eq!(clone.redact("first-secret second-secret"), "[redacted] [redacted]");
}

#[test]
fn a_password_is_hidden_within_basic_credentials() {
    let redactor = hiding(&[("password", "p w+d/1")]);
    for user in ["u", "us", "use", "user"] {
        for password in ["p w+d/1", "p+w%2Bd%2F1"] {
            let basic = STANDARD.encode(format!("{user}:{password}"));
            let shown = redactor.redact(&basic).into_owned();
            let left = shown.replace(REDACTED, "");
            assert!(shown.contains(REDACTED), "{user}:{password} {shown}");
            assert!(left.len() <= 8, "{shown}");
        }
    }
}

/// The same encodings by other means than the room's own.
fn embeddings(secret: &str) -> Vec<String> {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let quoted = serde_json::to_string(secret).unwrap();
    let json = quoted[1..quoted.len() - 1].to_owned();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let lower = |byte: u8| format!("%{byte:02x}");
    vec![
        secret.to_owned(),
        secret.bytes().map(lower).collect(),
        percent.replace("%20", "+"),
        percent,
        json.replace('/', "\\/"),
        json,
        form,
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        secret.bytes().map(|byte| format!("{byte:02X}")).collect(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases * 3 / 8))]

    #[test]
    fn no_form_of_a_secret_survives(secret in "[a-zA-Z0-9éß€😀 /+&=?#%\"'\\\\<>\n\t~._-]{4,40}", around in "[ x:é{]{0,6}") {
        let redactor = Redactor::new();
        let registered = redactor.register("s", &Secret::new(secret.clone()));
        prop_assume!(registered == Registered::Added);
        prop_assume!(!"[redacted]".contains(secret.trim()));
        for form in embeddings(&secret) {
            let shown = redactor.redact(&format!("{around}{form}{around}")).into_owned();
            prop_assert!(shown.contains(REDACTED), "{:?} in {}", form, shown);
            prop_assert!(!shown.contains(&form), "{:?} in {}", form, shown);
        }
    }

    #[test]
    fn no_base64_of_a_secret_survives(secret in "\\PC{6,40}", before in "[a-z:]{0,5}", after in "[a-z:]{0,3}") {
        let redactor = Redactor::new();
        prop_assume!(redactor.register("s", &Secret::new(secret.clone())) == Registered::Added);
        let text = format!("{before}{secret}{after}");
        for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            let shown = redactor.redact(&encoded).into_owned();
            let left = shown.replace(REDACTED, "").len();
            // What stays belongs to the neighbours, but for at most one character at each edge.
            let most = (before.len() * 8).div_ceil(6) + (after.len() * 8).div_ceil(6) + 4;
            prop_assert!(shown.contains(REDACTED) && left <= most, "{} -> {}", encoded, shown);
        }
    }

    #[test]
    fn any_text_is_redacted_without_a_panic(secret in ".{0,20}", text in ".{0,60}") {
        let redactor = Redactor::new();
        let _ = redactor.register("s", &Secret::new(secret.clone()));
        let _ = redactor.redact(&format!("{text}{secret}{text}")).len();
        let _ = with_names(&redactor, &text).len();
        let _ = redactor.redact_bytes(text.as_bytes()).len();
    }
}
