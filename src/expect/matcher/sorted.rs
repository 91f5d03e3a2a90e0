//! `sorted`: numbers by size, texts by their characters.

use std::{cmp::Ordering, fmt::Write};

use crate::expect::{
    describe,
    found::At,
    matcher::{Judge, Told, Verdict, lists, place_of},
    show::Shown,
};
use crate::json::Json;
use crate::spec::matcher::{Matcher, Sorting};

impl Judge<'_> {
    pub(super) fn sorted(&mut self, matcher: &Matcher, sorting: &Sorting, at: At<'_>) -> Verdict {
        let Some(elements) = at.list() else { return self.void(matcher, at, lists::WANTED) };
        let fault = match keys(&elements, sorting) {
            Ok(keys) => first_out_of_order(&keys, sorting.descending).map(|index| {
                let (before, after) = (Shown::value(keys[index]), Shown::value(keys[index + 1]));
                (Verdict::Fails, format!("{before} before {after} at [{index}] and [{}]", index + 1))
            }),
            Err(why) => Some((Verdict::Void, why)),
        };
        let Some((verdict, found)) = fault else { return Verdict::Holds };
        let scope = self.scope;
        self.report(place_of(matcher), at, || Told::new(describe::rule(&matcher.rule, scope), Shown::words(found)));
        verdict
    }
}

/// What each element is sorted by, or why they cannot be compared.
fn keys<'v>(elements: &[&'v Json<'v>], sorting: &Sorting) -> Result<Vec<&'v Json<'v>>, String> {
    let mut keys: Vec<&Json<'_>> = Vec::with_capacity(elements.len());
    for (index, element) in elements.iter().enumerate() {
        let key = match &sorting.by {
            None => element,
            Some(path) => match path.find(element).as_slice() {
                [only] => *only,
                found => return Err(format!("{} values at `{}` of [{index}]", found.len(), path.text())),
            },
        };
        comparable(key, keys.first().copied()).map_err(|why| format!("{why} at [{index}]"))?;
        keys.push(key);
    }
    Ok(keys)
}

fn comparable(key: &Json<'_>, first: Option<&Json<'_>>) -> Result<(), String> {
    let mut why = Shown::kind(key).to_string();
    match (key, first) {
        (Json::Number(_), None | Some(Json::Number(_))) | (Json::String(_), None | Some(Json::String(_))) => Ok(()),
        (Json::Number(_) | Json::String(_), Some(first)) => {
            // A `String` takes everything that is written to it.
            let _ = write!(why, " beside {}", Shown::kind(first));
            Err(why)
        }
        _ => Err(format!("{why}, which has no order,")),
    }
}

fn first_out_of_order(keys: &[&Json<'_>], descending: bool) -> Option<usize> {
    let wrong = if descending { Ordering::Less } else { Ordering::Greater };
    keys.windows(2).position(|pair| super::order::compare(pair[0], pair[1]) == wrong)
}

#[cfg(test)]
mod tests {
    use crate::expect::tests::{first, holds};

    #[test]
    fn lists_of_numbers_or_of_texts_are_sorted() {
        holds(&[
            ("{sorted: asc}", "[1, 1.0, 2, 10]", true),
            ("{sorted: asc}", "[\"a\", \"b\"]", true),
            ("{sorted: asc}", "[]", true),
            ("{sorted: asc}", "[5]", true),
            ("{sorted: desc}", "[10, 9, 9]", true),
            ("{sorted: {by: $.at, order: desc}}", "[{\"at\": 2}, {\"at\": 1}]", true),
            ("{sorted: {by: $.at}}", "[{\"at\": \"a\"}, {\"at\": \"b\"}]", true),
            ("{sorted: asc}", "[2, 1]", false),
            ("{sorted: asc}", "[\"10\", \"9\", \"1\"]", false),
            ("{sorted: desc}", "[1, 2]", false),
            ("{sorted: asc}", "[1, \"2\"]", false),
            ("{sorted: asc}", "[null, null]", false),
            ("{sorted: asc}", "[{\"at\": 1}]", false),
            ("{sorted: asc}", "\"abc\"", false),
            ("{sorted: {by: $.at}}", "[{\"at\": 1}, {}]", false),
            ("{sorted: {by: $.at}}", "[{\"at\": 2}, {\"at\": 1}]", false),
            ("{not: {sorted: asc}}", "[2, 1]", true),
            ("{not: {sorted: asc}}", "[1, \"2\"]", false),
        ]);
        let message = first("{sorted: asc}", "[1, 3, 2]").message;
        assert_eq!(message, "$.a: expected ascending order, found `3` before `2` at [1] and [2]");
    }
}
