//! `unordered`: a list in any order, each pattern given an element of its own.

use crate::expect::{
    describe,
    found::At,
    matcher::{Judge, Judged, Told, Verdict, equality, lists},
    show::Shown,
};
use crate::spec::{
    Unrendered,
    matcher::{Matcher, Pattern},
};

impl Judge<'_> {
    pub(super) fn unordered(&mut self, matcher: &Matcher, patterns: &[Pattern], at: At<'_>) -> Judged {
        let Some(elements) = at.list() else { return Ok(self.void(matcher, at, lists::WANTED)) };
        let mut fits: Vec<Vec<usize>> = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            fits.push(self.fitting(pattern, at)?);
        }
        let owners = pairing(&fits, elements.len());
        let given: Vec<usize> = owners.iter().flatten().copied().collect();
        for (index, pattern) in patterns.iter().enumerate().filter(|(index, _)| !given.contains(index)) {
            let scope = self.scope;
            self.report(&pattern.place, at, || {
                let expected = format!("an element for {}", describe::pattern(pattern, scope));
                let found = match fits[index].len() {
                    0 => "none that matches".to_owned(),
                    _ => "each that matches taken by another".to_owned(),
                };
                Told::new(Shown::words(expected), Shown::words(found))
            });
        }
        for (index, element) in elements.iter().enumerate().filter(|(index, _)| owners[*index].is_none()) {
            let at = at.element(index, element);
            let wanted = format!("only {} in any order", equality::elements(patterns.len()));
            self.report(&matcher.place, at, || Told::new(Shown::words(wanted), at.shown()));
        }
        Ok(Verdict::of(given.len() == patterns.len() && given.len() == elements.len()))
    }

    /// The elements that a pattern matches.
    fn fitting(&mut self, pattern: &Pattern, at: At<'_>) -> Result<Vec<usize>, Unrendered> {
        self.quietly(|judge| {
            let mut fits = Vec::new();
            for (index, element) in at.list().unwrap_or_default().into_iter().enumerate() {
                if judge.pattern(pattern, at.element(index, element))? == Verdict::Holds {
                    fits.push(index);
                }
            }
            Ok(fits)
        })
    }
}

/// The pattern that each element is given to: as many pairs as there can be (augmenting paths, no recursion).
fn pairing(fits: &[Vec<usize>], elements: usize) -> Vec<Option<usize>> {
    let mut owners: Vec<Option<usize>> = vec![None; elements];
    for pattern in 0..fits.len() {
        // The element each step came through, so that a path to a free element can be walked back.
        let mut came_from: Vec<Option<usize>> = vec![None; elements];
        let mut seen = vec![false; elements];
        let mut open = vec![(pattern, None)];
        let mut end = None;
        while let Some((owner, through)) = open.pop() {
            for &element in &fits[owner] {
                if std::mem::replace(&mut seen[element], true) {
                    continue;
                }
                came_from[element] = through;
                match owners[element] {
                    Some(next) => open.push((next, Some(element))),
                    None => end = Some(element),
                }
            }
            if end.is_some() {
                break;
            }
        }
        hand_over(&mut owners, &came_from, end, pattern);
    }
    owners
}

/// Walks a path back: each element on it goes to the pattern that held the one before.
fn hand_over(owners: &mut [Option<usize>], came_from: &[Option<usize>], end: Option<usize>, pattern: usize) {
    let mut element = end;
    while let Some(here) = element {
        let before = came_from[here];
        owners[here] = match before {
            Some(before) => owners[before],
            None => Some(pattern),
        };
        element = before;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expect::tests::{all, holds};

    /// The largest pairing, found by trying all of them.
    fn largest(fits: &[Vec<usize>], taken: &mut Vec<usize>) -> usize {
        let Some((first, rest)) = fits.split_first() else { return 0 };
        let mut most = largest(rest, taken);
        for element in first {
            if !taken.contains(element) {
                taken.push(*element);
                most = most.max(1 + largest(rest, taken));
                taken.pop();
            }
        }
        most
    }

    proptest! {
        #[test]
        fn no_pairing_is_larger(bits in prop::collection::vec(prop::array::uniform5(any::<bool>()), 0..6)) {
            let fits: Vec<Vec<usize>> = bits.iter().map(|row| (0..5).filter(|at| row[*at]).collect()).collect();
            let owners = pairing(&fits, 5);
            let pairs = || owners.iter().enumerate().filter_map(|(element, owner)| Some((element, (*owner)?)));
            prop_assert!(pairs().all(|(element, owner)| fits[owner].contains(&element)));
            let mut used: Vec<usize> = pairs().map(|(_, owner)| owner).collect();
            used.sort_unstable();
            used.dedup();
            prop_assert_eq!(used.len(), pairs().count());
            prop_assert_eq!(pairs().count(), largest(&fits, &mut Vec::new()));
        }
    }

    #[test]
    fn every_pattern_gets_an_element_of_its_own() {
        holds(&[
            ("{unordered: [a, b]}", "[\"b\", \"a\"]", true),
            ("{unordered: [1, 1.0]}", "[1, 1]", true),
            ("{unordered: [{$gt: 0}, {$gt: 1}, {$gt: 2}]}", "[3, 2, 1]", true),
            ("{unordered: [{$gt: 0}, {$gt: 2}, {$gt: 1}]}", "[3, 1, 2]", true),
            ("{unordered: [{$type: integer}, 1]}", "[1, 2]", true),
            ("{unordered: [{id: 1}, {id: 2}]}", "[{\"id\": 2, \"x\": 1}, {\"id\": 1}]", true),
            ("{unordered: [{$gt: 1}, {$gt: 1}]}", "[2, 1]", false),
            ("{unordered: [a, b]}", "[\"a\", \"a\"]", false),
            ("{unordered: [a, b]}", "[\"a\", \"b\", \"c\"]", false),
            ("{unordered: [a, b]}", "[\"a\"]", false),
            ("{unordered: [a]}", "[]", false),
            ("{unordered: [a]}", "\"a\"", false),
            ("{unordered: [{id: 1}]}", "[{\"id\": 2}]", false),
            ("{exact: {$unordered: [{id: 1}]}}", "[{\"id\": 1, \"x\": 1}]", false),
        ]);
    }

    #[test]
    fn what_is_left_over_on_both_sides_is_named() {
        let found = all("{unordered: [a, b]}", "[\"c\", \"a\"]");
        let messages: Vec<_> = found.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "$.a: expected an element for `\"b\"`, found none that matches",
                "$.a[0]: expected only 2 elements in any order, found `\"c\"`"
            ]
        );
        assert_eq!(found[0].place.text(), "b");
    }

    #[test]
    fn a_pairing_is_as_large_as_it_can_be() {
        let size = |fits: &[Vec<usize>], elements| pairing(fits, elements).iter().flatten().count();
        assert_eq!(size(&[vec![0, 1], vec![0]], 2), 2);
        assert_eq!(size(&[vec![0], vec![0, 1], vec![1, 2]], 3), 3);
        assert_eq!(size(&[vec![2, 1, 0], vec![2, 1], vec![2]], 3), 3);
        assert_eq!(size(&[vec![0], vec![0]], 2), 1);
        assert_eq!(size(&[], 2), 0);
        let chain: Vec<_> = (0..2000).map(|n| vec![n, n + 1]).rev().collect();
        assert_eq!(size(&chain, 2001), 2000);
    }
}
