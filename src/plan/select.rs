//! Which cases run: filters on names, expressions over tags, and whatever the chosen ones need.

use std::{collections::BTreeSet, sync::Arc};

use crate::outcome::CaseId;
use crate::plan::SpecPlan;
use crate::regular_expression::RegularExpression;

/// What was asked for on the command line. An empty selection takes every case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    /// A case is taken if any of these holds, or none is given.
    pub(crate) filters: Vec<Filter>,
    /// A case is left out if any of these holds.
    pub(crate) skip: Vec<Filter>,
    /// A case is taken if this holds of its tags.
    pub(crate) tags: Option<TagExpression>,
}

/// A filter on the id of a case, `path/of/spec.yaml::name`.
#[derive(Clone, Debug)]
pub(crate) enum Filter {
    /// The id contains this.
    Contains(String),
    /// The id matches `/this/`.
    Matches(RegularExpression),
}

impl Filter {
    /// Reads `substring` or `/regular expression/`.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let expression = text.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|it| !it.is_empty());
        match expression {
            Some(expression) => RegularExpression::compile(expression).map(Self::Matches).map_err(|bad| bad.message),
            None => Ok(Self::Contains(text.to_owned())),
        }
    }

    fn takes(&self, case: &CaseId) -> bool {
        let id = case.id();
        match self {
            Self::Contains(part) => id.contains(part.as_str()),
            Self::Matches(expression) => expression.is_match(&id),
        }
    }
}

impl Selection {
    /// Whether a case was asked for.
    pub(crate) fn takes(&self, case: &CaseId) -> bool {
        let named = self.filters.is_empty() || self.filters.iter().any(|filter| filter.takes(case));
        named
            && !self.skip.iter().any(|filter| filter.takes(case))
            && self.tags.as_ref().is_none_or(|tags| tags.holds(&case.tags))
    }
}

/// Keeps the cases that are taken and those they need.
pub(crate) fn keep(spec: &mut SpecPlan, takes: impl Fn(&CaseId) -> bool) {
    let taken: Vec<usize> = (0..spec.cases.len()).filter(|index| takes(&spec.cases[*index].id)).collect();
    if taken.len() == spec.cases.len() {
        return;
    }
    let chosen: BTreeSet<usize> = taken.iter().copied().collect();
    let mut kept = chosen.clone();
    let mut open: Vec<(usize, usize)> = taken.iter().map(|index| (*index, *index)).collect();
    while let Some((index, origin)) = open.pop() {
        let needs = spec.cases[index].needs.iter().chain(&spec.cases[index].setup).copied();
        for need in needs.collect::<Vec<_>>() {
            if kept.insert(need) {
                spec.cases[need].needed_by = Some(Arc::clone(&spec.cases[origin].id.name));
                open.push((need, origin));
            }
        }
    }
    keep_teardown(spec, &mut kept);
    let moved: Vec<usize> = kept.iter().copied().collect();
    let mut index = 0;
    spec.cases.retain(|_| {
        index += 1;
        kept.contains(&(index - 1))
    });
    for case in &mut spec.cases {
        // A teardown that is only kept brings nothing with it.
        case.setup.retain(|need| kept.contains(need));
        for need in case.needs.iter_mut().chain(&mut case.setup) {
            *need = moved.binary_search(need).expect("what a kept case needs is kept");
        }
    }
}

/// Keeps `teardown` wherever something is kept that it may have to clear away.
fn keep_teardown(spec: &mut SpecPlan, kept: &mut BTreeSet<usize>) {
    let Some(first) = kept.first().copied() else { return };
    let origin = spec.cases[first].needed_by.clone().unwrap_or_else(|| Arc::clone(&spec.cases[first].id.name));
    let begun: BTreeSet<_> = kept.iter().map(|index| spec.request(&spec.cases[*index]).fragment).collect();
    for index in 0..spec.cases.len() {
        let fragment = spec.request(&spec.cases[index]).fragment;
        if begun.contains(&fragment) && spec.is_teardown(&spec.cases[index]) && kept.insert(index) {
            spec.cases[index].needed_by = Some(Arc::clone(&origin));
        }
    }
}

/// A condition on tags: `smoke and not (slow or flaky)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TagExpression {
    Tag(String),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

impl TagExpression {
    /// Reads an expression; `not` binds tighter than `and`, `and` tighter than `or`.
    ///
    /// # Errors
    /// What was expected instead.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut words = words.as_slice();
        let expression = either(&mut words)?;
        match words.first() {
            None => Ok(expression),
            Some(word) => Err(format!("`{word}` stands where `and`, `or` or the end was expected")),
        }
    }

    /// Whether it holds of these tags.
    pub(crate) fn holds(&self, tags: &[String]) -> bool {
        match self {
            Self::Tag(tag) => tags.contains(tag),
            Self::Not(inner) => !inner.holds(tags),
            Self::And(left, right) => left.holds(tags) && right.holds(tags),
            Self::Or(left, right) => left.holds(tags) || right.holds(tags),
        }
    }
}

fn either(words: &mut &[&str]) -> Result<TagExpression, String> {
    let mut left = both(words)?;
    while take(words, "or") {
        left = TagExpression::Or(Box::new(left), Box::new(both(words)?));
    }
    Ok(left)
}

fn both(words: &mut &[&str]) -> Result<TagExpression, String> {
    let mut left = single(words)?;
    while take(words, "and") {
        left = TagExpression::And(Box::new(left), Box::new(single(words)?));
    }
    Ok(left)
}

fn single(words: &mut &[&str]) -> Result<TagExpression, String> {
    if take(words, "not") {
        return Ok(TagExpression::Not(Box::new(single(words)?)));
    }
    if take(words, "(") {
        let inner = either(words)?;
        return if take(words, ")") { Ok(inner) } else { Err("a `)` is missing".to_owned()) };
    }
    match words.split_first() {
        Some((word, _)) if matches!(*word, "and" | "or" | ")") => {
            Err(format!("`{word}` stands where a tag was expected"))
        }
        Some((word, rest)) => {
            *words = rest;
            Ok(TagExpression::Tag((*word).to_owned()))
        }
        None => Err("a tag was expected at the end".to_owned()),
    }
}

fn take(words: &mut &[&str], word: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == word => {
            *words = rest;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tag_expressions_bind_not_then_and_then_or() {
        let tags: Vec<String> = ["smoke", "slow"].map(String::from).into();
        let table = [
            ("smoke", true),
            ("fast", false),
            ("not fast", true),
            ("smoke and not slow", false),
            ("fast or smoke and slow", true),
            ("(fast or smoke) and not slow", false),
            ("not (fast and smoke)", true),
        ];
        for (text, expected) in table {
            assert_eq!(TagExpression::parse(text).unwrap().holds(&tags), expected, "{text}");
        }
        for (text, part) in
            [("", "at the end"), ("a b", "`b` stands"), ("and a", "`and`"), ("(a", "missing"), ("a or", "at the end")]
        {
            assert!(TagExpression::parse(text).unwrap_err().contains(part), "{text}");
        }
    }
}
