//! Makes a parsed query fit for `jsonpath_rust`, or finds that it is not.
//!
//! Comparisons by size and `count` become functions of ours (see `queryable`). What it answers wrongly goes to the other
//! evaluator: a filter applied to `@` itself (`$[?!@[?@>1]]`), several selectors applied to several values (it orders by
//! selector, RFC 9535 by value).

use jsonpath_rust::parser::{
    model::{
        Comparable, Comparison, Filter, FilterAtom, FnArg, JpQuery, Literal, Segment, Selector, SingularQuery,
        SingularQuerySegment, Test, TestFunction,
    },
    parse_json_path,
};

use super::{BadPath, gate, queryable::function};
use crate::regular_expression::RegularExpression;

/// How often a path may select one value: `[0,0]` twice in a row selects it four times.
const MOST_REPEATS: usize = 4096;
/// How many bytes a pattern may compile to: it is compiled for every value it is tried on.
const LARGEST_PATTERN: usize = 256 << 10;

/// Who evaluates a query.
pub(super) enum Fit {
    /// `jsonpath_rust`, or our own walk.
    Evaluate(JpQuery),
    /// `serde_json_path`, over a copy.
    Copy,
}

/// Reads a path that the strict parser has accepted.
pub(super) fn fit(text: &str) -> Result<Fit, BadPath> {
    let syntax = gate::without_strings(text);
    if let Some(offset) = syntax.find(|c: char| !c.is_ascii() && c.is_whitespace()) {
        let help = "write a blank that is meant in brackets and quotes: `['a name']`";
        return Err(refused(offset, "a name holds a blank that is not ASCII", Some(help)));
    }
    let mut query = parse_json_path(text).map_err(|_| unreadable(&syntax))?;
    let mut fitting = Fitting::default();
    fitting.segments(&mut query.segments);
    let needs_copy = fitting.filters_itself || (fitting.has_filter && is_ordered_otherwise(&query.segments));
    if fitting.repeats > MOST_REPEATS {
        Err(refused(0, "its lists of selectors select one value more than 4096 times", None))
    } else if fitting.is_costly {
        let offset = ["match(", "search("].iter().filter_map(|name| syntax.find(name)).min();
        let help = "select the list and use a matcher, which compiles it once: `$.items[*].name: {any: {matches: …}}`";
        Err(refused(offset.unwrap_or_default(), "a pattern that large would be compiled for every value", Some(help)))
    } else if needs_copy && fitting.misread {
        let help = "write two paths, or compare with a number or a text: `@.a <= 3`";
        let message =
            "a filter on `@` itself, or before a list of names, knows no negative index and no `<` of two paths";
        Err(refused(0, message, Some(help)))
    } else if needs_copy {
        Ok(Fit::Copy)
    } else {
        Ok(Fit::Evaluate(query))
    }
}

/// Why a path that the strict parser reads cannot be evaluated: no whole number in it may exceed 53 bits.
fn unreadable(syntax: &str) -> BadPath {
    let mut numbers = syntax.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() >= 16);
    let Some(number) = numbers.next() else { return refused(0, "it cannot be evaluated", None) };
    let help = "select the list and use a matcher, for example `$.items[*].id: {contains: 9007199254740993}`";
    let message = "a path cannot compare whole numbers beyond 9007199254740991";
    refused(syntax.find(number).unwrap_or_default(), message, Some(help))
}

fn refused(offset: usize, message: &str, help: Option<&str>) -> BadPath {
    BadPath { message: message.to_owned(), offset, help: help.map(ToOwned::to_owned) }
}

/// Whether several selectors apply to several values.
fn is_ordered_otherwise(segments: &[Segment]) -> bool {
    let is_one = |segment: &Segment| matches!(segment, Segment::Selector(Selector::Name(_) | Selector::Index(_)));
    let first_many = segments.iter().position(|segment| !is_one(segment)).unwrap_or(segments.len());
    let lists = |segment: &Segment| matches!(segment, Segment::Selectors(_));
    let descends = |segment: &Segment| matches!(segment, Segment::Descendant(inner) if lists(inner));
    segments.iter().any(descends) || segments.iter().skip(first_many + 1).any(lists)
}

/// What is seen on the way through a query.
struct Fitting {
    has_filter: bool,
    /// A filter applies to `@` itself.
    filters_itself: bool,
    /// What `serde_json_path` answers wrongly: an index from the end where a filter expects one value, and a comparison
    /// by size of what may have no size (it takes `true` for greater than `false`) or not be there.
    misread: bool,
    /// A pattern is too large to be compiled again and again.
    is_costly: bool,
    /// The most often that one value is selected.
    repeats: usize,
}

impl Default for Fitting {
    fn default() -> Self {
        Self { has_filter: false, filters_itself: false, misread: false, is_costly: false, repeats: 1 }
    }
}

impl Fitting {
    fn segments(&mut self, segments: &mut [Segment]) {
        let mut repeats = 1_usize;
        for segment in segments {
            repeats = repeats.saturating_mul(self.segment(segment));
        }
        self.repeats = self.repeats.max(repeats);
    }

    /// Says how many selectors the segment has.
    fn segment(&mut self, segment: &mut Segment) -> usize {
        match segment {
            Segment::Descendant(inner) => self.segment(inner),
            Segment::Selector(selector) => {
                self.selector(selector);
                1
            }
            Segment::Selectors(selectors) => {
                selectors.iter_mut().for_each(|selector| self.selector(selector));
                selectors.len()
            }
        }
    }

