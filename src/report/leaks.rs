//! A thousand secrets through every report: none of them is told, in whatever form it was put in.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use proptest::prelude::*;

use super::*;
use crate::diagnostic::Look;
use crate::json::Json;
use crate::outcome::{Run, Verdict};
use crate::report::samples;
use crate::secret::{Redactor, Registered, Secret};

/// The forms in which a secret turns up, by other means than those that hide them.
fn forms(secret: &str) -> Vec<String> {
    let percent = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = Json::from(secret.to_owned()).to_text();
    let xml = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    vec![
        secret.to_owned(),
        percent,
        form,
        json[1..json.len() - 1].to_owned(),
        xml,
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex.to_uppercase(),
        hex,
    ]
}

/// A run that fails while every text of it holds the secret in every form.
fn run(secret: &str) -> Run {
    let forms = forms(secret);
    let all = forms.join(" | ");
    let body = serde_json::json!({ "all": all, "list": forms, "inner": { "a": secret } }).to_string();
    let answer =
        samples::response(500, &[("x-echo", all.as_str()), ("content-type", "application/json")], body.as_bytes());
    let mut evidence = samples::evidence(Ok(answer));
    let url = format!("https://api.test/{}?q={}", forms[1], forms[2]);
    evidence.exchange.request = samples::request("POST", &url, &[("X-Leak", all.as_str()), ("X-Raw", secret)], &body);
    evidence.note = Some(format!("replayed with {all}"));
    let plain = samples::evidence(Ok(samples::response(500, &[("content-type", "text/plain")], all.as_bytes())));
    let mut mismatch = samples::mismatch("201", &format!("$.{all}"), &body, &format!("`{all}`"));
    mismatch.help = Some(all.clone());
    let outcome = Outcome {
        reason: Some(all.clone()),
        help: Some(all.clone()),
        mismatches: vec![mismatch],
        exchanges: vec![evidence, plain],
        ..samples::outcome(&all, Verdict::Failed)
    };
    let mut run =
        samples::run(vec![outcome, Outcome { reason: Some(all.clone()), ..samples::outcome("b", Verdict::Error) }]);
    run.auth[0].identity = secret.to_owned();
    run.auth[0].notes = vec![all];
    run
}

/// Everything that could be printed of a run.
fn told(run: &Run, redactor: &Redactor) -> Vec<(&'static str, String)> {
    let mut told = vec![("json", json::json(run, redactor)), ("junit", junit::junit(run, redactor))];
    for (name, verbosity) in [("short", Verbosity::Short), ("everything", Verbosity::Everything)] {
        let terminal = Terminal::new(redactor, Look::Plain, verbosity);
        let lines = run.outcomes.iter().map(|outcome| terminal.failure(outcome) + &terminal.case(outcome));
        told.push((name, lines.collect::<String>() + &terminal.summary(run)));
    }
    let veil = hidden::Veil::new(redactor);
    let requests = run.outcomes.iter().flat_map(|outcome| &outcome.exchanges);
    told.push(("curl", requests.map(|evidence| curl::curl(&evidence.exchange.request, veil)).collect()));
    told
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(1000)) })]

    #[test]
    fn no_report_tells_a_secret(secret in "[a-zA-Z0-9][a-zA-Z0-9éß€😀 /+&=?#%\"'\\\\<>._~$!-]{6,40}[a-zA-Z0-9]") {
        let redactor = Redactor::new();
        prop_assert_eq!(redactor.register("s", &Secret::new(secret.clone())), Registered::Added);
        for (name, text) in told(&run(&secret), &redactor) {
            for form in forms(&secret) {
                prop_assert!(!text.contains(&form), "{} tells `{}`:\n{}", name, form, text);
            }
        }
    }
}
