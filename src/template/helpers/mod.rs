//! The helpers of templates: one table of what each takes and does, and how a helper reads what it is given.

mod compare;
mod convert;
mod encode;
mod fake;
mod number;
mod random;
mod text;
mod time;

use std::borrow::Cow;

use crate::diagnostic::nearest;
use crate::json::{Json, Number};
use crate::template::{RenderFault, Scope, evaluate::scalar_text, fault::described};

/// A function that templates call by its name.
pub(crate) struct Helper {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it takes, in order: `text`, perhaps `length?`, at the end perhaps any number of `values...`.
    pub(crate) arguments: &'static [&'static str],
    /// What it takes by name: `{{now add="5m"}}`.
    pub(crate) options: &'static [&'static str],
    /// The texts that its first argument may be; empty where it may be anything.
    pub(crate) choices: &'static [&'static str],
    /// What it gives, in one sentence without a full stop.
    pub(crate) about: &'static str,
    /// A template and what it may give.
    pub(crate) example: (&'static str, &'static str),
    pub(super) body: Body,
}

/// How a helper is called.
#[derive(Clone, Copy)]
pub(super) enum Body {
    Function(Function),
    /// Gives its first argument, or its second where the first is missing or null.
    Fallback,
}

type Function = fn(&Given<'_>) -> Result<Json<'static>, RenderFault>;

const FAMILIES: [&[Helper]; 9] = [
    random::HELPERS,
    fake::HELPERS,
    time::HELPERS,
    encode::HELPERS,
    text::HELPERS,
    convert::HELPERS,
    number::HELPERS,
    compare::HELPERS,
    &[Helper {
        name: "default",
        arguments: &["value", "fallback"],
        options: &[],
        choices: &[],
        about: "the value, or the fallback where it is missing or null",
        example: ("{{default nickname \"none\"}}", "none"),
        body: Body::Fallback,
    }],
];

/// Every helper.
pub(crate) fn helpers() -> impl Iterator<Item = &'static Helper> {
    FAMILIES.into_iter().flatten()
}

impl Helper {
    const fn new(
        name: &'static str,
        arguments: &'static [&'static str],
        about: &'static str,
        example: (&'static str, &'static str),
        function: Function,
    ) -> Self {
        Self { name, arguments, options: &[], choices: &[], about, example, body: Body::Function(function) }
    }

    const fn options(mut self, options: &'static [&'static str]) -> Self {
        self.options = options;
        self
    }

    const fn choices(mut self, choices: &'static [&'static str]) -> Self {
        self.choices = choices;
        self
    }

    /// Why a text cannot be its first argument, and what may be meant.
    pub(super) fn refuses(&self, choice: &str) -> Option<(String, String)> {
        if self.choices.is_empty() || self.choices.contains(&choice) {
            return None;
        }
        let help = match nearest(choice, self.choices.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it knows {}", self.choices.join(", ")),
        };
        Some((format!("`{}` knows no `{choice}`", self.name), help))
    }

    /// Whether it takes so many arguments.
    pub(super) fn takes(&self, count: usize) -> bool {
        count >= self.least() && self.most().is_none_or(|most| count <= most)
    }

    /// How many arguments it takes, for a sentence: `1 argument`, `0 to 2 arguments`.
    pub(super) fn count(&self) -> String {
        match (self.least(), self.most()) {
            (1, Some(1)) => "1 argument".to_owned(),
            (least, Some(most)) if least == most => format!("{least} arguments"),
            (least, Some(most)) => format!("{least} to {most} arguments"),
            (least, None) => format!("{least} or more arguments"),
        }
    }

    fn least(&self) -> usize {
        self.arguments.iter().filter(|name| !name.ends_with(['?', '.'])).count()
    }

    fn most(&self) -> Option<usize> {
        let is_open = self.arguments.last().is_some_and(|name| name.ends_with("..."));
        (!is_open).then_some(self.arguments.len())
    }
}

impl std::fmt::Debug for Helper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What a helper is given. As many arguments as it takes, and no options but its own.
pub(super) struct Given<'g> {
    pub(super) helper: &'static Helper,
    pub(super) arguments: Vec<Cow<'g, Json<'static>>>,
    pub(super) options: Vec<(&'g str, Cow<'g, Json<'static>>)>,
    pub(super) scope: &'g Scope<'g>,
}

impl Given<'_> {
    /// An argument.
    fn value(&self, index: usize) -> &Json<'static> {
        self.arguments.get(index).map_or(&Json::Null, |value| value)
    }

    /// An argument as text; numbers and booleans by the text they are written with.
    fn text(&self, index: usize) -> Result<&str, RenderFault> {
        let value = self.value(index);
        scalar_text(value).ok_or_else(|| self.wrong_text(self.name(index), value))
    }

    /// An argument that must be a number.
    fn number(&self, index: usize) -> Result<&Number<'static>, RenderFault> {
        let value = self.value(index);
        value.as_number().ok_or_else(|| self.wrong(self.name(index), "a number", value))
    }

    /// An option.
    fn option(&self, name: &str) -> Option<&Json<'static>> {
        self.options.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
    }

    /// An option as text.
    fn option_text(&self, name: &str) -> Result<Option<&str>, RenderFault> {
        let read = |value| scalar_text(value).ok_or_else(|| self.wrong_text(name, value));
        self.option(name).map(read).transpose()
    }

    /// A whole number from the argument at this index, or from the option of this name.
    fn integer(&self, index: usize, name: &str) -> Result<Option<i64>, RenderFault> {
        let given = self.arguments.get(index).map(|value| &**value);
        let read = |value: &Json<'_>| {
            let number = value.as_number().and_then(Number::to_i64);
            number.ok_or_else(|| self.wrong(name, "a whole number of at most 64 bits", value))
        };
        given.or_else(|| self.option(name)).map(read).transpose()
    }

    /// What an argument is called.
    fn name(&self, index: usize) -> &'static str {
        let known = self.helper.arguments;
        known.get(index).or(known.last()).map_or("value", |name| name.trim_end_matches(['?', '.']))
    }

    /// Says that an argument or option is not what it must be.
    fn wrong(&self, name: &str, expected: &str, found: &Json<'_>) -> RenderFault {
        let helper = self.helper.name;
        let message = format!("`{helper}` takes {expected} as `{name}`, found {}", described(found));
        RenderFault::cured(message, format!("for example `{}`", self.helper.example.0))
    }

    fn wrong_text(&self, name: &str, found: &Json<'_>) -> RenderFault {
        match (self.wrong(name, "text", found), found) {
            (RenderFault::Other { message, .. }, Json::Array(_) | Json::Object(_)) => {
                RenderFault::cured(message, "`json` makes text of it")
            }
            (fault, _) => fault,
        }
    }
}

#[cfg(test)]
mod tests;
