//! What runs although nobody asked for it: what was chosen needs it.

use std::fmt::Write as _;

use crate::plan::Plan;

/// How many are named.
const NAMED: usize = 10;

/// Says which cases run because chosen ones need them, and which those are; none where there are none.
pub(crate) fn told(plan: &Plan) -> Option<String> {
    let cases = plan.specs.iter().flat_map(|spec| &spec.cases);
    let needed: Vec<_> = cases.filter_map(|case| Some((case.id.id(), case.needed_by.as_ref()?))).collect();
    if needed.is_empty() {
        return None;
    }
    let mut text = "run as well, since they are needed:".to_owned();
    for (id, by) in needed.iter().take(NAMED) {
        let _ = write!(text, "\n  {id} (for `{by}`)");
    }
    match needed.len().saturating_sub(NAMED) {
        0 => {}
        more => text.push_str(&format!("\n  and {more} more")),
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::plan::SpecPlan;
    use crate::source::{Root, Source};
    use crate::spec::{Known, Spec};

    fn plan(reads: usize) -> Plan {
        let mut text = "requests:\n".to_owned();
        for number in 0..reads {
            let _ = write!(
                text,
                "  - {{name: make {number}, get: /make}}\n  - {{name: read {number}, needs: [make {number}], get: /read}}\n"
            );
        }
        let source = Source::new("specs/a.yaml", "/p/specs/a.yaml", text);
        let spec = Spec::load(&source, &Known::default(), &Root::new(Path::new("/p"))).spec.unwrap();
        Plan { specs: SpecPlan::all(&"specs/a.yaml".into(), spec), ..Plan::default() }
    }

    #[test]
    fn what_is_needed_is_named_with_what_needs_it() {
        let mut all = plan(1);
        all.keep(|_| true);
        assert_eq!(told(&all), None);
        let mut one = plan(2);
        one.keep(|case| &*case.name == "read 1");
        let said = "run as well, since they are needed:\n  specs/a.yaml::make 1 (for `read 1`)";
        assert_eq!(told(&one).as_deref(), Some(said));
        let mut many = plan(13);
        many.keep(|case| case.name.starts_with("read"));
        let said = told(&many).unwrap();
        assert!(said.lines().count() == 12 && said.ends_with("\n  and 3 more"), "{said}");
    }
}
