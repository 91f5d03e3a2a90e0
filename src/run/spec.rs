//! One run of one spec: its variables, its cookie jars, what earlier answers were.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::auth::Ready;
use crate::http::{Jar, Url};
use crate::json::Json;
use crate::outcome::{Outcome, Verdict};
use crate::plan::{Case, SpecPlan};
use crate::prepare::Unprepared;
use crate::run::{
    Fresh, Stop, World, around,
    case::Cause,
    fragment::{FragmentRun, Variables},
    scope::Layers,
};
use crate::spec::{
    Text, Unrendered, Use,
    auth::{AuthUse, Identity},
    request::Request,
    variable::Variable,
};
use crate::template::{Draws, Files};

/// Where an identity was written, which says what its templates read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    Project,
    /// The spec, or a fragment that it uses.
    Spec(Option<usize>),
}

/// The state of a spec while its cases run.
pub(crate) struct SpecRun<'w> {
    pub(crate) plan: &'w SpecPlan,
    pub(crate) world: &'w World,
    /// What it was given of its own.
    fresh: &'w Fresh,
    /// The environment, where it is another than that of the world.
    pub(crate) env: Option<Json<'static>>,
    /// What ends its exchanges early.
    pub(crate) stop: Stop,
    /// Variables of the project and the spec, and captures.
    pub(crate) own: Variables,
    /// Variables of the project alone, which every fragment reads.
    pub(crate) shared: Variables,
    /// The fragments that were begun, by their index in the spec.
    pub(crate) fragments: HashMap<usize, FragmentRun>,
    /// Where relative URLs begin; none where nothing gives it, an error where it cannot be rendered.
    pub(crate) base: Option<Result<Url, Unprepared>>,
    /// Where its files are found.
    pub(crate) files: Files,
    /// One jar per identity; the empty name is that of requests without one.
    pub(crate) jars: HashMap<String, Arc<Jar>>,
    /// Identities that were rendered already, by the address of what was written: schemes in place have no name of their own.
    ready: HashMap<usize, Arc<Ready>>,
    /// Answers that templates read by the name of their request.
    pub(crate) responses: BTreeMap<String, Json<'static>>,
    /// The requests whose answers are read.
    pub(crate) read_responses: HashSet<String>,
}

impl<'w> SpecRun<'w> {
    /// Draws the variables of the spec.
    pub(crate) fn new(plan: &'w SpecPlan, world: &'w World, fresh: &'w Fresh) -> Self {
        let given = world.settings.vars.iter().chain(&fresh.vars);
        let mut run = Self {
            plan,
            world,
            fresh,
            env: around::environment(&world.env, &fresh.env),
            stop: world.stop.clone(),
            own: Variables {
                values: given.map(|(name, value)| (name.clone(), value.clone())).collect(),
                unset: HashMap::new(),
            },
            shared: Variables::default(),
            fragments: HashMap::new(),
            base: None,
            files: Files { root: world.project.root.clone(), folder: folder(plan) },
            jars: HashMap::new(),
            ready: HashMap::new(),
            responses: BTreeMap::new(),
            read_responses: read_responses(plan),
        };
        let draws = run.draws();
        run.define_row(&draws);
        run.find_base_url(&draws);
        for variable in &world.project.vars {
            run.define(variable, &draws, true);
        }
        run.shared.clone_from(&run.own);
        run.shared.values.remove("row");
        for variable in plan.spec.vars.iter().filter(|it| !world.project.profile_says(&format!("vars.{}", it.name))) {
            run.define(variable, &draws, false);
        }
        run
    }

    /// What random values of the whole spec come from.
    pub(crate) fn draws(&self) -> Draws {
        let row = self.plan.row().map(|row| format!(" [{}]", row.label)).unwrap_or_default();
        Draws::new(self.world.settings.seed, format!("{}{row}", self.plan.file))
    }

    /// A case that the run ended before.
    pub(crate) fn not_run(&self, case: &Case) -> Outcome {
        let now = self.world.clock.wall();
        let mut outcome = Outcome::new(case.id.clone(), Verdict::NotRun, now);
        outcome.reason = Some("the run ended before it".to_owned());
        outcome.needed_by.clone_from(&case.needed_by);
        outcome
    }

    /// A case that was not begun, for a reason that holds for the whole spec. What is not meant to run stays skipped.
    pub(crate) fn refused(&self, case: &Case, cause: &Cause) -> Outcome {
        let mut outcome = self.not_run(case);
        match self.plan.skip(case) {
            Some(why) => outcome.ended_by(Cause::skipped(why.clone())),
            None => outcome.ended_by(cause.clone()),
        }
        outcome
    }

