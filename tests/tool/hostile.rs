//! Files that nobody should write: each gets a message, none takes the others along.

use std::{fmt::Write, fs};

use crate::support::{Ran, RawServer, Workspace};

const GOOD: &str = "requests:\n  - name: good\n    get: /items\n    expect: { json: { ok: true } }\n";

fn workspace() -> Workspace {
    Workspace::new("base_url: http://127.0.0.1:9\n").spec("good.yaml", GOOD)
}

/// Checks the workspace: the bad spec is named with its message, the good one is read all the same.
#[track_caller]
fn told(workspace: &Workspace, part: &str) -> Ran {
    let listed = workspace.hallpass(&["list"]);
    assert!(listed.stdout.contains("specs/good.yaml::good"), "{}", listed.all());
    let ran = workspace.hallpass(&["check"]).ends_with(2).says(part);
    assert!(ran.all().len() < 5_000, "{} bytes of messages", ran.all().len());
    ran
}

#[test]
fn ten_thousand_requests_are_one_file() {
    let mut spec = "requests:\n".to_owned();
    for number in 0..10_000 {
        let needs = if number == 0 { String::new() } else { format!("?before={{{{id{}}}}}", number - 1) };
        let _ = write!(
            spec,
            "  - name: request {number}\n    get: /items{needs}\n    expect: {{ json: {{ id: {number} }} }}\n    capture: {{ id{number}: $.id }}\n"
        );
    }
    spec.push_str("  - name: last\n    get: /items/{{id9999}}\n    expect: { json: { ok: true } }\n");
    let workspace = workspace().spec("many.yaml", &spec);
    workspace.hallpass(&["check"]).ends_with(0);
}

#[test]
fn a_billion_laughs_are_not_expanded() {
    let mut spec = "vars:\n  a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n".to_owned();
    for level in 1..10 {
        let _ = writeln!(spec, "  a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 10].join(", "));
    }
    told(
        &workspace().spec("laughs.yaml", &format!("{spec}{GOOD}")),
        "anchors and aliases repeat more than 500000 values",
    );
    let merged = "vars: &a\n  b: &b { c: 1 }\n  d: { <<: [*b, *b, *b] }\n";
    workspace().spec("merged.yaml", &format!("{merged}{GOOD}")).hallpass(&["check"]).ends_with(0);
    told(&workspace().spec("itself.yaml", &format!("vars: &a {{ b: *a }}\n{GOOD}")), "specs/itself.yaml:1");
}

#[test]
fn brackets_nest_no_deeper_than_a_stack() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("[{a: ", "}]")] {
        let deep = format!("vars:\n  a: {}1{}\n{GOOD}", open.repeat(5_000), close.repeat(5_000));
        told(&workspace().spec("deep.yaml", &deep), "nests deeper than 128 levels");
        let open_end = format!("vars:\n  a: {}", open.repeat(5_000));
        told(&workspace().spec("deep.yaml", &open_end), "nests deeper than 128 levels");
    }
    let template = format!("{GOOD}    query: {{ a: \"{{{{{}1{}}}}}\" }}\n", "(add 1 ".repeat(5_000), ")".repeat(5_000));
    told(&workspace().spec("deep.yaml", &template), "specs/deep.yaml:5");
    let path = format!("{GOOD}    capture: {{ a: \"$[?{}@.a{}]\" }}\n", "(".repeat(5_000), ")".repeat(5_000));
    told(&workspace().spec("deep.yaml", &path), "specs/deep.yaml:5");
    let expression =
        format!("{GOOD}    capture: {{ a: {{ regex: \"{}a{}\" }} }}\n", "(".repeat(5_000), ")".repeat(5_000));
    told(&workspace().spec("deep.yaml", &expression), "specs/deep.yaml:5");
}

#[test]
fn fifty_megabytes_are_no_spec() {
    let many = format!("vars:\n  a: [{}]\n{GOOD}", "1, ".repeat(17_000_000));
    told(&workspace().spec("large.yaml", &many), "`specs/large.yaml` has more than 16 MiB");
    let long = format!("vars:\n  a: {}\n{GOOD}", "x".repeat(50_000_000));
    told(&workspace().spec("long.yaml", &long), "`specs/long.yaml` has more than 16 MiB");
}

#[test]
fn odd_bytes_are_named_or_read() {
    for (name, text) in [
        ("nul", "requests:\n  - name: a\0b\n    get: /items\n"),
        ("only", "\0\0\0\0"),
        ("escape", "name: \"\u{1b}[31m\"\n"),
    ] {
        told(&workspace().spec(&format!("{name}.yaml"), text), &format!("specs/{name}.yaml"));
    }
    let good = GOOD.replace("name: good", "name: better");
    for text in
        [good.replace('\n', "\r\n"), format!("\u{feff}{good}"), format!("{good}\n\t\n"), good.replace(": ", ":  ")]
    {
        let ran = workspace().spec("odd.yaml", &text).hallpass(&["list"]).ends_with(0);
        ran.says("specs/odd.yaml::better");
    }
}

