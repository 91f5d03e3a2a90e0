//! Tokens that processes share: a file for each key in a folder that is ours alone, written under a lock, read without one.
//!
//! Who shares is decided here, from what the door and the identity say; when a token is needed is for `source`, fetching one for `fetch`.

mod crypt;
mod entry;
mod file;
mod folder;
mod lock;
mod name;
mod slot;
mod sweep;
mod turn;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use ring::rand::{SecureRandom, SystemRandom};

use crate::auth::key::{Key, Keys};
use crate::clock::Clock;
use crate::secret::Secret;
use crate::spec::auth::Share;

use folder::{Folder, Scope};
use name::{NoSalt, Salt};
pub(crate) use slot::Slot;
pub(crate) use turn::{Fetching, Found, Telling, Turn, Wanted};

/// What a door says about sharing tokens with other processes. By default nothing is shared unless an identity asks for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sharing {
    /// Whether nothing is shared, whatever identities say.
    pub(crate) off: bool,
    /// What the processes of this run call it.
    pub(crate) run: Option<String>,
    /// The user's folder for what lives as long as a login.
    pub(crate) runtime: Option<PathBuf>,
    /// The folder for what is temporary.
    pub(crate) temporary: PathBuf,
}

impl Sharing {
    /// Reads the variables `HALLPASS_SHARE`, `NEXTEST_RUN_ID` and `XDG_RUNTIME_DIR`. `temporary` is the system's folder for temporary files.
    ///
    /// # Errors
    /// `HALLPASS_SHARE` is a word that it does not know.
    pub(crate) fn of(variable: impl Fn(&str) -> Option<String>, temporary: PathBuf) -> Result<Self, String> {
        let off = match variable("HALLPASS_SHARE").as_deref() {
            None | Some("" | "auto") => false,
            Some("off") => true,
            Some(_) => return Err("`HALLPASS_SHARE` can be `auto` or `off`".to_owned()),
        };
        let full = |name| variable(name).filter(|value| !value.is_empty());
        Ok(Self { off, run: full("NEXTEST_RUN_ID"), runtime: full("XDG_RUNTIME_DIR").map(PathBuf::from), temporary })
    }

    /// Who shares the token of an identity; none where it stays in memory.
    fn scope(&self, share: Share) -> Option<Scope> {
        match share {
            _ if self.off => None,
            Share::Off => None,
            Share::Auto | Share::Run => self.run.is_some().then_some(Scope::Run),
            Share::User => Some(Scope::User),
        }
    }
}

/// What a token that may be shared is told apart and protected by.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'s> {
    pub(crate) share: Share,
    /// Its key among those of a maker.
    pub(crate) key: &'s (dyn Fn(&Keys) -> Key + Sync),
    /// What only the owner of the identity knows, where there is something: the token is encrypted with a key that is made of this.
    pub(crate) secret: Option<&'s Secret>,
}

/// Everything that this process shares. Clones are the same.
#[derive(Clone)]
pub(crate) struct Store(Arc<Inner>);

struct Inner {
    sharing: Sharing,
    /// The folder of the project, below which nothing is shared.
    project: PathBuf,
    clock: Clock,
    run: OnceLock<Option<Room>>,
    user: OnceLock<Option<Room>>,
    /// Why nothing is shared after all, until it was told.
    note: Mutex<Option<String>>,
}

/// An open folder.
struct Room {
    folder: Folder,
    salt: Salt,
}

impl Store {
    /// Nothing is opened or made before a token is needed.
    pub(crate) fn new(sharing: Sharing, project: &Path, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            sharing,
            project: project.to_owned(),
            clock,
            run: OnceLock::new(),
            user: OnceLock::new(),
            note: Mutex::new(None),
        }))
    }

    /// The place that other processes look for a token; none where it stays in memory.
    pub(crate) async fn open(&self, subject: Subject<'_>) -> Option<Slot> {
        let scope = self.0.sharing.scope(subject.share)?;
        let store = self.clone();
        // The first look makes folders and sweeps; a task that is not run any more leaves that to `slot`.
        let _ = tokio::task::spawn_blocking(move || store.0.room(scope).is_some()).await;
        self.slot(subject)
    }

    /// As [`Store::open`], at once.
    pub(crate) fn slot(&self, subject: Subject<'_>) -> Option<Slot> {
        let room = self.0.room(self.0.sharing.scope(subject.share)?)?;
        Some(Slot::new(room.folder.clone(), room.salt.name(subject.key), subject.secret, &room.salt))
    }

    /// Whether tokens of such identities are shared.
    pub(crate) fn shares(&self, share: Share) -> bool {
        self.0.sharing.scope(share).is_some()
    }

    /// Why tokens stay in memory though they should be shared, once.
    pub(crate) fn take_note(&self) -> Option<String> {
        self.0.note.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Inner {
    fn room(&self, scope: Scope) -> Option<&Room> {
        let room = match scope {
            Scope::Run => &self.run,
            Scope::User => &self.user,
        };
        room.get_or_init(|| self.open(scope)).as_ref()
    }

    fn open(&self, scope: Scope) -> Option<Room> {
        let folder = Folder::open(&self.sharing, scope, &self.project, self.clock.wall()).map_err(NoSalt::from);
        match folder.and_then(|folder| Ok(Room { salt: Salt::of(&folder)?, folder })) {
            Ok(room) => Some(room),
            Err(wrong) => {
                let note = format!("tokens stay in the memory of this process: {wrong}");
                *self.note.lock().unwrap_or_else(PoisonError::into_inner) = Some(note);
                None
            }
        }
    }
}

/// Random bytes.
fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("every supported system gives random bytes");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    type Vars<'v> = &'v [(&'v str, &'v str)];

    fn of(vars: Vars<'_>) -> Result<Sharing, String> {
        let variable = |name: &str| vars.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned());
        Sharing::of(variable, PathBuf::from("/tmp"))
    }

    #[test]
    fn the_environment_says_what_is_shared() {
        let rows: [(Vars<'_>, [Option<Scope>; 4]); 6] = [
            (&[], [None, None, None, Some(Scope::User)]),
            (&[("NEXTEST_RUN_ID", "")], [None, None, None, Some(Scope::User)]),
            (&[("NEXTEST_RUN_ID", "1")], [Some(Scope::Run), None, Some(Scope::Run), Some(Scope::User)]),
            (&[("HALLPASS_SHARE", "auto")], [None, None, None, Some(Scope::User)]),
            (&[("HALLPASS_SHARE", "")], [None, None, None, Some(Scope::User)]),
            (&[("HALLPASS_SHARE", "off"), ("NEXTEST_RUN_ID", "1")], [None; 4]),
        ];
        for (vars, expected) in rows {
            let sharing = of(vars).unwrap();
            let scopes = [Share::Auto, Share::Off, Share::Run, Share::User].map(|share| sharing.scope(share));
            assert_eq!(scopes, expected, "{vars:?}");
        }
        assert_eq!(of(&[("HALLPASS_SHARE", "OFF")]).unwrap_err(), "`HALLPASS_SHARE` can be `auto` or `off`");
        let runtime = of(&[("XDG_RUNTIME_DIR", "/run/user/1")]).unwrap().runtime;
        assert_eq!((runtime, of(&[("XDG_RUNTIME_DIR", "")]).unwrap().runtime), (Some("/run/user/1".into()), None));
    }
}
