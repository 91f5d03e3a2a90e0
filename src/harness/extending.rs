//! The part of the builder that adds words to the language of specs: identities, helpers, matchers.

use std::panic::AssertUnwindSafe;

use serde_json::Value;

use crate::harness::{Harness, panicking::caught};

impl Harness {
    /// An identity for every spec, written as below `identities:` of a project file. It stands above one of the same name there.
    ///
    /// A secret is better handed over by [`Harness::env`] or [`App::env`](crate::App::env) than written into the text.
    ///
    /// ```
    /// let harness = hallpass::harness("specs")
    ///     .env("SERVICE_TOKEN", "made for this run")
    ///     .identity("service", "bearer: { env: SERVICE_TOKEN }");
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn identity(mut self, name: impl Into<String>, yaml: impl Into<String>) -> Self {
        self.identities.insert(name.into(), yaml.into());
        self
    }

    /// A helper for templates: `{{shout title}}`. It is given its arguments, as many as are written, and says why where it takes none of them.
    ///
    /// Numbers keep their digits where they fit 64 bits or a double exactly. A panic is an error of the case, not of the run.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").helper("shout", |words| match words {
    ///     [word] => Ok(format!("{}!", word.as_str().ok_or("it takes text")?).into()),
    ///     _ => Err("it takes one word".to_owned()),
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn helper<F>(mut self, name: impl Into<String>, give: F) -> Self
    where
        F: Fn(&[Value]) -> Result<Value, String> + Send + Sync + 'static,
    {
        let give = move |values: &[Value]| told(|| give(values));
        self.extensions.helpers.add(name.into(), give);
        self
    }

    /// A matcher for expectations: `{even: true}`, and `{$even: true}` below `json:`. It is given the value that was found and its operand.
    ///
    /// The error goes on after the path of the value: `is odd` is shown as ``$.count: is odd``. It is not asked where nothing was found.
    /// Numbers and panics are as in [`Harness::helper`].
    ///
    /// ```
    /// let harness = hallpass::harness("specs").matcher("even", |found, wanted| {
    ///     let number = found.as_i64().ok_or("only whole numbers are even or odd")?;
    ///     match (number % 2 == 0) == (*wanted == true) {
    ///         true => Ok(()),
    ///         false => Err(format!("{number} is {}", if number % 2 == 0 { "even" } else { "odd" })),
    ///     }
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn matcher<F>(mut self, name: impl Into<String>, check: F) -> Self
    where
        F: Fn(&Value, &Value) -> Result<(), String> + Send + Sync + 'static,
    {
        let check = move |found: &Value, operand: &Value| told(|| check(found, operand));
        self.extensions.add_matcher(name.into(), check);
        self
    }
}

/// The work of a person's closure, with a panic as its error.
fn told<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    caught(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(format!("it panicked: {panic}")))
}
