//! Files that authors write.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::diagnostic::Diagnostic;
use crate::fuzzed::told;
use crate::outcome::BrokenFile;
use crate::plan::SpecPlan;
use crate::project::Project;
use crate::source::{Root, Source};
use crate::spec::{Known, Spec, unread};

/// The names that a spec may use without defining them.
const IDENTITIES: [&str; 5] = ["reader", "editor", "fixed", "person", "partner"];

/// Reads a text as a spec and as a project file, plans the spec, and tells everything that is wrong.
///
/// # Panics
/// A spec is refused without a reason, or has no case.
pub fn load(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut problems = as_spec(&text);
    problems.extend(as_project(&text, None));
    if text.contains("profiles") {
        problems.extend(as_project(&text, Some("staging")));
    }
    told::problems(&problems);
    told::broken(BrokenFile { file: "bad/a.yaml".to_owned(), problems });
}

fn as_spec(text: &str) -> Vec<Diagnostic> {
    let source = Source::new("bad/a.yaml", fixtures().join("bad/a.yaml"), text.to_owned());
    let known = Known { identities: IDENTITIES.map(str::to_owned).into(), ..Known::default() };
    let mut loaded = Spec::load(&source, &known, &Root::new(&fixtures()));
    let is_wrong = loaded.problems.iter().any(Diagnostic::is_error);
    assert_eq!(loaded.spec.is_none(), is_wrong, "a spec is refused with a reason, and only then");
    if let Some(spec) = loaded.spec {
        loaded.problems.extend(unread(&spec));
        let plans = SpecPlan::all(&Arc::from("bad/a.yaml"), spec);
        assert!(plans.iter().all(|plan| !plan.cases.is_empty()), "a spec has cases");
    }
    loaded.problems
}

fn as_project(text: &str, profile: Option<&str>) -> Vec<Diagnostic> {
    let source = Source::new("bad/hallpass.yaml", fixtures().join("bad/hallpass.yaml"), text.to_owned());
    Project::load(&source, profile, &Known::default()).problems
}

/// Where the files lie that are named in the text.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}
