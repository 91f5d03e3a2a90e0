//! Which files are opened, counted by the kernel.

use std::{collections::BTreeMap, fs};

use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};

use crate::support::{Server, Suite};

const ONE: &str = "requests:\n  - {name: one, get: /one}\n";

/// How often files below `specs` are opened meanwhile, by their names.
fn opens(suite: &Suite, work: impl FnOnce(&Suite)) -> BTreeMap<String, usize> {
    let watch = Inotify::init(InitFlags::IN_NONBLOCK).unwrap();
    watch.add_watch(&suite.path().join("specs"), AddWatchFlags::IN_OPEN).unwrap();
    work(suite);
    let mut opens = BTreeMap::new();
    while let Ok(events) = watch.read_events() {
        // The folder itself has no name.
        for name in events.into_iter().filter_map(|event| event.name) {
            *opens.entry(name.into_string().unwrap()).or_default() += 1;
        }
    }
    opens
}

fn once(names: &[&str]) -> BTreeMap<String, usize> {
    names.iter().map(|name| ((*name).to_owned(), 1)).collect()
}

#[test]
fn a_whole_name_opens_one_file_once_and_a_list_each_file_once() {
    let names: Vec<_> = (0..40).map(|number| format!("{number:02}.yaml")).collect();
    let paths: Vec<_> = names.iter().map(|name| format!("specs/{name}")).collect();
    let files: Vec<_> = paths.iter().map(|path| (path.as_str(), ONE)).collect();
    let server = Server::start();
    let suite = Suite::of(&files).talking_to(&server).with("NEXTEST", "1");
    let run = |arguments: &'static [&'static str]| {
        opens(&suite, |suite| {
            let said = suite.run(arguments);
            assert_eq!(said.code, 0, "{said:?}");
        })
    };
    assert_eq!(run(&["specs/07.yaml", "--exact", "--nocapture"]), once(&["07.yaml"]));
    assert_eq!(run(&["--exact", "specs/07.yaml", "specs/09.yaml"]), once(&["07.yaml", "09.yaml"]));
    assert_eq!(run(&["--exact", "specs/07.yaml::one"]), once(&["07.yaml"]));
    let all: Vec<_> = names.iter().map(String::as_str).collect();
    assert_eq!(run(&["--list", "--format", "terse"]), once(&all));
    assert_eq!(fs::read_dir(suite.path().join("specs")).unwrap().count(), 40);
}
