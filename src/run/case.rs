//! One case, from its needs to its verdict.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::auth::{NoToken, Unready};
use crate::http::Jar;
use crate::json::Json;
use crate::outcome::{CaseId, Outcome, Verdict};
use crate::plan::Case;
use crate::prepare::{Means, Unprepared, prepare};
use crate::run::{scope::Layers, spec::SpecRun};
use crate::source::Place;
use crate::spec::{Unrendered, expect::Expect, request::Request, when::When};
use crate::template::Draws;

/// Why a case came to no verdict of its own.
#[derive(Clone, Debug)]
pub(crate) struct Cause {
    pub(crate) verdict: Verdict,
    pub(crate) reason: String,
    pub(crate) help: Option<String>,
    pub(crate) place: Option<Place>,
}

impl Cause {
    /// The world failed.
    pub(crate) fn error(reason: impl Into<String>, place: Option<Place>) -> Self {
        Self { verdict: Verdict::Error, reason: reason.into(), help: None, place }
    }

    /// It was not meant to run.
    pub(crate) fn skipped(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, reason: reason.into(), help: None, place: None }
    }
}

impl From<Unrendered> for Cause {
    fn from(why: Unrendered) -> Self {
        let place = why.place.clone();
        Self { help: why.fault.help(), ..Self::error(why.to_string(), Some(place)) }
    }
}

impl From<Unprepared> for Cause {
    fn from(why: Unprepared) -> Self {
        Self { help: why.help, ..Self::error(why.reason, why.place) }
    }
}

impl From<Unready> for Cause {
    fn from(why: Unready) -> Self {
        Self { help: why.help, ..Self::error(why.message, Some(why.place)) }
    }
}

impl From<NoToken> for Cause {
    fn from(why: NoToken) -> Self {
        Self { help: why.help, ..Self::error(why.message, Some(why.place)) }
    }
}

/// A case while it runs.
pub(crate) struct CaseRun<'c> {
    pub(crate) case: &'c Case,
    pub(crate) request: &'c Request,
    /// What the answer must be.
    pub(crate) expect: &'c Expect,
    pub(crate) draws: &'c Draws,
    /// The variables of the request.
    pub(crate) own: &'c BTreeMap<String, Json<'static>>,
}

impl Outcome {
    /// An outcome with no evidence yet.
    pub(crate) fn new(case: CaseId, verdict: Verdict, started_at: std::time::SystemTime) -> Self {
        Self {
            case,
            verdict,
            reason: None,
            help: None,
            reason_place: None,
            mismatches: Vec::new(),
            exchanges: Vec::new(),
            started_at,
            duration: Duration::ZERO,
            flaky: false,
            needed_by: None,
        }
    }

    /// The same with the cause that kept it from a verdict of its own.
    pub(crate) fn ended_by(&mut self, cause: Cause) {
        self.verdict = cause.verdict;
        self.reason = Some(cause.reason);
        self.help = cause.help;
        self.reason_place = cause.place;
    }
}

impl<'w> SpecRun<'w> {
    /// Runs one case. `before` are the outcomes of the cases before it.
    pub(crate) async fn case(&mut self, case: &'w Case, before: &[Outcome]) -> Outcome {
        let began = self.world.clock.now();
        let mut outcome = Outcome::new(case.id.clone(), Verdict::Passed, began.wall);
        outcome.needed_by.clone_from(&case.needed_by);
        if let Err(cause) = self.attempt(case, before, &mut outcome).await {
            outcome.ended_by(cause);
        } else if !outcome.mismatches.is_empty() {
            outcome.verdict = Verdict::Failed;
        }
        outcome.duration = self.world.clock.since(began);
        outcome
    }

    async fn attempt(&mut self, case: &'w Case, before: &[Outcome], outcome: &mut Outcome) -> Result<(), Cause> {
        let request = self.plan.request(case);
        self.enter(request.fragment);
        self.must_run(case, request, before)?;
        let draws = Draws::new(self.world.settings.seed, case.id.id());
        self.fetch_what_templates_read(request).await?;
        let own = self.own_variables(case, request, &draws)?;
        if let Some(when) = &request.when {
            must_hold(when, &self.layers(case, &draws, &own))?;
        }
        self.wait(request, &self.layers(case, &draws, &own)).await?;
        let identity = self.identity_of(case);
        let ready = match identity {
            Some(identity) => Some(self.ready(identity, request.fragment).await?),
            None => None,
        };
        let jar = self.jar(identity);
        let prepared = self
            .layers(case, &draws, &own)
            .with(|scope| prepare(request, scope, &self.means(jar, request.fragment)))?;
        let of = CaseRun { case, request, expect: self.plan.expect(case), draws: &draws, own: &own };
        self.send_and_judge(&of, prepared, ready.as_ref(), outcome).await
    }

