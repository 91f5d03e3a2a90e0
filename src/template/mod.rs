//! Templates: text with `{{expressions}}`, typed. The only place that names `handlebars`.
//!
//! `scan` and `expression` read what stands in braces, with its place and with numbers by their text; handlebars
//! settles the text around it: escapes, blocks, white space; `evaluate` gives the values.

mod block;
mod compile;
mod constant;
mod cursor;
mod draws;
mod evaluate;
mod expression;
mod extra;
mod fault;
mod files;
mod helpers;
mod literal;
mod path;
mod scan;
mod scope;
mod tree;

use std::sync::Arc;

use crate::json::Json;
use crate::source::Place;

use self::{compile::Compiled, compile::Node, evaluate::Rendering};
pub(crate) use self::{
    draws::Draws,
    extra::Extras,
    fault::{BadTemplate, RenderFault},
    files::Files,
    helpers::{Helper, helpers},
    path::Reference,
    scope::{Lookup, Scope},
    tree::Tree,
};

/// A compiled template. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    source: Arc<str>,
    parts: Parts,
}

#[derive(Clone, Debug)]
enum Parts {
    /// The source is the text.
    Plain,
    /// Escapes and comments, but nothing to render.
    Fixed(Arc<str>),
    Rendered(Arc<Compiled>),
}

impl Template {
    /// Compiles a template.
    #[cfg(test)]
    pub(crate) fn compile(text: &str) -> Result<Self, BadTemplate> {
        Self::compile_with(text, &Extras::default())
    }

    /// Compiles a template in which further helpers may be called.
    ///
    /// # Errors
    /// Braces or blocks that are not closed, an unknown helper, arguments that a helper does not take.
    pub(crate) fn compile_with(text: &str, extras: &Extras) -> Result<Self, BadTemplate> {
        if !text.contains("{{") {
            return Ok(Self::literal(text));
        }
        let compiled = Compiled::of(text, extras)?;
        let parts = match compiled.fixed() {
            Some(fixed) => Parts::Fixed(fixed.into()),
            None => Parts::Rendered(Arc::new(compiled)),
        };
        Ok(Self { source: text.into(), parts })
    }

    /// The same, written at a place: what cannot be rendered is told where it stands.
    #[must_use]
    pub(crate) fn placed(mut self, place: &Place) -> Self {
        if let Parts::Rendered(compiled) = &mut self.parts
            && let Some(compiled) = Arc::get_mut(compiled)
        {
            compiled.place = Some(place.clone());
        }
        self
    }

    /// A text in which nothing is a template.
    pub(crate) fn literal(text: &str) -> Self {
        Self { source: text.into(), parts: Parts::Plain }
    }

    /// The text it was compiled from.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The text, where no template stands in it.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match &self.parts {
            Parts::Plain => Some(&self.source),
            Parts::Fixed(text) => Some(text),
            Parts::Rendered(_) => None,
        }
    }

    /// The variables it reads, in order.
    pub(crate) fn references(&self) -> &[Reference] {
        match &self.parts {
            Parts::Rendered(compiled) => &compiled.references,
            Parts::Plain | Parts::Fixed(_) => &[],
        }
    }

    /// The files it reads by a name that is written, and where in the text that name stands.
    pub(crate) fn files(&self) -> &[(String, usize)] {
        match &self.parts {
            Parts::Rendered(compiled) => &compiled.files,
            Parts::Plain | Parts::Fixed(_) => &[],
        }
    }

    /// The rendered value: a lone expression keeps its type, mixed text is a string.
    ///
    /// # Errors
    /// A missing variable, a helper that does not take a value, a value that text cannot show.
    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<Json<'static>, RenderFault> {
        match &self.parts {
            Parts::Plain => Ok(Json::from(self.source.to_string())),
            Parts::Fixed(text) => Ok(Json::from(text.to_string())),
            Parts::Rendered(compiled) => match compiled.lone() {
                Some(Node::Value(value)) => self.rendering(scope, compiled).lone(value),
                _ => self.rendering(scope, compiled).text(&compiled.nodes).map(Json::from),
            },
        }
    }

    /// The rendered text: numbers and booleans as written; null, arrays and objects are refused.
    ///
    /// # Errors
    /// As [`Template::render`].
    pub(crate) fn render_text(&self, scope: &Scope<'_>) -> Result<String, RenderFault> {
        match &self.parts {
            Parts::Plain => Ok(self.source.to_string()),
            Parts::Fixed(text) => Ok(text.to_string()),
            Parts::Rendered(compiled) => self.rendering(scope, compiled).text(&compiled.nodes),
        }
    }

    fn rendering<'r>(&'r self, scope: &'r Scope<'r>, compiled: &'r Compiled) -> Rendering<'r> {
        Rendering::new(scope).at(compiled.place.as_ref(), &self.source)
    }
}

#[cfg(test)]
mod tests;
