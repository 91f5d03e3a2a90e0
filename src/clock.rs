//! The time of day and the time that has passed. What waits or measures asks here, so that tests can move the clock.

use std::{
    fmt,
    time::{Duration, Instant, SystemTime},
};

/// A point in time by both clocks: wall time can jump, monotonic time cannot but may stand still while a machine sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// The time of day.
    pub(crate) wall: SystemTime,
    /// How long the clock has run.
    pub(crate) mono: Duration,
}

/// Tells the time. Clones tell the same time.
#[derive(Clone)]
pub(crate) struct Clock(Kind);

#[derive(Clone)]
enum Kind {
    System {
        origin: Instant,
    },
    #[cfg(test)]
    Manual(std::sync::Arc<std::sync::Mutex<Moment>>),
}

impl Clock {
    /// The machine's clock.
    pub(crate) fn system() -> Self {
        Self(Kind::System { origin: Instant::now() })
    }

    /// Both times, now.
    pub(crate) fn now(&self) -> Moment {
        match &self.0 {
            Kind::System { origin } => Moment { wall: SystemTime::now(), mono: origin.elapsed() },
            #[cfg(test)]
            Kind::Manual(moment) => *moment.lock().unwrap(),
        }
    }

    /// The time of day, now.
    pub(crate) fn wall(&self) -> SystemTime {
        self.now().wall
    }

    /// How long ago a moment was, by the monotonic clock.
    pub(crate) fn since(&self, moment: Moment) -> Duration {
        self.now().mono.saturating_sub(moment.mono)
    }

    /// Waits.
    pub(crate) async fn sleep(&self, duration: Duration) {
        match &self.0 {
            Kind::System { .. } => tokio::time::sleep(duration).await,
            #[cfg(test)]
            Kind::Manual(_) => {
                self.advance(duration);
                tokio::task::yield_now().await;
            }
        }
    }
}

#[cfg(test)]
impl Clock {
    /// A clock that stands at this time of day until it is moved; waiting moves it.
    pub(crate) fn manual(wall: SystemTime) -> Self {
        Self(Kind::Manual(std::sync::Arc::new(std::sync::Mutex::new(Moment { wall, mono: Duration::ZERO }))))
    }

    /// Moves a manual clock on.
    pub(crate) fn advance(&self, by: Duration) {
        if let Kind::Manual(moment) = &self.0 {
            let mut moment = moment.lock().unwrap();
            moment.wall += by;
            moment.mono += by;
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
