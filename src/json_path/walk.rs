//! Paths without filters, walked by hand over borrowed values.

use std::collections::{HashMap, HashSet};

use jsonpath_rust::parser::model;

use crate::json::Json;

/// A step of a singular path.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Name(Box<str>),
    /// Counted from 0, or from the end where it is negative.
    Index(i64),
}

/// A segment that holds no filter.
pub(super) struct Segment {
    /// Whether it applies to a value and to everything below it (`..`).
    descends: bool,
    selectors: Vec<Selector>,
}

enum Selector {
    One(Step),
    Wildcard,
    Slice { start: Option<i64>, end: Option<i64>, step: i64 },
}

/// The segments of a query; none where one of them holds a filter.
pub(super) fn segments(query: &[model::Segment]) -> Option<Vec<Segment>> {
    query.iter().map(|segment| Segment::plain(segment, false)).collect()
}

/// The steps of a path that finds one value at most.
pub(super) fn steps(segments: &[Segment]) -> Option<Vec<Step>> {
    segments.iter().map(Segment::step).collect()
}

/// The value at the end of the steps.
pub(super) fn follow<'j, 'a>(steps: &[Step], root: &'j Json<'a>) -> Option<&'j Json<'a>> {
    steps.iter().try_fold(root, |value, step| step.of(value))
}

/// The values that the segments find, in the order of RFC 9535 2.5: node by node, selector by selector.
pub(super) fn walk<'j, 'a>(segments: &[Segment], root: &'j Json<'a>) -> Vec<&'j Json<'a>> {
    segments.iter().fold(vec![root], |values, segment| {
        let mut found = Vec::new();
        values.into_iter().for_each(|value| segment.collect(value, &mut found));
        found
    })
}

/// The elements or members below a value.
fn children<'j, 'a>(value: &'j Json<'a>) -> Vec<&'j Json<'a>> {
    match value {
        Json::Array(elements) => elements.iter().collect(),
        Json::Object(_) => members(value).into_iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

/// The members of an object in their order. Of members with the same name the last one counts, at the first's place.
pub(super) fn members<'j, 'a>(object: &'j Json<'a>) -> Vec<(&'j str, &'j Json<'a>)> {
    let written = object.as_object().unwrap_or_default();
    let mut members: Vec<(&str, &Json<'_>)> = written.iter().map(|(name, value)| (&**name, value)).collect();
    if has_repeats(&members) {
        let last: HashMap<&str, &Json<'_>> = members.iter().copied().collect();
        let mut seen = HashSet::new();
        members.retain(|(name, _)| seen.insert(*name));
        members.iter_mut().for_each(|(name, value)| *value = last[name]);
    }
    members
}

/// Whether two members have one name; a small object is not worth a table.
fn has_repeats(members: &[(&str, &Json<'_>)]) -> bool {
    if members.len() > 16 {
        let mut seen = HashSet::with_capacity(members.len());
        return !members.iter().all(|(name, _)| seen.insert(*name));
    }
    let mut earlier = members.iter().enumerate();
    earlier.any(|(at, (name, _))| members[..at].iter().any(|(other, _)| other == name))
}

impl Step {
    /// The value that this step leads to.
    pub(super) fn of<'j, 'a>(&self, value: &'j Json<'a>) -> Option<&'j Json<'a>> {
        match self {
            Self::Name(name) => value.get(name),
            Self::Index(index) => value.get_index(place(*index, value.as_array()?.len())?),
        }
    }
}

/// The place of an index in a list of this length, counted from 0.
pub(super) fn place(index: i64, length: usize) -> Option<usize> {
    let size = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 { length.checked_sub(size) } else { Some(size).filter(|at| *at < length) }
}

impl Segment {
    fn plain(segment: &model::Segment, descends: bool) -> Option<Self> {
        let selectors = match segment {
            model::Segment::Descendant(inner) => return Self::plain(inner, true),
            model::Segment::Selector(selector) => vec![Selector::plain(selector)?],
            model::Segment::Selectors(selectors) => selectors.iter().map(Selector::plain).collect::<Option<_>>()?,
        };
        Some(Self { descends, selectors })
    }

    fn step(&self) -> Option<Step> {
        match self.selectors.as_slice() {
            [Selector::One(Step::Name(name))] if !self.descends => Some(Step::Name(name.clone())),
            [Selector::One(Step::Index(index))] if !self.descends => Some(Step::Index(*index)),
            _ => None,
        }
    }

    fn collect<'j, 'a>(&self, value: &'j Json<'a>, found: &mut Vec<&'j Json<'a>>) {
        self.selectors.iter().for_each(|selector| selector.collect(value, found));
        if self.descends {
            children(value).into_iter().for_each(|child| self.collect(child, found));
        }
    }
}

impl Selector {
    fn plain(selector: &model::Selector) -> Option<Self> {
        Some(match selector {
            model::Selector::Name(name) => Self::One(Step::Name(name.as_str().into())),
            model::Selector::Index(index) => Self::One(Step::Index(*index)),
            model::Selector::Wildcard => Self::Wildcard,
            model::Selector::Slice(start, end, step) => {
                Self::Slice { start: *start, end: *end, step: step.unwrap_or(1) }
            }
            model::Selector::Filter(_) => return None,
        })
    }

    fn collect<'j, 'a>(&self, value: &'j Json<'a>, found: &mut Vec<&'j Json<'a>>) {
        match self {
            Self::One(step) => found.extend(step.of(value)),
            Self::Wildcard => found.extend(children(value)),
            Self::Slice { start, end, step } => {
                let elements = value.as_array().unwrap_or_default();
                found.extend(sliced(elements.len(), *start, *end, *step).map(|at| &elements[at]));
            }
        }
    }
}

/// The indices that a slice takes from a list of this length (RFC 9535 2.3.4.2.2).
fn sliced(length: usize, start: Option<i64>, end: Option<i64>, step: i64) -> impl Iterator<Item = usize> {
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let from_start = |at: i64| if at < 0 { length.saturating_add(at) } else { at };
    let (first, last) = if step < 0 {
        let clamped = |at: i64| from_start(at).clamp(-1, length - 1);
        (start.map_or(length - 1, clamped), end.map_or(-1, clamped))
    } else {
        let clamped = |at: i64| from_start(at).clamp(0, length);
        (start.map_or(0, clamped), end.map_or(length, clamped))
    };
    let is_within = move |at: &i64| if step < 0 { *at > last } else { *at < last };
    let indices = std::iter::successors(Some(first), move |at| at.checked_add(step));
    indices.take_while(move |at| step != 0 && is_within(at)).filter_map(|at| usize::try_from(at).ok())
}
