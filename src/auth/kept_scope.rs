//! The variables that some templates read, kept for when they are rendered again: a login is sent long after its spec was read.

use std::collections::BTreeMap;
use std::time::SystemTime;

use crate::json::Json;
use crate::spec::Use;
use crate::template::{Draws, Files, Lookup, Scope};

/// A scope that outlives the run of its spec.
#[derive(Debug)]
pub(crate) struct KeptScope {
    values: BTreeMap<String, Json<'static>>,
    files: Files,
    draws: Draws,
}

impl KeptScope {
    /// Keeps what these uses read. `name` is what random values come from.
    pub(crate) fn of<'u>(uses: impl Iterator<Item = &'u Use>, scope: &Scope<'_>, name: &str) -> Self {
        let mut values: BTreeMap<String, Json<'static>> = BTreeMap::new();
        for read in uses {
            let found = scope.layers.iter().find_map(|layer| layer.get(&read.name));
            if let Some(found) = found {
                values.insert(read.name.clone(), found.into_owned());
            }
        }
        let seed = u64::from_be_bytes(scope.draws.bytes());
        Self { values, files: scope.files.clone(), draws: Draws::new(seed, name) }
    }

    /// Where the files of bodies are found.
    pub(crate) fn files(&self) -> &Files {
        &self.files
    }

    /// Does something with the scope, in which `reply` is the last reply, if there was one.
    pub(crate) fn with<T>(
        &self,
        reply: Option<&Json<'static>>,
        now: SystemTime,
        work: impl FnOnce(&Scope<'_>) -> T,
    ) -> T {
        let own: BTreeMap<_, _> = reply.map(|reply| ("reply".to_owned(), reply.clone())).into_iter().collect();
        let layers: Vec<&dyn Lookup> = vec![&own, &self.values];
        work(&Scope { layers, draws: &self.draws, files: &self.files, now })
    }
}
