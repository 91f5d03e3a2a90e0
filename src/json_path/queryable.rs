//! Our values as `jsonpath_rust` asks for them.
//!
//! It compares numbers as doubles and takes those that differ by less than 2.2e-16 for equal. So numbers are kept from
//! it: what it then takes for values of another kind it compares by our own equality, which is exact, and comparisons
//! by size are functions that `fitting` puts in their place.

use std::{borrow::Cow, cmp::Ordering};

use jsonpath_rust::query::queryable::Queryable;

use super::walk;
use crate::json::Json;

/// The functions that stand for what `jsonpath_rust` gets wrong.
pub(super) mod function {
    pub(crate) const LESS: &str = "less";
    pub(crate) const AT_MOST: &str = "at_most";
    pub(crate) const COUNT: &str = "count";
}

impl Queryable for Json<'_> {
    fn get(&self, key: &str) -> Option<&Self> {
        Json::get(self, key)
    }

    fn as_array(&self) -> Option<&Vec<Self>> {
        match self {
            Json::Array(elements) => Some(elements),
            _ => None,
        }
    }

    fn as_object(&self) -> Option<Vec<(&str, &Self)>> {
        matches!(self, Json::Object(_)).then(|| walk::members(self))
    }

    fn as_str(&self) -> Option<&str> {
        Json::as_str(self)
    }

    fn as_i64(&self) -> Option<i64> {
        None
    }

    fn as_f64(&self) -> Option<f64> {
        None
    }

    fn as_bool(&self) -> Option<bool> {
        Json::as_bool(self)
    }

    fn null() -> Self {
        Json::Null
    }

    /// The arguments are the nodes and values found: a path that finds nothing adds none.
    fn extension_custom(name: &str, arguments: Vec<Cow<'_, Self>>) -> Self {
        match name {
            function::LESS => Json::Bool(compare(&arguments) == Some(Ordering::Less)),
            function::AT_MOST => Json::Bool(is_at_most(&arguments)),
            function::COUNT => Json::from(arguments.len()),
            _ => Json::Null,
        }
    }
}

/// Nothing is at most nothing, and every value at most itself (RFC 9535 2.3.5.2.2).
fn is_at_most(arguments: &[Cow<'_, Json<'_>>]) -> bool {
    match arguments {
        [] => true,
        [left, right] => left == right || compare(arguments) == Some(Ordering::Less),
        _ => false,
    }
}

fn compare(arguments: &[Cow<'_, Json<'_>>]) -> Option<Ordering> {
    let [left, right] = arguments else { return None };
    match (&**left, &**right) {
        (Json::Number(left), Json::Number(right)) => Some(left.compare(right)),
        (Json::String(left), Json::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
