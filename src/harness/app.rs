//! The application that specs talk to: where it is, and what keeps it alive.

use std::{any::Any, collections::BTreeMap, error::Error, fmt, future::Future, io, net::TcpListener};

mod kept;
mod process;
mod served;
mod start;

use kept::Kept;
use served::Served;
pub(crate) use start::Start;

use crate::http::Server;

/// Any error of an application.
pub(crate) type AnyError = Box<dyn Error + Send + Sync>;

/// A running application, as [`Harness::app`](crate::Harness::app) and [`Harness::before_each`](crate::Harness::before_each) hand it to
/// the specs. `App::default()` is one without an address of its own: for variables alone.
///
/// ```
/// use hallpass::App;
///
/// let app = App::at("http://127.0.0.1:8080").env("CLIENT_SECRET", "only for tests").var("tenant", "blue");
/// # let _ = app;
/// ```
#[derive(Default)]
pub struct App {
    pub(crate) url: Option<String>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) vars: BTreeMap<String, serde_json::Value>,
    /// What is asked where there is no URL.
    pub(crate) server: Option<Server>,
    /// Let go of in the opposite order.
    kept: Vec<Kept>,
}

impl App {
    /// An application at this URL, where relative URLs of the specs begin.
    ///
    /// ```
    /// let app = hallpass::App::at("http://127.0.0.1:8080");
    /// # let _ = app;
    /// ```
    #[must_use]
    pub fn at(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), ..Self::default() }
    }

    /// An application that serves a free port of 127.0.0.1, as in [`Harness::serve`](crate::Harness::serve).
    ///
    /// # Errors
    /// There is no free port, or no runtime is at work here: it belongs into [`Harness::app`](crate::Harness::app) or
    /// [`Harness::before_each`](crate::Harness::before_each).
    ///
    /// ```
    /// use hallpass::App;
    ///
    /// # async fn listen(_: std::net::TcpListener, _: String) -> std::io::Result<()> { Ok(()) }
    /// let harness = hallpass::harness("specs").before_each(|spec| async move {
    ///     let database = format!("test_{}", spec.id());
    ///     Ok(App::serve(|listener| async { Ok(listen(listener, database).await?) })?)
    /// });
    /// # let _ = harness;
    /// ```
    pub fn serve<F, Serving>(serve: F) -> io::Result<Self>
    where
        F: FnOnce(TcpListener) -> Serving,
        Serving: Future<Output = Result<(), AnyError>> + Send + 'static,
    {
        let (listener, url) = served::listener()?;
        let served = Served::start(serve(listener))?;
        Ok(Self { kept: vec![Kept::Served(served)], ..Self::at(url) })
    }

    /// A `tower` service, such as an `axum::Router`, as in [`Harness::router`](crate::Harness::router). Needs the feature `tower`.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    /// use hallpass::App;
    ///
    /// let harness = hallpass::harness("specs").before_each(|spec| async move {
    ///     let router = Router::new().route("/", get(move || async move { spec.file().to_owned() }));
    ///     Ok(App::router(router))
    /// });
    /// # let _ = harness;
    /// ```
    #[cfg(feature = "tower")]
    #[must_use]
    pub fn router<S, B>(service: S) -> Self
    where
        S: tower::Service<http::Request<hyper::body::Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Error: Into<AnyError>,
        S::Future: Send,
        B: hyper::body::Body<Data: Send, Error: Into<AnyError>> + Send + 'static,
    {
        Self { server: Some(Server::of(service)), ..Self::default() }
    }

    /// What specs read as `{{env.name}}`, above [`Harness::env`](crate::Harness::env) and the environment of the process.
    ///
    /// ```
    /// let app = hallpass::App::at("http://127.0.0.1:8080").env("TOKEN_URL", "http://127.0.0.1:9090/token");
    /// # let _ = app;
    /// ```
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// The value of a variable, above [`Harness::var`](crate::Harness::var).
    ///
    /// Specs are loaded before the application is started, so that they can be listed without it. A variable that a spec reads must therefore be
    /// known without it too: from `vars:` of the spec or the project, or from `Harness::var`.
    ///
    /// ```
    /// use hallpass::App;
    ///
    /// let harness = hallpass::harness("specs")
    ///     .var("admin_id", 0)
    ///     .app(|| async { Ok(App::at("http://127.0.0.1:8080").var("admin_id", 4711)) });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn var(mut self, name: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.vars.insert(name.into(), value.into());
        self
    }

    /// Keeps a value until the last case has ended: a server that stops, a container that is removed, a folder that is deleted when it is
    /// dropped. Several are dropped in the opposite order, while the runtime still works, on a thread that may wait.
    ///
    /// ```
    /// use std::net::TcpListener;
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// let app = hallpass::App::at(format!("http://{}", listener.local_addr()?)).keep(listener);
    /// # let _ = app;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn keep(mut self, guard: impl Any + Send) -> Self {
        self.kept.push(Kept::Guard(Box::new(guard)));
        self
    }

    /// Lets go of what was kept, the last one first.
    ///
    /// # Errors
    /// What went wrong first; the others are let go of all the same.
    pub(crate) async fn end(self) -> Result<(), String> {
        let mut ended = Ok(());
        for kept in self.kept.into_iter().rev() {
            ended = ended.and(kept.end().await);
        }
        ended
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("url", &self.url).finish_non_exhaustive()
    }
}

/// An error with its causes, each told once.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests;
