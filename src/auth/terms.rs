//! The terms on which a token is kept, once their templates are rendered.

use std::time::Duration;

use crate::auth::{earned::Usage, render::Rendering, unready::Unready};
use crate::source::Place;
use crate::spec::auth::{Keeping, OnUnauthorized, Placement};

/// How long before its end a token is renewed by default.
const REFRESH_BEFORE: Duration = Duration::from_secs(60);

/// Where a token stands, how long it lives, what a 401 does.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    /// Where the scheme was written.
    pub(crate) place: Place,
    pub(crate) placement: Placement,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) refresh_before: Duration,
    pub(crate) on_unauthorized: OnUnauthorized,
}

impl Terms {
    /// Renders what was written at a place.
    ///
    /// # Errors
    /// A template that cannot be rendered, or yields no duration.
    pub(crate) fn of(keeping: &Keeping, place: &Place, rendering: &Rendering<'_>) -> Result<Self, Unready> {
        let duration = |period: &Option<_>| period.as_ref().map(|it| rendering.duration(it)).transpose();
        Ok(Self {
            place: place.clone(),
            placement: keeping.placement.clone(),
            lifetime: duration(&keeping.lifetime)?,
            refresh_before: duration(&keeping.refresh_before)?.unwrap_or(REFRESH_BEFORE),
            on_unauthorized: keeping.on_unauthorized,
        })
    }

    /// Those of a credential that stands in `Authorization` and is not renewed by a 401.
    pub(crate) fn fixed(place: &Place, lifetime: Duration) -> Self {
        Self {
            place: place.clone(),
            placement: Placement::authorization(""),
            lifetime: Some(lifetime),
            refresh_before: REFRESH_BEFORE,
            on_unauthorized: OnUnauthorized::Fail,
        }
    }

    /// How a token is used.
    pub(crate) fn usage(&self) -> Usage<'_> {
        Usage { placement: &self.placement, refresh_before: self.refresh_before, on_unauthorized: self.on_unauthorized }
    }
}
