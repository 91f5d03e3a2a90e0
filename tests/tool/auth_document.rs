//! docs/auth.md leaves nothing out: whatever the tables know that identities are loaded by has a block there that is run, and passes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::blocks::{blocks_of, specs};
use crate::support::Workspace;

/// What there is to show, one line each.
type Things = BTreeSet<String>;

#[test]
fn every_scheme_grant_and_fault_has_a_block_that_is_run() {
    let schema = Workspace::new("").hallpass(&["schema"]).ends_with(0).stdout;
    let known = known(&serde_json::from_str(&schema).unwrap());
    let blocks = blocks_of("docs/auth.md");
    let mut shown = Things::new();
    specs(&blocks).filter(|block| block.code() == 0).for_each(|block| show(&block.value(), &mut shown));
    let missing: Vec<_> = known.difference(&shown).collect();
    assert!(missing.is_empty(), "no block of docs/auth.md that passes shows {missing:#?}");
}

#[test]
fn an_identity_that_nobody_uses_shows_nothing() {
    let spec = serde_json::json!({
        "identities": { "used": { "bearer": { "env": "T" } }, "idle": { "basic": {} }, "made": { "use": "used", "tamper": "empty" } },
        "requests": [{ "get": "/", "as": { "made": 401, "none": 401 } }],
    });
    let mut shown = Things::new();
    show(&spec, &mut shown);
    let expected = ["as", "identity: bearer", "identity: tamper", "identity: use", "tamper: empty", "value: env"];
    assert_eq!(shown, expected.map(str::to_owned).into());
}

/// What the tables know.
fn known(schema: &Value) -> Things {
    let node = |path: &str| schema.pointer(path).unwrap_or_else(|| panic!("no {path} in the schema"));
    let keys = |path: &str| node(path).as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let words = |path: &str| serde_json::from_value::<Vec<String>>(node(path).clone()).unwrap();
    let all = [
        ("identity", keys("/definitions/identity/properties")),
        ("grant", words("/definitions/oauth2/properties/grant/enum")),
        ("client_auth", words("/definitions/oauth2/properties/client_auth/enum")),
        ("tamper", words("/definitions/identity/properties/tamper/enum")),
        ("value", keys("/definitions/value/properties")),
    ];
    assert!(node("/definitions/request/properties").get("as").is_some());
    assert!(node("/definitions/oauth2/properties").get("dpop").is_some());
    let mut known = Things::from(["as", "dpop"].map(str::to_owned));
    for (what, names) in all {
        known.extend(names.into_iter().map(|name| format!("{what}: {name}")));
    }
    known
}

/// What a spec shows by the identities that its requests are sent as.
fn show(spec: &Value, shown: &mut Things) {
    let mut identities = spec["identities"].clone();
    let requests = spec["requests"].as_array().into_iter().flatten();
    let mut used = vec![spec["auth"].clone()];
    for request in requests {
        used.push(request["auth"].clone());
        for (name, _) in request["as"].as_object().into_iter().flatten() {
            shown.insert("as".to_owned());
            used.push(name.clone().into());
        }
    }
    while let Some(auth) = used.pop() {
        match auth {
            // Once is enough: it is gone when it is asked for again.
            Value::String(name) if identities.get(&name).is_some() => used.push(identities[&name].take()),
            Value::Object(identity) => {
                identity.iter().for_each(|(key, value)| show_key(key, value, shown));
                identity.values().for_each(|value| values(value, shown));
                used.extend(references(&Value::Object(identity)));
            }
            _ => {}
        }
    }
}

fn show_key(key: &str, value: &Value, shown: &mut Things) {
    shown.insert(format!("identity: {key}"));
    let text = |name: &str, usual: &str| value[name].as_str().unwrap_or(usual).to_owned();
    match key {
        "tamper" => drop(shown.insert(format!("tamper: {}", value.as_str().unwrap()))),
        "oauth2" => {
            let usual = if value["client_secret"].is_null() { "none" } else { "basic" };
            shown.insert(format!("grant: {}", text("grant", "client_credentials")));
            shown.insert(format!("client_auth: {}", text("client_auth", usual)));
            shown.extend(value["dpop"].as_bool().filter(|dpop| *dpop).map(|_| "dpop".to_owned()));
        }
        _ => {}
    }
}

/// Where values come from: `{env: NAME}`, …
fn values(value: &Value, shown: &mut Things) {
    match value {
        Value::Object(members) => {
            if let (1, Some((name, _))) = (members.len(), members.iter().next()) {
                shown.insert(format!("value: {name}"));
            }
            members.values().for_each(|member| values(member, shown));
        }
        Value::Array(items) => items.iter().for_each(|item| values(item, shown)),
        _ => {}
    }
}

/// The identities that one is made from.
fn references(identity: &Value) -> Vec<Value> {
    let all = identity["all"].as_array().cloned().unwrap_or_default();
    let one = ["/use", "/oauth2/subject/auth", "/oauth2/actor/auth", "/login/request/auth"];
    all.into_iter().chain(one.into_iter().filter_map(|path| identity.pointer(path).cloned())).collect()
}