    /// From now on nothing ends an exchange early: what was set up is cleared away.
    pub(crate) fn do_not_stop(&mut self) {
        self.stop = Stop::default();
    }

    /// Who the request of a case is sent as.
    pub(crate) fn identity_of(&self, case: &Case) -> Option<&'w Identity> {
        self.plan.identity_of(case, &self.world.project)
    }

    /// The identity of this name.
    pub(crate) fn identity(&self, name: &str) -> Option<&'w Identity> {
        self.plan.identity(name, &self.world.project)
    }

    /// The first of these variables that could not be rendered.
    pub(crate) fn unset_among(&self, uses: &[Use], fragment: Option<usize>) -> Option<&Unrendered> {
        uses.iter().find_map(|read| self.variables(fragment).unset.get(&read.name))
    }

    /// An identity with its templates rendered; made when it is first used. One that is written in place in a fragment
    /// reads what that reads.
    pub(crate) async fn ready(&mut self, identity: &'w Identity, fragment: Option<usize>) -> Result<Arc<Ready>, Cause> {
        if let Some(ready) = self.ready.get(&address(identity)) {
            return Ok(Arc::clone(ready));
        }
        let home =
            if self.is_of_project(identity) { Home::Project } else { Home::Spec(self.fragment_of(identity, fragment)) };
        self.run_commands(identity, home).await?;
        self.ready_of(identity, home)
    }

    /// The fragment that an identity stands in; `fragment` is that of the request which is sent as it.
    fn fragment_of(&self, identity: &Identity, fragment: Option<usize>) -> Option<usize> {
        let spec = &self.plan.spec;
        let is_it = |auth: &Option<AuthUse>| matches!(auth, Some(AuthUse::Inline(known)) if std::ptr::eq(&raw const **known, identity));
        if is_it(&spec.auth) || spec.identities.iter().any(|known| std::ptr::eq(known, identity)) {
            return None;
        }
        spec.used.iter().position(|used| is_it(&used.auth)).or(fragment)
    }

    /// The identities that it is made from come first. What the project file names is looked for there alone.
    fn ready_of(&mut self, identity: &'w Identity, home: Home) -> Result<Arc<Ready>, Cause> {
        if let Some(ready) = self.ready.get(&address(identity)) {
            return Ok(Arc::clone(ready));
        }
        for (part, home) in identity.scheme.references().filter_map(|used| self.part(used, home)).collect::<Vec<_>>() {
            self.ready_of(part, home)?;
        }
        let ready = Arc::new(self.rendered(identity, home)?);
        self.may_run(ready.name(), ready.command())?;
        self.ready.insert(address(identity), Arc::clone(&ready));
        Ok(ready)
    }

    /// An identity and those that it is made from, as far as they are not ready yet, and where each stands.
    pub(crate) fn unready_parts(&self, identity: &'w Identity, home: Home) -> Vec<(&'w Identity, Home)> {
        let mut parts = vec![(identity, home)];
        let mut at = 0;
        while let Some(&(of, home)) = parts.get(at) {
            let used = of.scheme.references().filter_map(|used| self.part(used, home));
            let is_new = |(part, _): &(&Identity, Home)| !parts.iter().any(|(known, _)| std::ptr::eq(*known, *part));
            let used: Vec<_> = used.filter(is_new).collect();
            parts.extend(used);
            at += 1;
        }
        parts.retain(|(part, _)| !self.ready.contains_key(&address(part)));
        parts
    }

    /// An identity that another one is made from, and where it stands.
    fn part<'u>(&self, used: &'u AuthUse, home: Home) -> Option<(&'u Identity, Home)>
    where
        'w: 'u,
    {
        let part = self.meant(used, home)?;
        if home == Home::Project || self.is_of_project(part) {
            return Some((part, Home::Project));
        }
        let in_place = matches!(used, AuthUse::Inline(_));
        Some((part, if in_place { home } else { Home::Spec(None) }))
    }

    /// The identity that another one is made from.
    fn meant<'u>(&self, used: &'u AuthUse, home: Home) -> Option<&'u Identity>
    where
        'w: 'u,
    {
        match home {
            Home::Project => used.among(&self.world.project.identities),
            Home::Spec(_) => self.plan.meant(used, &self.world.project),
        }
    }

    fn is_of_project(&self, identity: &Identity) -> bool {
        let project = &self.world.project;
        let in_place =
            matches!(&project.auth, Some(AuthUse::Inline(known)) if std::ptr::eq(&raw const **known, identity));
        in_place || project.identities.iter().any(|known| std::ptr::eq(known, identity))
    }

    /// The identity of this name, if it was rendered already.
    pub(crate) fn ready_by_name(&self, name: &str) -> Option<&Arc<Ready>> {
        self.ready.get(&address(self.identity(name)?))
    }

    /// The cookie jar of an identity, or of requests without one.
    pub(crate) fn jar(&mut self, identity: Option<&Identity>) -> Arc<Jar> {
        let name = identity.map_or("", |identity| identity.name.as_str());
        if let Some(jar) = self.jars.get(name) {
            return Arc::clone(jar);
        }
        let jar = Arc::new(Jar::default());
        self.jars.insert(name.to_owned(), Arc::clone(&jar));
        jar
    }

    /// Where relative URLs begin, if anything says so.
    pub(crate) fn base(&self) -> Result<Option<&Url>, Unprepared> {
        self.base.as_ref().map(Result::as_ref).transpose().map_err(Clone::clone)
    }

    fn rendered(&self, identity: &Identity, home: Home) -> Result<Ready, Cause> {
        let draws = Draws::new(self.world.settings.seed, identity.name.as_str());
        let others = |used: &AuthUse| self.ready.get(&address(self.meant(used, home)?)).cloned();
        let layers = Layers::of(self, None, &draws);
        let layers = match home {
            Home::Project => layers.of_project(),
            Home::Spec(fragment) => layers.within(fragment),
        };
        let base = self.base()?;
        let custody = self.world.tokens.custody();
        layers.with(|scope| Ready::of(identity, scope, base, custody, &others)).map_err(Cause::from)
    }

    /// The row of `cases` that the spec is run for.
    fn define_row(&mut self, draws: &Draws) {
        let Some(row) = self.plan.row() else { return };
        let rendered = Layers::of(self, None, draws).with(|scope| row.value.render(scope).map(Cow::into_owned));
        self.own.note("row", rendered);
    }

    fn define(&mut self, variable: &Variable, draws: &Draws, of_project: bool) {
        if self.world.settings.vars.contains_key(&variable.name) || self.fresh.vars.contains_key(&variable.name) {
            return;
        }
        let rendered = {
            let layers = Layers::of(self, None, draws);
            let layers = if of_project { layers.of_project() } else { layers };
            layers.with(|scope| variable.value.render(scope).map(Cow::into_owned))
        };
        self.own.note(&variable.name, rendered);
    }

    fn find_base_url(&mut self, draws: &Draws) {
        let given = self.fresh.base_url.as_ref().or(self.world.settings.base_url.as_ref());
        self.base = match (given, self.written_base_url()) {
            (Some(url), _) => {
                Some(Url::parse(url).map_err(|bad| Unprepared::new(format!("`--base-url`: {bad}"), None)))
            }
            (None, None) => None,
            (None, Some(text)) => Some(self.rendered_base_url(text, draws)),
        };
    }

    fn written_base_url(&self) -> Option<&'w Text> {
        let (own, project) = (self.plan.spec.base_url.as_ref(), &self.world.project);
        own.filter(|_| !project.profile_says("base_url")).or(project.base_url.as_ref())
    }

    fn rendered_base_url(&self, text: &Text, draws: &Draws) -> Result<Url, Unprepared> {
        let rendered = Layers::of(self, None, draws).with(|scope| text.render(scope).map(Cow::into_owned))?;
        Url::parse(&rendered).map_err(|bad| Unprepared::new(format!("`base_url`: {bad}"), Some(text.place().clone())))
    }
}

/// What an identity is known by: schemes in place have no name of their own.
fn address(identity: &Identity) -> usize {
    std::ptr::from_ref(identity).addr()
}

fn folder(plan: &SpecPlan) -> PathBuf {
    plan.spec.source.path().parent().map(Path::to_owned).unwrap_or_default()
}

fn read_responses(plan: &SpecPlan) -> HashSet<String> {
    let of_request = |request: &Request| {
        let read = request.uses.iter().filter(|read| read.name == "responses").filter_map(|read| read.rest.first());
        read.map(|name| plan.spec.full_name(name, request.fragment)).collect::<Vec<_>>()
    };
    plan.spec.requests.iter().flat_map(of_request).collect()
}
