//! What a person wants done around each run of a spec.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use crate::harness::{
    app::{AnyError, App, with_causes},
    panicking::words,
};
use crate::http::Inside;
use crate::json::Json;
use crate::run::{Around, Each, End, Fresh};

/// One run of a spec, as [`Harness::before_each`](crate::Harness::before_each) and [`Harness::after_each`](crate::Harness::after_each) are
/// told of it: of its file, or of one of the rows that the file is run for.
///
/// ```
/// let harness = hallpass::harness("specs").after_each(|spec| async move {
///     let row = spec.row().map(|row| format!(" [{row}]")).unwrap_or_default();
///     std::fs::write("last", format!("{}{row}: {}", spec.file(), if spec.failed() { "failed" } else { "passed" }))?;
///     Ok(())
/// });
/// # let _ = harness;
/// ```
#[derive(Clone, Debug)]
pub struct SpecInfo {
    each: Each,
    id: String,
    failed: bool,
}

impl SpecInfo {
    /// The path of the spec below the root of the project, with `/`: `specs/items.yaml`.
    ///
    /// ```
    /// # hallpass::harness("specs").before_each(|spec| async move {
    /// let is_slow = spec.file().starts_with("specs/slow/");
    /// # let _ = is_slow; Ok(hallpass::App::default()) });
    /// ```
    #[must_use]
    pub fn file(&self) -> &str {
        &self.each.file
    }

    /// What the row under `cases:` is called, as in names of tests; none where the spec has no rows.
    ///
    /// ```
    /// # hallpass::harness("specs").before_each(|spec| async move {
    /// let name = spec.row().unwrap_or("the only one").to_owned();
    /// # let _ = name; Ok(hallpass::App::default()) });
    /// ```
    #[must_use]
    pub fn row(&self) -> Option<&str> {
        self.each.row.as_deref()
    }

    /// A text of 32 lower-case letters and digits that no other run has, in whatever process: for names of databases, folders, queues. The
    /// same before and after.
    ///
    /// ```
    /// # hallpass::harness("specs").before_each(|spec| async move {
    /// let database = format!("test_{}", spec.id());
    /// # let _ = database; Ok(hallpass::App::default()) });
    /// ```
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether a case of it failed; known once it has ended.
    ///
    /// ```
    /// # hallpass::harness("specs").after_each(|spec| async move {
    /// let keep_for_a_look = spec.failed();
    /// # let _ = keep_for_a_look; Ok(()) });
    /// ```
    #[must_use]
    pub fn failed(&self) -> bool {
        self.failed
    }
}

type Work<T> = Pin<Box<dyn Future<Output = Result<T, AnyError>> + Send>>;
type Hook<T> = Arc<dyn Fn(SpecInfo) -> Work<T> + Send + Sync>;

/// What is done around each run of a spec.
#[derive(Clone, Default)]
pub(crate) struct Hooks {
    before: Option<Hook<App>>,
    after: Option<Hook<()>>,
}

/// What went wrong at the end of runs, which no case tells.
#[derive(Clone, Debug, Default)]
pub(crate) struct Troubles(Arc<Mutex<Vec<String>>>);

impl Troubles {
    fn add(&self, trouble: String) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(trouble);
    }

    /// Everything so far.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hooks {
    /// Sets what is done before.
    pub(crate) fn before_each<F, Beginning>(&mut self, begin: F)
    where
        F: Fn(SpecInfo) -> Beginning + Send + Sync + 'static,
        Beginning: Future<Output = Result<App, AnyError>> + Send + 'static,
    {
        self.before = Some(Arc::new(move |spec| Box::pin(begin(spec))));
    }

    /// Sets what is done after.
    pub(crate) fn after_each<F, Ending>(&mut self, end: F)
    where
        F: Fn(SpecInfo) -> Ending + Send + Sync + 'static,
        Ending: Future<Output = Result<(), AnyError>> + Send + 'static,
    {
        self.after = Some(Arc::new(move |spec| Box::pin(end(spec))));
    }

    /// Whether anything is done.
    pub(crate) fn has_any(&self) -> bool {
        self.before.is_some() || self.after.is_some()
    }

    /// Whether an application may be started before a run.
    pub(crate) fn has_before(&self) -> bool {
        self.before.is_some()
    }

    /// What the run does around each spec; nothing where nothing is wanted.
    pub(crate) fn around(self, troubles: &Troubles, inside: &Inside) -> Option<Around> {
        if !self.has_any() {
            return None;
        }
        let (troubles, inside) = (troubles.clone(), inside.clone());
        Some(Around(Arc::new(move |each| {
            let spec = SpecInfo { each, id: Uuid::new_v4().simple().to_string(), failed: false };
            Box::pin(self.clone().begin(spec, troubles.clone(), inside.clone()))
        })))
    }

    async fn begin(self, spec: SpecInfo, troubles: Troubles, inside: Inside) -> Result<(Fresh, End), String> {
        let mut app = match self.before {
            Some(before) => {
                let begun = done(before, spec.clone()).await;
                begun.map_err(|why| format!("`before_each` failed: {why}"))?
            }
            None => App::default(),
        };
        if let Some(server) = app.server.take() {
            let opened = inside.open(server);
            app.url = app.url.or_else(|| Some(opened.url()));
            app = app.keep(opened);
        }
        let vars = std::mem::take(&mut app.vars).into_iter();
        let fresh = Fresh {
            base_url: app.url.take(),
            vars: vars.map(|(name, value)| (name, Json::from_serde(value))).collect(),
            env: std::mem::take(&mut app.env),
        };
        Ok((fresh, end(app, spec, self.after, troubles)))
    }
}

/// What is done at the end: what the person wants, then the application is let go of.
fn end(app: App, spec: SpecInfo, after: Option<Hook<()>>, troubles: Troubles) -> End {
    Box::new(move |failed| {
        Box::pin(async move {
            let file = spec.file().to_owned();
            if let Some(after) = after
                && let Err(why) = done(after, SpecInfo { failed, ..spec }).await
            {
                troubles.add(format!("`after_each` failed for `{file}`: {why}"));
            }
            if let Err(why) = app.end().await {
                troubles.add(format!("`{file}`: {why}"));
            }
        })
    })
}

/// Does the work as a task of its own, where a panic goes no further.
async fn done<T: Send + 'static>(hook: Hook<T>, spec: SpecInfo) -> Result<T, String> {
    match tokio::spawn(async move { hook(spec).await }).await {
        Ok(done) => done.map_err(|error| with_causes(error.as_ref())),
        Err(broken) => Err(match broken.try_into_panic() {
            Ok(panic) => format!("it panicked: {}", words(panic.as_ref())),
            Err(_) => "it broke off".to_owned(),
        }),
    }
}
