//! What a test is: a request under cargo, a spec file under nextest, and always a file that does not load.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::diagnostic::Look;
use crate::harness::{environment::Runner, failure, wanted::Wanted};
use crate::outcome::BrokenFile;
use crate::plan::{Discovered, Plan, SpecPlan};
use crate::source::Place;

/// One test.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// Unique, in one line.
    pub(crate) name: String,
    /// The path of its file as it is printed.
    pub(crate) file: Arc<str>,
    /// Where it was written.
    pub(crate) place: Option<Place>,
    /// Why it is ignored: nothing of it is meant to run.
    pub(crate) ignored: Option<String>,
    pub(crate) content: Content,
}

/// What a test consists of.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// The ids of these cases, except those that are not meant to run.
    Cases(Vec<Member>),
    /// A file that does not load, and all that is wrong in it.
    Broken(String),
}

/// A case of a test.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) id: String,
    /// Why it is not meant to run.
    pub(crate) ignored: Option<String>,
}

impl Unit {
    /// Whether it is asked for by name.
    pub(crate) fn is_wanted(&self, wanted: &Wanted) -> bool {
        match self.content {
            Content::Cases(_) => wanted.takes(&self.name, &self.file),
            Content::Broken(_) => wanted.may_be_in(&self.file),
        }
    }
}

/// The tests of a plan and of files that are one each, in the order of files and requests.
pub(crate) fn units(plan: &Plan, certain: &[Discovered], runner: Runner, look: Look) -> Vec<Unit> {
    let loaded: Vec<_> = match runner {
        Runner::Cargo => plan.specs.iter().flat_map(by_request).collect(),
        // A spec that is run for many rows is still one file.
        Runner::Nextest => plan.specs.chunk_by(|one, next| one.file == next.file).filter_map(by_file).collect(),
    };
    let broken = plan.broken.iter().map(|file| broken(file, look));
    let mut units: Vec<_> = loaded.into_iter().chain(broken).chain(certain.iter().map(unopened)).collect();
    units.sort_by(|one, other| one.file.cmp(&other.file));
    tell_apart(&mut units);
    units
}

/// A text as it is printed: in one line, whatever was written.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().map(|it| if it.is_control() { it.escape_default().to_string() } else { it.to_string() });
    Cow::Owned(escaped.collect())
}

fn by_request(spec: &SpecPlan) -> Vec<Unit> {
    let file: Arc<str> = printable(&spec.file).into();
    let unit = |(member, place): (Member, &Place)| Unit {
        name: printable(&member.id).into_owned(),
        file: Arc::clone(&file),
        place: Some(place.clone()),
        ignored: member.ignored.clone(),
        content: Content::Cases(vec![member]),
    };
    members(spec).into_iter().zip(spec.cases.iter().map(|case| &case.id.place)).map(unit).collect()
}

fn by_file(specs: &[SpecPlan]) -> Option<Unit> {
    let spec = specs.first()?;
    let members: Vec<_> = specs.iter().flat_map(members).collect();
    let file: Arc<str> = printable(&spec.file).into();
    let all_ignored = members.iter().all(|member| member.ignored.is_some());
    Some(Unit {
        name: file.to_string(),
        file,
        place: Some(Place::new(&spec.spec.source, 0, 0)),
        ignored: members.first().and_then(|first| first.ignored.clone()).filter(|_| all_ignored),
        content: Content::Cases(members),
    })
}

fn broken(file: &BrokenFile, look: Look) -> Unit {
    let shown: Arc<str> = printable(&file.file).into();
    Unit {
        name: shown.to_string(),
        file: shown,
        place: file.problems.iter().find_map(|problem| problem.place.clone()),
        ignored: None,
        content: Content::Broken(failure::of_file(file, look)),
    }
}

/// A file of which nothing is known but that it is a test.
fn unopened(file: &Discovered) -> Unit {
    let file: Arc<str> = file.shown.as_str().into();
    Unit { name: file.to_string(), file, place: None, ignored: None, content: Content::Cases(Vec::new()) }
}

/// The cases of a spec. One that needs a case that is not meant to run is not meant to run either.
fn members(spec: &SpecPlan) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::with_capacity(spec.cases.len());
    for case in &spec.cases {
        let own = spec.skip(case).map(|why| one_line(why));
        let of_needs = || case.needs.iter().find(|need| members[**need].ignored.is_some());
        let ignored = own.or_else(|| {
            of_needs().map(|need| format!("it needs `{}`, which is skipped", one_line(&spec.cases[*need].id.name)))
        });
        members.push(Member { id: case.id.id(), ignored });
    }
    members
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Numbers names that are there already: two paths may look alike once they are printed.
fn tell_apart(units: &mut [Unit]) {
    let mut taken: HashSet<String> = HashSet::with_capacity(units.len());
    let mut count: HashMap<String, usize> = HashMap::new();
    for unit in units {
        while taken.contains(&unit.name) {
            let number = count.entry(unit.name.clone()).and_modify(|it| *it += 1).or_insert(2);
            unit.name = format!("{} ({number})", unit.name);
        }
        taken.insert(unit.name.clone());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A test of one case.
    pub(crate) fn unit(id: &str, ignored: Option<&str>) -> Unit {
        let file = id.split("::").next().unwrap_or(id);
        let member = Member { id: id.to_owned(), ignored: ignored.map(str::to_owned) };
        Unit {
            name: id.to_owned(),
            file: file.into(),
            place: None,
            ignored: member.ignored.clone(),
            content: Content::Cases(vec![member]),
        }
    }

    #[test]
    fn names_are_in_one_line() {
        let table = [
            ("specs/a.yaml::read it", "specs/a.yaml::read it"),
            ("a\nb.yaml::x", "a\\nb.yaml::x"),
            ("a\r\t\u{1b}[1m", "a\\r\\t\\u{1b}[1m"),
            ("ä 漢字", "ä 漢字"),
        ];
        for (written, expected) in table {
            assert_eq!(printable(written), expected);
        }
    }

    #[test]
    fn names_that_look_alike_are_numbered() {
        let mut units: Vec<_> = ["a", "b", "a", "a (2)", "a"].into_iter().map(|name| unit(name, None)).collect();
        tell_apart(&mut units);
        let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), 5, "{names:?}");
        assert_eq!(names[..3], ["a", "b", "a (2)"]);
    }

    #[test]
    fn a_file_that_does_not_load_is_one_test_in_its_place() {
        let broken = |file: &str| BrokenFile { file: file.to_owned(), problems: Vec::new() };
        let plan = Plan { broken: vec![broken("b.yaml"), broken("a.yaml")], ..Plan::default() };
        for runner in [Runner::Cargo, Runner::Nextest] {
            let units = units(&plan, &[], runner, Look::Plain);
            let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
            assert_eq!(names, ["a.yaml", "b.yaml"]);
            assert!(units.iter().all(|unit| unit.ignored.is_none() && matches!(unit.content, Content::Broken(_))));
        }
    }
}
