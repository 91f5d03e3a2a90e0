//! JSONPath (RFC 9535) over our own values: the only place that names `jsonpath_rust` and `serde_json_path`.
//!
//! `serde_json_path` reads every path that is not plain first, and refuses what the RFC does not know. A path of names,
//! indices, slices and wildcards is then walked by hand, a path with a filter is evaluated by `jsonpath_rust` where it
//! lies, and the few queries that `jsonpath_rust` would answer wrongly are evaluated by `serde_json_path` over a copy.

mod copied;
mod dialect;
mod fitting;
mod gate;
mod location;
mod nearest;
mod plain;
mod queryable;
#[cfg(test)]
mod tests;
mod walk;

use std::{fmt, sync::Arc};

use jsonpath_rust::{parser::model::JpQuery, query::js_path_process};

use crate::json::Json;

pub(crate) use location::Location;

/// A compiled path.
#[derive(Clone)]
pub(crate) struct JsonPath(Arc<Compiled>);

/// Why a text is not a path.
#[derive(Clone, Debug)]
pub(crate) struct BadPath {
    /// What is wrong.
    pub(crate) message: String,
    /// The byte where it is wrong.
    pub(crate) offset: usize,
    /// What to write instead.
    pub(crate) help: Option<String>,
}

struct Compiled {
    text: Box<str>,
    way: Way,
}

/// How a path finds its values.
enum Way {
    /// Names and indices: at most one value.
    Singular(Box<[walk::Step]>),
    /// No filter: walked by hand.
    Walk(Vec<walk::Segment>),
    /// With filters: evaluated where the values lie.
    Filter(JpQuery),
    /// With what `jsonpath_rust` answers wrongly: evaluated over a copy.
    Copy(copied::Query),
}

impl JsonPath {
    /// Compiles a path.
    ///
    /// Comparisons in a filter are exact, whatever the length of the numbers in the document. A fraction written in
    /// the path itself is the double nearest to it. A pattern of `match` or `search` is compiled for every value it is
    /// tried on.
    ///
    /// # Errors
    /// It is not RFC 9535, is longer than 4096 bytes, nests too deep, or selects one value thousands of times.
    pub(crate) fn compile(text: &str) -> Result<Self, BadPath> {
        let plain = if text.len() > gate::LONGEST { None } else { plain::steps(text) };
        let way = plain.map_or_else(|| Way::of(text), |steps| Ok(Way::Singular(steps)))?;
        Ok(Self(Arc::new(Compiled { text: text.into(), way })))
    }

    /// The text it was compiled from.
    pub(crate) fn text(&self) -> &str {
        &self.0.text
    }

    /// Whether it can find one value at most (RFC 9535 2.3.5.1, singular query).
    pub(crate) fn is_singular(&self) -> bool {
        matches!(self.0.way, Way::Singular(_))
    }

    /// The values it finds, in order.
    pub(crate) fn find<'j, 'a>(&self, root: &'j Json<'a>) -> Vec<&'j Json<'a>> {
        match &self.0.way {
            Way::Singular(steps) => walk::follow(steps, root).into_iter().collect(),
            Way::Walk(segments) => walk::walk(segments, root),
            // An error would be a query that yields no nodes, which only a function does: no path is one.
            Way::Filter(query) => js_path_process(query, root)
                .map(|found| found.into_iter().map(|it| it.val).collect())
                .unwrap_or_default(),
            Way::Copy(query) => query.find(root),
        }
    }

    /// Where a singular path that finds nothing leaves the document: the existing path nearest to it, in words that
    /// follow "the nearest existing path is".
    ///
    /// None where the path finds something, or is not singular.
    pub(crate) fn nearest(&self, root: &Json<'_>) -> Option<String> {
        match &self.0.way {
            Way::Singular(steps) => nearest::nearest(steps, root),
            Way::Walk(_) | Way::Filter(_) | Way::Copy(_) => None,
        }
    }
}

impl Way {
    /// How a path that may be anything finds its values.
    fn of(text: &str) -> Result<Self, BadPath> {
        let strict = gate::parse(text)?;
        Ok(match fitting::fit(text)? {
            fitting::Fit::Evaluate(query) => match walk::segments(&query.segments) {
                Some(segments) => walk::steps(&segments).map_or(Self::Walk(segments), |it| Self::Singular(it.into())),
                None => Self::Filter(query),
            },
            fitting::Fit::Copy => Self::Copy(copied::Query::new(strict)),
        })
    }
}

impl fmt::Debug for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JsonPath({})", self.0.text)
    }
}
