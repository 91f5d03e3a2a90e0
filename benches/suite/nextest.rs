//! `X`: a thousand spec files under nextest, listed and run, beside as many tests that do nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    measure::{Server, Taken, measured, medians},
    own_program,
};

/// Counted rounds of each.
const ROUNDS: usize = 5;
/// Spec files, as many as the tests of `benches/nextest/trivial.rs`.
const FILES: usize = 1000;

/// Measures it, if it is named or nothing is; whether everything passed that had to.
pub(crate) fn all(names: &[&str], server: &Server, folder: &Path) -> bool {
    if !names.is_empty() && !names.contains(&"X") {
        return true;
    }
    let (Some(specs), Some(trivial)) = (beside("thousand_specs"), beside("trivial_trials")) else {
        println!("\nX not measured: add --bench thousand_specs --bench trivial_trials");
        return names.is_empty();
    };
    if !nextest(&["--version"]).status().is_ok_and(|status| status.success()) {
        println!("\nX not measured: there is no nextest");
        return names.is_empty();
    }
    println!("\nX {FILES} spec files under nextest beside {FILES} tests that do nothing; wall ms / cpu ms");
    let (ours, theirs) = (Package::new(&folder.join("X"), &specs), Package::new(&folder.join("trivial"), &trivial));
    ours.write_specs(&server.url());
    let listed = compare(&ours, &theirs, &["list", "--message-format", "oneline"]);
    let run = compare(&ours, &theirs, &["run", "--no-fail-fast", "--show-progress=none"]);
    ours.write_spec(FILES / 2, "$.negative_control: 1");
    let is_sound = measured(&ours.command(&["run", "--no-fail-fast"])).1 == 100;
    if !is_sound {
        println!("  a wrong expectation passes");
    }
    listed && run && is_sound
}

/// Runs both in turns and prints medians and ratios.
fn compare(ours: &Package, theirs: &Package, arguments: &[&str]) -> bool {
    let (mut specs, mut trivial) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        for (package, times) in [(ours, &mut specs), (theirs, &mut trivial)] {
            let (taken, code) = measured(&package.command(arguments));
            if code != 0 {
                println!("  {arguments:?} in {} ended with {code}", package.folder.display());
                return false;
            }
            if round > 0 {
                times.push(taken);
            }
        }
    }
    let (specs, trivial): (Taken, Taken) = (medians(&specs), medians(&trivial));
    println!(
        "  {:4} specs {:8.1} {:8.1}   trivial {:8.1} {:8.1}   wall x{:.2}  cpu x{:.2}",
        arguments[0],
        specs.wall_ms,
        specs.cpu_ms,
        trivial.wall_ms,
        trivial.cpu_ms,
        specs.wall_ms / trivial.wall_ms,
        specs.cpu_ms / trivial.cpu_ms
    );
    true
}

/// A package of which nextest is told that this program is its only test.
struct Package {
    folder: PathBuf,
}

impl Package {
    fn new(folder: &Path, program: &Path) -> Self {
        let manifest = "[package]\nname = \"many\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
        fs::create_dir_all(folder.join("src")).expect("a folder for a package");
        fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        fs::write(folder.join("src/lib.rs"), "").expect("a library");
        let mut cargo = Command::new(cargo());
        cargo.args(["metadata", "--no-deps", "--offline", "--format-version", "1"]).current_dir(folder);
        let told = cargo.output().expect("cargo starts");
        fs::write(folder.join("cargo.json"), told.stdout).expect("what cargo tells");
        fs::write(folder.join("binaries.json"), binaries(folder, program)).expect("what nextest is told");
        Self { folder: folder.to_owned() }
    }

    fn write_specs(&self, url: &str) {
        fs::create_dir_all(self.folder.join("specs")).expect("a folder for the specs");
        // The server wants a token; what sharing one costs is measured by `N`.
        let project =
            format!("base_url: {url}\ndefaults: {{ headers: {{ Authorization: Bearer bench-token-0123456789 }} }}\n");
        fs::write(self.folder.join("hallpass.yaml"), project).expect("a project file");
        (0..FILES).for_each(|number| self.write_spec(number, &format!("$.id: {number}")));
    }

    fn write_spec(&self, number: usize, path: &str) {
        let text = format!(
            "requests:\n  - name: read {number}\n    get: /items/{number}\n    expect:\n      status: 200\n      jsonpath: {{ {path} }}\n"
        );
        fs::write(self.folder.join(format!("specs/spec_{number:04}.yaml")), text).expect("a spec");
    }

    fn command(&self, arguments: &[&str]) -> Vec<String> {
        let within = ["sh", "-c", "cd \"$0\" && exec \"$@\"", &text(&self.folder), &cargo(), "nextest"];
        let known = ["--cargo-metadata", "cargo.json", "--binaries-metadata", "binaries.json"];
        within.iter().chain(arguments).chain(&known).map(|&word| word.to_owned()).collect()
    }
}

fn binaries(folder: &Path, program: &Path) -> String {
    let id = format!("path+file://{}#many@0.1.0", folder.display());
    let target = text(&folder.join("target"));
    serde_json::json!({
        "rust-build-meta": {
            "target-directory": target, "build-directory": target, "base-output-directories": ["debug"],
            "non-test-binaries": {}, "build-script-out-dirs": {}, "linked-paths": [], "target-platforms": [], "target-platform": null,
        },
        "rust-binaries": {"many::specs": {
            "binary-id": "many::specs", "binary-name": "specs", "package-id": id, "kind": "test",
            "binary-path": text(program), "build-platform": "target",
        }},
    })
    .to_string()
}

fn nextest(arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo());
    command.arg("nextest").args(arguments).stdout(std::process::Stdio::null());
    command
}

fn cargo() -> String {
    std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// The newest program of this name that cargo put beside this one.
fn beside(name: &str) -> Option<PathBuf> {
    let own = own_program();
    let files = fs::read_dir(own.parent()?).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_it = |path: &PathBuf| {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        path.extension().is_none() && file.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'))
    };
    files.filter(is_it).max_by_key(|path| path.metadata().and_then(|it| it.modified()).ok())
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
