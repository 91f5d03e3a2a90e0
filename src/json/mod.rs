//! JSON values: members in order, numbers by the text they were written with, strings borrowed where they can be.
//!
//! The only place that names `jiter`. Paths belong to `json_path`, schemas to `json_schema`.

use std::borrow::Cow;

/// A JSON value. `'a` is the text it was parsed from; `Json<'static>` owns everything.
#[derive(Clone, Debug)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Number<'a>),
    String(Cow<'a, str>),
    Array(Vec<Json<'a>>),
    /// Members in the order they were written. Where a name is repeated the last one counts.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// A JSON number, kept as its text: `0.10` stays `0.10` and 9007199254740993 is not rounded.
#[derive(Clone, Debug)]
pub(crate) struct Number<'a>(Cow<'a, str>);
