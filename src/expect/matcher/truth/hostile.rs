//! Any operand on any value: it is refused where it is read, or gives a verdict that its opposite does not share.

use proptest::prelude::*;
use proptest::sample::Index;

use super::{all, positions};
use crate::expect::tests::{Reply, loads};
use crate::spec::matcher::TABLE;

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<Index>().prop_map(|row| row.get(&rows()).0.to_owned()),
        any::<Index>().prop_map(|row| row.get(&rows()).1.to_owned()),
        "[0-9eE.+-]{1,12}",
        "['\"\\[\\]{}$a-c0-2:, ]{0,12}",
        any::<String>().prop_map(|text| crate::json::Json::from(text).to_text()),
    ]
}

fn rows() -> Vec<&'static super::Row> {
    all().flat_map(|(_, rows)| rows.iter()).collect()
}

proptest! {
    #[test]
    fn any_matcher_judges_any_value_or_is_refused(matcher in any::<Index>(), operand in any_text(), value in any_text()) {
        let names: Vec<_> = TABLE.names().collect();
        for (expect, opposite) in positions(names[matcher.index(names.len())], &operand) {
            let (Some(expect), Some(opposite)) = (loads(&expect), loads(&opposite)) else { continue };
            for body in [format!("{{\"a\": {value}}}"), value.clone()] {
                let reply = Reply::body(body.clone());
                if let (Ok(itself), Ok(not)) = (expect.check(&reply), opposite.check(&reply)) {
                    prop_assert!(!itself.is_empty() || !not.is_empty(), "{} on {}", operand, body);
                }
            }
        }
    }
}