#[test]
fn a_folder_with_the_name_of_a_spec_is_no_spec() {
    let workspace = workspace().spec("folder.yaml/inner.yaml", GOOD);
    told(&workspace, "`specs/folder.yaml` is a folder, not a file");
    workspace.hallpass(&["list", "specs/folder.yaml"]).ends_with(0).says("specs/folder.yaml/inner.yaml::good");
    let project = Workspace::new("").spec("good.yaml", GOOD);
    fs::remove_file(project.path().join("hallpass.yaml")).unwrap();
    fs::create_dir(project.path().join("hallpass.yaml")).unwrap();
    project.hallpass(&["check"]).ends_with(2).says("`hallpass.yaml` is a folder, not a file");
}

#[test]
fn what_cannot_be_read_is_in_the_reports_and_the_others_run() {
    let server = RawServer::answering("HTTP/1.1 200 OK\nconnection: close\ncontent-length: 11", b"{\"ok\":true}");
    let workspace = Workspace::new(&format!("base_url: {}\n", server.url())).spec("good.yaml", GOOD);
    let workspace = workspace.spec("folder.yaml/inner.yaml", GOOD).bytes("specs/latin1.yaml", b"name: caf\xe9\n");
    let ran = workspace.hallpass(&["run", "--report", "junit=junit.xml", "--report", "json=run.json"]).ends_with(2);
    ran.says("1 passed").says("`specs/folder.yaml` is a folder, not a file").says("is not UTF-8 from byte 9 on");
    assert_eq!(server.requests(), 1);
    for report in ["junit.xml", "run.json"] {
        let text = workspace.read(report);
        for part in ["is a folder, not a file", "is not UTF-8 from byte 9 on", "good"] {
            assert!(text.contains(part), "no `{part}` in\n{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn links_lead_to_specs_of_the_project_only() {
    use std::os::unix::fs::symlink;

    let elsewhere = Workspace::new("").spec("theirs.yaml", GOOD);
    let theirs = elsewhere.path().join("specs/theirs.yaml");
    let workspace = workspace().file("more/linked.yaml", GOOD);
    let link = |to: &std::path::Path, name: &str| symlink(to, workspace.path().join("specs").join(name)).unwrap();
    link(&workspace.path().join("more/linked.yaml"), "inside.yaml");
    link(&workspace.path().join("specs"), "again");
    link("no/notes.txt".as_ref(), "notes.txt");
    workspace.hallpass(&["list"]).ends_with(0).says("more/linked.yaml::good");
    link(&theirs, "outside.yaml");
    link("nowhere.yaml".as_ref(), "lost.yaml");
    link("circle.yaml".as_ref(), "circle.yaml");
    told(&workspace, "`specs/outside.yaml` leads out of the project, to `")
        .says("`specs/lost.yaml` is a link to `nowhere.yaml`, which does not exist")
        .says("`specs/circle.yaml` cannot be read: Too many levels");
    told(&workspace, "5 specs, 2 cases: 3 errors");
    let lost = workspace.hallpass(&["check", "specs/lost.yaml"]).ends_with(2);
    lost.says("`specs/lost.yaml` is a link to `nowhere.yaml`, which does not exist");
    let beside = format!("{GOOD}    file: lamp.png\n").replace("get:", "post:");
    let workspace = self::workspace().spec("beside.yaml", &beside);
    symlink(&theirs, workspace.path().join("specs/lamp.png")).unwrap();
    told(&workspace, "`lamp.png` lies outside of the project");
}

#[cfg(unix)]
#[test]
fn nothing_waits_for_the_writer_of_a_pipe() {
    let workspace = workspace().spec("uses.yaml", &format!("use: [{{ file: fragment.yaml }}]\n{GOOD}"));
    let workspace = workspace.spec("rows.yaml", &format!("cases: {{ file: rows.csv }}\n{GOOD}"));
    for pipe in ["specs/pipe.yaml", "specs/fragment.yaml", "specs/rows.csv"] {
        let made = std::process::Command::new("mkfifo").arg(workspace.path().join(pipe)).status().unwrap();
        assert!(made.success());
    }
    told(&workspace, "`specs/pipe.yaml` is not a regular file")
        .says("`fragment.yaml` is not a regular file")
        .says("`rows.csv` is not a regular file");
}

#[cfg(unix)]
#[test]
fn what_is_closed_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let workspace = workspace().spec("closed.yaml", GOOD).spec("closed/inner.yaml", GOOD);
    let set = |name: &str, mode| {
        fs::set_permissions(workspace.path().join("specs").join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    set("closed.yaml", 0o000);
    set("closed", 0o000);
    // Root reads everything.
    if fs::read(workspace.path().join("specs/closed.yaml")).is_err() {
        told(&workspace, "`specs/closed.yaml` cannot be read: Permission denied")
            .says("`specs/closed` cannot be read: Permission denied");
    }
    set("closed", 0o700);
}
