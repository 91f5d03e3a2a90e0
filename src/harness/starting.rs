//! The part of the builder that brings the application up: once for all specs, or for each run of one.

use std::{future::Future, net::TcpListener};

use crate::harness::{
    Harness,
    app::{AnyError, App, Start},
    each::SpecInfo,
};

impl Harness {
    /// Starts the application that the specs talk to.
    ///
    /// It is started once, on the runtime that sends the requests, and only if a case is to run: not for `--list`, not when the filters leave
    /// nothing over. What the [`App`] keeps is dropped after the last case. If it fails or panics, every case that was to run fails with its
    /// message and nothing is sent.
    ///
    /// ```
    /// use hallpass::App;
    ///
    /// let harness = hallpass::harness("specs").app(|| async {
    ///     let url = std::env::var("SHOP_URL")?;
    ///     Ok(App::at(url))
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn app<F, Starting>(self, start: F) -> Self
    where
        F: FnOnce() -> Starting + Send + 'static,
        Starting: Future<Output = Result<App, AnyError>> + 'static,
    {
        self.with_app(Start::closure(start))
    }

    /// Serves the application on a free port of 127.0.0.1, which relative URLs of the specs begin at.
    ///
    /// The listener is bound and does not block: what `tokio::net::TcpListener::from_std` and actix-web's `HttpServer::listen` take. The
    /// future runs beside the specs, from the first case that is to run to the last; then it is dropped, when no request is under way. An
    /// error or a panic of it before that fails the run.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    ///
    /// let harness = hallpass::harness("specs").serve(|listener| async {
    ///     let router = Router::new().route("/", get(|| async { "hello" }));
    ///     let listener = tokio::net::TcpListener::from_std(listener)?;
    ///     # async fn serve(_: tokio::net::TcpListener, _: Router) -> std::io::Result<()> { Ok(()) }
    ///     Ok(serve(listener, router).await?) // `axum::serve`
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn serve<F, Serving>(self, serve: F) -> Self
    where
        F: FnOnce(TcpListener) -> Serving + Send + 'static,
        Serving: Future<Output = Result<(), AnyError>> + Send + 'static,
    {
        self.app(|| async { Ok(App::serve(serve)?) })
    }

    /// Asks a `tower` service, such as an `axum::Router`, in this process, without a socket. Needs the feature `tower`.
    ///
    /// Requests reach it as HTTP/1.1 through a pipe in memory, so what specs say about headers, redirects and bodies means what it means
    /// anywhere else. `{{base_url}}` is `http://127.0.0.1:0`, where nothing else can be; what is not part of this process cannot ask it.
    ///
    /// ```
    /// use axum::{Router, routing::get};
    ///
    /// let router = Router::new().route("/", get(|| async { "hello" }));
    /// let harness = hallpass::harness("specs").router(router);
    /// # let _ = harness;
    /// ```
    #[cfg(feature = "tower")]
    #[must_use]
    pub fn router<S, B>(self, service: S) -> Self
    where
        S: tower::Service<http::Request<hyper::body::Incoming>, Response = http::Response<B>> + Clone + Send + 'static,
        S::Error: Into<AnyError>,
        S::Future: Send,
        B: hyper::body::Body<Data: Send, Error: Into<AnyError>> + Send + 'static,
    {
        self.app(|| async { Ok(App::router(service)) })
    }

    /// Runs a command as the application. `{port}` in it becomes a free port of 127.0.0.1, which the variable `PORT` holds too.
    ///
    /// The words are split as a shell does it, but no shell is between; the folder is that of the tests. It is started when the first case is
    /// to run, and has 30 seconds until the port takes connections. At the end, also after a failure or an interrupt, it is asked to end
    /// (`SIGTERM`), and after 5 seconds killed with every process of its group. If it ends early its last output is told.
    ///
    /// ```
    /// let harness = hallpass::harness("specs").command("target/debug/shop --bind 127.0.0.1:{port}");
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn command(self, line: impl Into<String>) -> Self {
        self.with_app(Start::Command(line.into()))
    }

    /// Does something before each run of a spec, such as making a database for it.
    ///
    /// A spec runs once for each of its rows under `cases:`, else once; the requests of one run share what it gives. The URL, variables and
    /// `env` of the [`App`] stand above all others for this run, and what it keeps is dropped at its end. Runs are side by side. If it fails
    /// or panics, every case of the run fails with its message and nothing of it is sent.
    ///
    /// ```
    /// use hallpass::App;
    ///
    /// # async fn create_database(_: &str) -> std::io::Result<()> { Ok(()) }
    /// let harness = hallpass::harness("specs").var("database", "").before_each(|spec| async move {
    ///     create_database(spec.id()).await?;
    ///     Ok(App::default().var("database", spec.id()))
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn before_each<F, Beginning>(mut self, begin: F) -> Self
    where
        F: Fn(SpecInfo) -> Beginning + Send + Sync + 'static,
        Beginning: Future<Output = Result<App, AnyError>> + Send + 'static,
    {
        self.hooks.before_each(begin);
        self
    }

    /// Does something after each run of a spec that began, behind its `teardown:`, also where cases failed.
    ///
    /// What [`Harness::before_each`] made is still there. If it fails or panics, the whole run of tests fails with its message.
    ///
    /// ```
    /// # async fn drop_database(_: &str) -> std::io::Result<()> { Ok(()) }
    /// let harness = hallpass::harness("specs").after_each(|spec| async move {
    ///     if !spec.failed() {
    ///         drop_database(spec.id()).await?;
    ///     }
    ///     Ok(())
    /// });
    /// # let _ = harness;
    /// ```
    #[must_use]
    pub fn after_each<F, Ending>(mut self, end: F) -> Self
    where
        F: Fn(SpecInfo) -> Ending + Send + Sync + 'static,
        Ending: Future<Output = Result<(), AnyError>> + Send + 'static,
    {
        self.hooks.after_each(end);
        self
    }

    fn with_app(mut self, start: Start) -> Self {
        self.has_two_apps = self.app.replace(start).is_some();
        self
    }
}
