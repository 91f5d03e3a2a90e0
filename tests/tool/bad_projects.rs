//! Every file of `fixtures/bad-projects` is a wrong project file, and `hallpass check` says exactly what stands beside it.
//!
//! `SNAPSHOTS=overwrite cargo test --test tool` writes the messages anew; read the difference before you commit it.

use std::fs;

use snapbox::{Data, assert_data_eq};

use crate::support::{Workspace, repository};

const SPEC: &str = "requests:\n  - { name: read, get: /, expect: { size: 1 } }\n";

#[test]
fn every_bad_project_gets_its_exact_message() {
    let folder = repository().join("fixtures/bad-projects");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let projects: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "yaml")).collect();
    assert!(projects.len() >= 2, "only {} bad projects were found", projects.len());
    for project in projects {
        let workspace = Workspace::new(&fs::read_to_string(&project).unwrap()).spec("a.yaml", SPEC);
        let checked = workspace.hallpass(&["check"]).ends_with(2);
        assert_data_eq!(checked.stderr, Data::read_from(&project.with_extension("stderr"), None).raw());
    }
}
