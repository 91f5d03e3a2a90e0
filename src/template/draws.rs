//! Random values that a seed repeats.

use std::sync::{
    OnceLock,
    atomic::{AtomicU64, Ordering},
};

use ring::digest::{SHA256, digest};

/// A stream of random values that a seed and a name repeat.
///
/// Each block of 32 bytes is the SHA-256 of seed, name and a counter; threads may draw side by side.
#[derive(Debug)]
pub(crate) struct Draws {
    seed: u64,
    name: String,
    /// Made when the first value is drawn: most cases draw none.
    key: OnceLock<[u8; 32]>,
    counter: AtomicU64,
}

impl Draws {
    /// The stream of this seed for this name (the id of a case, the path of a file).
    pub(crate) fn new(seed: u64, name: impl Into<String>) -> Self {
        Self { seed, name: name.into(), key: OnceLock::new(), counter: AtomicU64::new(0) }
    }

    /// The next bytes.
    pub(crate) fn fill(&self, bytes: &mut [u8]) {
        let key = self.key.get_or_init(|| hash(&[&self.seed.to_be_bytes(), self.name.as_bytes()]));
        for part in bytes.chunks_mut(32) {
            let count = self.counter.fetch_add(1, Ordering::Relaxed);
            part.copy_from_slice(&hash(&[key, &count.to_be_bytes()])[..part.len()]);
        }
    }

    /// The next so many bytes.
    pub(crate) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number less than `bound`, each as likely as any other; 0 if there is none.
    pub(crate) fn below(&self, bound: u128) -> u128 {
        // The remainder of 128 bits prefers small numbers by less than one in 2^63 for any bound up to 2^64.
        u128::from_be_bytes(self.bytes()).checked_rem(bound).unwrap_or(0)
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, &parts.concat()).as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_name_repeat_the_stream() {
        let drawn = |seed, name: &str| {
            let draws = Draws::new(seed, name);
            [draws.bytes::<16>(), draws.bytes(), draws.bytes()]
        };
        assert_eq!(drawn(7, "a"), drawn(7, "a"));
        assert_ne!(drawn(7, "a"), drawn(8, "a"));
        assert_ne!(drawn(7, "a"), drawn(7, "b"));
        assert_ne!(drawn(7, "a")[0], drawn(7, "a")[1]);
    }

    #[test]
    fn a_number_stays_below_its_bound_and_reaches_all_below_it() {
        let draws = Draws::new(1, "");
        let mut seen = [0; 6];
        for _ in 0..600 {
            seen[usize::try_from(draws.below(6)).unwrap()] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
        assert_eq!(draws.below(1), 0);
        assert_eq!(draws.below(0), 0);
    }

    #[test]
    fn a_stream_may_be_shared_by_threads_and_gives_each_value_once() {
        let draws = Draws::new(1, "");
        let run = || (0..100).map(|_| draws.bytes::<16>()).collect::<Vec<_>>();
        let both = std::thread::scope(|scope| {
            let other = scope.spawn(run);
            let mut all = run();
            all.extend(other.join().unwrap());
            all
        });
        assert_eq!(both.iter().collect::<std::collections::HashSet<_>>().len(), 200);
    }
}