    /// What requests of the spec are prepared with.
    fn means(&self, jar: Arc<Jar>, fragment: Option<usize>) -> Means<'_> {
        let files = fragment.and_then(|index| self.fragments.get(&index)).map_or(&self.files, |run| &run.files);
        Means {
            base: self.base(),
            files,
            timeout: self.world.settings.timeout,
            redactor: &self.world.redactor,
            jar: Some(jar),
        }
    }

    /// Whether anything speaks against running the case.
    fn must_run(&self, case: &Case, request: &Request, before: &[Outcome]) -> Result<(), Cause> {
        if let Some(why) = self.plan.skip(case) {
            return Err(Cause::skipped(why.clone()));
        }
        if let Some(when) = &self.plan.spec.when {
            must_hold(when, &Layers::of(self, None, &self.draws()))?;
        }
        if self.plan.is_teardown(case) {
            self.has_something_to_clear(request)?;
        } else {
            has_what_it_needs(case, before)?;
        }
        match self.unset_among(&request.uses, request.fragment) {
            Some(why) => Err(why.clone().into()),
            None => Ok(()),
        }
    }

    /// Whether everything was captured and answered that a request of `teardown` reads.
    fn has_something_to_clear(&self, request: &Request) -> Result<(), Cause> {
        let spec = &self.plan.spec;
        let of_same = || spec.requests.iter().filter(|other| other.fragment == request.fragment);
        let captured = |name: &str| of_same().flat_map(|it| &it.capture).any(|capture| capture.name == name);
        let values = &self.variables(request.fragment).values;
        for read in request.uses.iter().filter(|read| !read.optional) {
            let own = request.vars.iter().chain(&spec.vars).any(|variable| variable.name == read.name);
            let is_missing = match spec.fragment_named(&read.name, request.fragment) {
                Some(_) => {
                    values.get(&read.name).is_none_or(|all| read.rest.first().is_some_and(|it| all.get(it).is_none()))
                }
                None => captured(&read.name) && !values.contains_key(&read.name),
            };
            if !own && is_missing {
                let name = [std::slice::from_ref(&read.name), &read.rest].concat().join(".");
                return Err(Cause::skipped(format!("`{name}` was not captured")));
            }
            let answered = read.rest.first().filter(|_| read.name == "responses");
            let is_unknown = |name: &&String| !self.responses.contains_key(&spec.full_name(name, request.fragment));
            if let Some(name) = answered.filter(is_unknown) {
                return Err(Cause::skipped(format!("`{name}` was not answered")));
            }
        }
        Ok(())
    }

    /// Waits as long as `delay` says.
    async fn wait(&self, request: &Request, layers: &Layers<'_>) -> Result<(), Cause> {
        let Some(delay) = &request.delay else { return Ok(()) };
        let delay = layers.with(|scope| delay.render(scope))?;
        self.until_stopped(self.world.clock.sleep(delay)).await
    }

    /// Fetches the tokens that templates of the request read by name.
    async fn fetch_what_templates_read(&mut self, request: &'w Request) -> Result<(), Cause> {
        let names = request.uses.iter().filter(|read| read.name == "auth").filter_map(|read| read.rest.first());
        for name in names {
            if let Some(identity) = self.identity(name) {
                let ready = self.ready(identity, request.fragment).await?;
                self.world.tokens.credential(&ready).await?;
            }
        }
        Ok(())
    }

    fn own_variables(
        &self,
        case: &Case,
        request: &Request,
        draws: &Draws,
    ) -> Result<BTreeMap<String, Json<'static>>, Cause> {
        let mut own = BTreeMap::new();
        if let Some((name, row)) = self.plan.element(case) {
            let value =
                self.layers(case, draws, &own).with(|scope| row.value.render(scope).map(|it| it.into_owned()))?;
            own.insert(name.to_owned(), value);
        }
        for variable in &request.vars {
            let value =
                self.layers(case, draws, &own).with(|scope| variable.value.render(scope).map(|it| it.into_owned()))?;
            own.insert(variable.name.clone(), value);
        }
        Ok(own)
    }

    /// The layers of a case with the variables of its request.
    pub(crate) fn layers<'r>(
        &'r self,
        case: &'r Case,
        draws: &'r Draws,
        own: &'r BTreeMap<String, Json<'static>>,
    ) -> Layers<'r> {
        Layers::of(self, Some(case), draws).own(own)
    }
}

/// Whether the cases that one needs have passed, and none of `setup` has failed.
fn has_what_it_needs(case: &Case, before: &[Outcome]) -> Result<(), Cause> {
    let failed = |it: &&Outcome| !matches!(it.verdict, Verdict::Passed | Verdict::Skipped);
    let of_setup = case.setup.iter().filter_map(|need| before.get(*need)).find(failed);
    let of_needs = case.needs.iter().filter_map(|need| before.get(*need)).find(|it| it.verdict != Verdict::Passed);
    let Some(need) = of_setup.or(of_needs) else { return Ok(()) };
    let how = match need.verdict {
        Verdict::Failed => "failed",
        Verdict::Error => "had an error",
        Verdict::Skipped => "was skipped",
        Verdict::NotRun | Verdict::Passed => "did not run",
    };
    Err(Cause::skipped(format!("it needs `{}`, which {how}", need.case.name)))
}

/// Skips a case whose condition does not hold.
fn must_hold(when: &When, layers: &Layers<'_>) -> Result<(), Cause> {
    let When(text) = when;
    match layers.with(|scope| text.value(scope))? {
        Json::Bool(true) => Ok(()),
        Json::Bool(false) => Err(Cause::skipped(format!("`when: {}` is false", text.source()))),
        other => {
            let wrong = format!("`when` yields neither true nor false, but {}", other.kind());
            let help = "compare it, for example with `eq`, or read it with `boolean`".to_owned();
            Err(Cause { help: Some(help), ..Cause::error(wrong, Some(text.place().clone())) })
        }
    }
}

/// The case was under way when the run was ended.
pub(crate) fn interrupted() -> Cause {
    Cause { verdict: Verdict::NotRun, reason: "interrupted".to_owned(), help: None, place: None }
}
