//! Panics of an application that runs in this process: told with the case that met them.

use std::{
    panic::{PanicHookInfo, set_hook, take_hook},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use crate::clock::Clock;
use crate::harness::panicking::words;
use crate::outcome::Outcome;

/// How many panics are kept.
const MOST: usize = 1000;
/// How many are told with one case.
const TOLD: usize = 3;

/// The panics seen so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Panics(Arc<Mutex<Vec<Seen>>>);

#[derive(Clone, Debug)]
struct Seen {
    at: SystemTime,
    text: String,
}

impl Panics {
    /// Watches for panics from now on; they are printed as before.
    pub(crate) fn watch(&self) {
        let (panics, clock, print) = (self.clone(), Clock::system(), take_hook());
        set_hook(Box::new(move |panic| {
            panics.note(clock.wall(), told(panic));
            print(panic);
        }));
    }

    fn note(&self, at: SystemTime, text: String) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() < MOST {
            seen.push(Seen { at, text });
        }
    }

    /// What to say of those that happened while a case ran which was answered by an error of the server, or not at all.
    pub(crate) fn meanwhile(&self, outcome: &Outcome) -> Option<String> {
        let last = outcome.exchanges.last()?;
        if last.exchange.result.as_ref().is_ok_and(|response| response.status < 500) {
            return None;
        }
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = outcome.started_at + outcome.duration;
        let during = seen.iter().filter(|panic| (outcome.started_at..=until).contains(&panic.at)).take(TOLD);
        let told: Vec<_> = during.map(|panic| format!("\nthe app panicked meanwhile: {}", panic.text)).collect();
        (!told.is_empty()).then(|| told.concat())
    }
}

fn told(panic: &PanicHookInfo<'_>) -> String {
    let text = words(panic.payload());
    match panic.location() {
        Some(place) => format!("{text}\n  --> {place}"),
        None => text,
    }
}