    fn selector(&mut self, selector: &mut Selector) {
        if let Selector::Filter(filter) = selector {
            self.has_filter = true;
            self.filter(filter);
        }
    }

    fn filter(&mut self, filter: &mut Filter) {
        match filter {
            Filter::Or(filters) | Filter::And(filters) => filters.iter_mut().for_each(|filter| self.filter(filter)),
            Filter::Atom(atom) => self.atom(atom),
        }
    }

    fn atom(&mut self, atom: &mut FilterAtom) {
        match atom {
            FilterAtom::Filter { expr, .. } => self.filter(expr),
            FilterAtom::Test { expr, .. } => self.test(expr),
            FilterAtom::Comparison(comparison) => {
                self.misread |= is_of_any_kind(comparison);
                self.comparison(comparison);
                if let Some(by_size) = by_size(comparison) {
                    *atom = FilterAtom::test(Test::Function(Box::new(by_size)), false);
                }
            }
        }
    }

    fn comparison(&mut self, comparison: &mut Comparison) {
        let (Comparison::Eq(left, right)
        | Comparison::Ne(left, right)
        | Comparison::Gt(left, right)
        | Comparison::Gte(left, right)
        | Comparison::Lt(left, right)
        | Comparison::Lte(left, right)) = comparison;
        for side in [left, right] {
            match side {
                Comparable::Literal(_) => {}
                Comparable::Function(function) => self.function(function),
                Comparable::SingularQuery(SingularQuery::Current(steps) | SingularQuery::Root(steps)) => {
                    self.misread |= steps.iter().any(|it| matches!(it, SingularQuerySegment::Index(..0)));
                }
            }
        }
    }

    fn test(&mut self, test: &mut Test) {
        match test {
            Test::RelQuery(segments) => {
                self.filters_itself |= segments.first().is_some_and(filters);
                self.query(segments);
            }
            Test::AbsQuery(query) => self.query(&mut query.segments),
            Test::Function(function) => self.function(function),
        }
    }

    fn query(&mut self, segments: &mut [Segment]) {
        self.misread |= segments.iter().any(|it| matches!(it, Segment::Selector(Selector::Index(..0))));
        self.segments(segments);
    }

    fn function(&mut self, function: &mut TestFunction) {
        match function {
            TestFunction::Custom(_, arguments) => arguments.iter_mut().for_each(|argument| self.argument(argument)),
            TestFunction::Length(argument) => self.argument(argument),
            TestFunction::Value(argument) => self.argument(argument),
            TestFunction::Search(text, pattern) | TestFunction::Match(text, pattern) => {
                self.is_costly |= is_costly(pattern);
                self.argument(text);
                self.argument(pattern);
            }
            TestFunction::Count(argument) => {
                self.argument(argument);
                *function = TestFunction::Custom(function::COUNT.to_owned(), vec![argument.clone()]);
            }
        }
    }

    fn argument(&mut self, argument: &mut FnArg) {
        match argument {
            FnArg::Literal(_) => {}
            FnArg::Test(test) => self.test(test),
            FnArg::Filter(filter) => self.filter(filter),
        }
    }
}

fn is_costly(pattern: &FnArg) -> bool {
    matches!(pattern, FnArg::Literal(Literal::String(text)) if RegularExpression::is_larger_than(text, LARGEST_PATTERN))
}

/// Whether values that are neither numbers nor texts may be compared by size, or nothing with nothing.
fn is_of_any_kind(comparison: &Comparison) -> bool {
    let has_size = |side: &Comparable| {
        matches!(side, Comparable::Literal(Literal::Int(_) | Literal::Float(_) | Literal::String(_)))
    };
    let (left, right) = comparison.vals();
    !matches!(comparison, Comparison::Eq(..) | Comparison::Ne(..)) && !has_size(left) && !has_size(right)
}

fn filters(segment: &Segment) -> bool {
    match segment {
        Segment::Descendant(inner) => filters(inner),
        Segment::Selector(selector) => matches!(selector, Selector::Filter(_)),
        Segment::Selectors(selectors) => selectors.iter().any(|selector| matches!(selector, Selector::Filter(_))),
    }
}

/// The function that stands for a comparison by size; none for equality.
fn by_size(comparison: &Comparison) -> Option<TestFunction> {
    let (name, left, right) = match comparison {
        Comparison::Eq(..) | Comparison::Ne(..) => return None,
        Comparison::Lt(left, right) => (function::LESS, left, right),
        Comparison::Lte(left, right) => (function::AT_MOST, left, right),
        Comparison::Gt(left, right) => (function::LESS, right, left),
        Comparison::Gte(left, right) => (function::AT_MOST, right, left),
    };
    Some(TestFunction::Custom(name.to_owned(), vec![as_argument(left), as_argument(right)]))
}

fn as_argument(side: &Comparable) -> FnArg {
    let test = match side {
        Comparable::Literal(literal) => return FnArg::Literal(literal.clone()),
        Comparable::Function(function) => Test::Function(Box::new(function.clone())),
        Comparable::SingularQuery(SingularQuery::Current(steps)) => Test::RelQuery(as_segments(steps)),
        Comparable::SingularQuery(SingularQuery::Root(steps)) => Test::AbsQuery(JpQuery::new(as_segments(steps))),
    };
    FnArg::Test(Box::new(test))
}

fn as_segments(steps: &[SingularQuerySegment]) -> Vec<Segment> {
    let segment = |step: &SingularQuerySegment| match step {
        SingularQuerySegment::Index(index) => Segment::Selector(Selector::Index(*index)),
        SingularQuerySegment::Name(name) => Segment::name(name),
    };
    steps.iter().map(segment).collect()
}
