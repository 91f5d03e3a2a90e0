//! What every identity did in a run.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Notes that are kept for one identity.
const MOST_NOTES: usize = 20;

/// What one identity did in the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AuthSummary {
    pub(crate) identity: String,
    /// Tokens fetched by this process.
    pub(crate) fetched: usize,
    /// Requests that used a token somebody else had fetched, in this process or another.
    pub(crate) shared: usize,
    /// Tokens fetched because an older one ran out or was rejected.
    pub(crate) renewed: usize,
    /// Requests sent again after a 401.
    pub(crate) replayed: usize,
    /// Token requests that failed for good.
    pub(crate) failed: usize,
    /// What a person should know: a lifetime that was guessed, a clock that is off.
    pub(crate) notes: Vec<String>,
}

/// Counts what happens. An identity appears once something worth telling has happened to it.
#[derive(Debug, Default)]
pub(crate) struct Ledger(Mutex<BTreeMap<String, Account>>);

#[derive(Debug, Default)]
struct Account {
    summary: AuthSummary,
    /// Requests that were given a fetched token.
    used: usize,
}

impl Ledger {
    /// A request was given a fetched token.
    pub(crate) fn used(&self, identity: &str) {
        self.change(identity, |account| account.used += 1);
    }

    /// A token was fetched.
    pub(crate) fn fetched(&self, identity: &str, renews: bool) {
        self.change(identity, |account| {
            account.summary.fetched += 1;
            account.summary.renewed += usize::from(renews);
        });
    }

    /// No token could be fetched.
    pub(crate) fn failed(&self, identity: &str) {
        self.change(identity, |account| account.summary.failed += 1);
    }

    /// A request is sent again after a 401.
    pub(crate) fn replayed(&self, identity: &str) {
        self.change(identity, |account| account.summary.replayed += 1);
    }

    /// Something that a person should know, told once.
    pub(crate) fn note(&self, identity: &str, note: &str) {
        self.change(identity, |account| {
            let notes = &mut account.summary.notes;
            if notes.len() < MOST_NOTES && !notes.iter().any(|known| known == note) {
                notes.push(note.to_owned());
            }
        });
    }

    /// What every identity did so far, by name.
    pub(crate) fn summary(&self) -> Vec<AuthSummary> {
        let accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let summary = |account: &Account| AuthSummary {
            shared: account.used.saturating_sub(account.summary.fetched),
            ..account.summary.clone()
        };
        accounts.values().map(summary).collect()
    }

    fn change(&self, identity: &str, change: impl FnOnce(&mut Account)) {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = accounts.get_mut(identity) {
            return change(account);
        }
        let account = accounts.entry(identity.to_owned()).or_default();
        account.summary.identity = identity.to_owned();
        change(account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_are_uses_less_fetches_and_a_note_is_told_once() {
        let ledger = Ledger::default();
        for _ in 0..5 {
            ledger.used("b");
            ledger.note("b", "slow");
        }
        ledger.fetched("b", false);
        ledger.fetched("b", true);
        ledger.replayed("b");
        ledger.failed("a");
        let summary = ledger.summary();
        let expected = AuthSummary {
            identity: "b".to_owned(),
            fetched: 2,
            shared: 3,
            renewed: 1,
            replayed: 1,
            failed: 0,
            notes: vec!["slow".to_owned()],
        };
        assert_eq!(summary[1], expected);
        assert_eq!((summary[0].identity.as_str(), summary[0].failed, summary[0].shared), ("a", 1, 0));
    }
}
