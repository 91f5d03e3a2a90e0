//! Text and values with templates, each with its place.

use std::borrow::Cow;

use crate::json::Json;
use crate::source::Place;
use crate::template::{RenderFault, Scope, Template, Tree};

/// Text with templates.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    template: Template,
    place: Place,
}

impl Text {
    /// A compiled template and where it was written.
    pub(crate) fn new(template: Template, place: Place) -> Self {
        Self { template, place }
    }

    /// Text in which nothing is a template.
    pub(crate) fn literal(text: &str, place: &Place) -> Self {
        Self { template: Template::literal(text), place: place.clone() }
    }

    /// The empty text, until something is read in its place.
    pub(crate) fn nothing(place: &Place) -> Self {
        Self::literal("", place)
    }

    /// Where it was written.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The text before it is rendered.
    pub(crate) fn source(&self) -> &str {
        self.template.source()
    }

    /// The template without its place.
    pub(crate) fn into_template(self) -> Template {
        self.template
    }

    /// The text, where no template stands in it.
    pub(crate) fn fixed(&self) -> Option<&str> {
        self.template.fixed()
    }

    /// The rendered text.
    ///
    /// # Errors
    /// A missing variable, or a value that text cannot show.
    pub(crate) fn render<'t>(&'t self, scope: &Scope<'_>) -> Result<Cow<'t, str>, Unrendered> {
        match self.template.fixed() {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => self.template.render_text(scope).map(Cow::Owned).map_err(|fault| self.unrendered(fault)),
        }
    }

    /// The rendered value: a lone template keeps its type.
    ///
    /// # Errors
    /// As [`Text::render`].
    pub(crate) fn value(&self, scope: &Scope<'_>) -> Result<Json<'static>, Unrendered> {
        self.template.render(scope).map_err(|fault| self.unrendered(fault))
    }

    fn unrendered(&self, fault: RenderFault) -> Unrendered {
        Unrendered::new(fault, &self.place)
    }
}

/// A value with templates in it.
#[derive(Clone, Debug)]
pub(crate) struct Templated {
    /// The value.
    pub(crate) tree: Tree,
    /// Where it was written.
    pub(crate) place: Place,
}

impl Templated {
    /// The rendered value.
    ///
    /// # Errors
    /// A missing variable, or a value that text cannot show.
    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<Cow<'_, Json<'static>>, Unrendered> {
        self.tree.render(scope).map_err(|fault| Unrendered::new(fault, &self.place))
    }

    /// The value, where no template stands in it.
    pub(crate) fn fixed(&self) -> Option<&Json<'static>> {
        self.tree.fixed()
    }
}

/// A template that could not be rendered, and where it was written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{fault}")]
pub(crate) struct Unrendered {
    /// Why.
    pub(crate) fault: RenderFault,
    /// The text or value it stands in.
    pub(crate) place: Place,
}

impl Unrendered {
    /// A fault of what was written at `place`, as near to the expression as that is known.
    pub(crate) fn new(fault: RenderFault, place: &Place) -> Self {
        let place = fault.place().unwrap_or(place).clone();
        Self { fault, place }
    }
}
