//! Who a case is sent as, and where the credentials of that identity stand.

use crate::plan::{Case, SpecPlan};
use crate::project::Project;
use crate::spec::auth::{AuthUse, Identity, Placement};

impl SpecPlan {
    /// Who a case is sent as: as it says itself, else as the profile says, its fragment and what uses that, its spec, the project.
    pub(crate) fn identity_of<'p>(&'p self, case: &Case, project: &'p Project) -> Option<&'p Identity> {
        let request = self.request(case);
        let own = self.role(case).map(|role| &role.auth).or(request.auth.as_ref());
        let of_profile = project.auth.as_ref().filter(|_| project.profile_says("auth"));
        let of_fragment = self.spec.fragments_around(request.fragment).find_map(|used| used.auth.as_ref());
        let of_spec = of_fragment.or(self.spec.auth.as_ref());
        self.meant(own.or(of_profile).or(of_spec).or(project.auth.as_ref())?, project)
    }

    /// The identity of this name: that of the profile, else of the spec, else of the project.
    pub(crate) fn identity<'p>(&'p self, name: &str, project: &'p Project) -> Option<&'p Identity> {
        let of_profile = project.profile_says(&format!("identities.{name}"));
        let own = if of_profile { &[] } else { &*self.spec.identities };
        own.iter().chain(&project.identities).find(|identity| identity.name == name)
    }

    /// Where the credentials of an identity stand in a request, those of its parts included.
    pub(crate) fn placements<'p>(&'p self, identity: &'p Identity, project: &'p Project) -> Vec<Placement> {
        let (mut open, mut seen) = (vec![identity], Vec::<&Identity>::new());
        while let Some(next) = open.pop() {
            if !seen.iter().any(|known| std::ptr::eq(*known, next)) {
                seen.push(next);
                open.extend(next.scheme.parts().iter().filter_map(|part| self.meant(part, project)));
            }
        }
        seen.into_iter().flat_map(|identity| identity.scheme.placements()).collect()
    }

    /// The identity that is meant from within the spec.
    pub(crate) fn meant<'p>(&'p self, used: &'p AuthUse, project: &'p Project) -> Option<&'p Identity> {
        match used {
            AuthUse::None => None,
            AuthUse::Inline(identity) => Some(identity),
            AuthUse::Named(name, _) => self.identity(name, project),
        }
    }
}
