//! What a pattern is held against: a value, the nodes of a path, or nothing.

use std::borrow::Cow;

use crate::diagnostic::nearest;
use crate::expect::{
    show::Shown,
    spot::{Spot, Step},
};
use crate::json::{Json, Kind, Number};
use crate::json_path::JsonPath;

/// What was found.
#[derive(Clone, Copy)]
pub(super) enum Found<'v> {
    Nothing(Absence<'v>),
    One(&'v Json<'v>),
    /// What a path that is not singular finds: a list, whatever its length.
    Many(&'v [&'v Json<'v>], &'v Json<'v>),
}

/// Why nothing was found, to tell what is near.
#[derive(Clone, Copy)]
pub(super) enum Absence<'v> {
    Plain,
    /// A singular path that finds nothing in this document.
    Path(&'v JsonPath, &'v Json<'v>),
    /// A member that this object does not have.
    Member(&'v str, &'v Json<'v>),
    /// A name that is not among these.
    Among(&'v str, &'v [&'v str]),
    /// This is why.
    Because(&'v str),
}

impl Absence<'_> {
    /// What is there and may be meant.
    pub(super) fn help(self) -> Option<String> {
        let near = |written: &str, known: &mut dyn Iterator<Item = &str>| nearest(written, known).map(str::to_owned);
        let found = match self {
            Self::Because(why) => return Some(why.to_owned()),
            Self::Plain => None,
            Self::Path(path, document) => {
                return path.nearest(document).map(|found| format!("the nearest that is there is {found}"));
            }
            Self::Member(name, object) => {
                near(name, &mut object.as_object().unwrap_or_default().iter().map(|(name, _)| &**name))
            }
            Self::Among(name, known) => near(name, &mut known.iter().copied()),
        };
        found.map(|found| format!("the nearest that is there is `{found}`"))
    }
}

/// Something found, and where in the answer.
#[derive(Clone, Copy)]
pub(super) struct At<'v> {
    pub(super) found: Found<'v>,
    pub(super) spot: Spot<'v>,
}

impl<'v> At<'v> {
    /// What was found at a named part of the answer.
    pub(super) fn root(prefix: &'static str, name: &'v str, found: Found<'v>) -> Self {
        Self { found, spot: Spot { parent: None, step: Step::Root(prefix, name) } }
    }

    /// A member of this.
    pub(super) fn member<'c>(&'c self, name: &'c str, found: Found<'c>) -> At<'c> {
        At { found, spot: Spot { parent: Some(&self.spot), step: Step::Member(name) } }
    }

    /// An element of this.
    pub(super) fn element<'c>(&'c self, index: usize, value: &'c Json<'c>) -> At<'c> {
        let step = match self.found {
            Found::Many(_, document) => Step::Node(index, value, document),
            Found::One(_) | Found::Nothing(_) => Step::Element(index),
        };
        At { found: Found::One(value), spot: Spot { parent: Some(&self.spot), step } }
    }

    /// The length of this.
    pub(super) fn length<'c>(&'c self, length: &'c Json<'c>) -> At<'c> {
        At { found: Found::One(length), spot: Spot { parent: Some(&self.spot), step: Step::Length } }
    }

    /// Whether there is nothing.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(self.found, Found::Nothing(_))
    }

    /// The elements, where it is a list.
    pub(super) fn list(&self) -> Option<Vec<&'v Json<'v>>> {
        match self.found {
            Found::One(Json::Array(elements)) => Some(elements.iter().collect()),
            Found::Many(nodes, _) => Some(nodes.to_vec()),
            Found::One(_) | Found::Nothing(_) => None,
        }
    }

    /// The one value.
    pub(super) fn value(&self) -> Option<&'v Json<'v>> {
        match self.found {
            Found::One(value) => Some(value),
            Found::Many(..) | Found::Nothing(_) => None,
        }
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&'v str> {
        match self.value()? {
            Json::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number, where it is one.
    pub(super) fn number(&self) -> Option<&'v Number<'v>> {
        self.value()?.as_number()
    }

    /// What kind of value it is.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self.found {
            Found::One(value) => Some(value.kind()),
            Found::Many(..) => Some(Kind::Array),
            Found::Nothing(_) => None,
        }
    }

    /// The value as one; the nodes of a path are copied into a list.
    pub(super) fn whole(&self) -> Option<Cow<'v, Json<'v>>> {
        match self.found {
            Found::One(value) => Some(Cow::Borrowed(value)),
            Found::Many(nodes, _) => Some(Cow::Owned(Json::Array(nodes.iter().map(|node| (*node).clone()).collect()))),
            Found::Nothing(_) => None,
        }
    }

    /// How a message shows it.
    pub(super) fn shown(&self) -> Shown {
        match self.found {
            Found::One(value) => Shown::value(value),
            Found::Many(nodes, _) => Shown::nodes(nodes),
            Found::Nothing(_) => Shown::words("nothing"),
        }
    }
}
