//! Challenge and response by digest (RFC 7616): the first request goes without, its 401 says how to answer, later requests answer unasked.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::auth::challenge;
use crate::hex::hex;
use crate::http::Request;
use crate::secret::Secret;

/// User and password, and the challenge that was answered last.
#[derive(Debug)]
pub(crate) struct Digest {
    username: String,
    password: Secret,
    known: Mutex<Option<Known>>,
}

/// A challenge and how often its nonce was used.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    challenge: Challenge,
    count: u32,
}

/// What a server asks (RFC 7616 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    algorithm: Algorithm,
    /// The word of the algorithm as it was written, if it was.
    word: Option<String>,
    is_session: bool,
    /// Whether it takes `qop=auth`; without it the answer is that of RFC 2069.
    has_qop: bool,
    /// The nonce before was right but old.
    stale: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Algorithm {
    Md5,
    Sha256,
}

impl Digest {
    /// Nothing is asked yet.
    pub(crate) fn new(username: String, password: Secret) -> Self {
        Self { username, password, known: Mutex::new(None) }
    }

    /// Takes the challenge of a 401; whether answering it may please the server: it is the first one, or the nonce was too old.
    ///
    /// A challenge to a request that was answered already says that user or password are wrong.
    pub(crate) fn challenged(&self, header: &str, was_answered: bool) -> bool {
        let Some(challenge) = strongest(header) else { return false };
        let may_help = !was_answered || challenge.stale;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(Known { challenge, count: 0 });
        may_help
    }

    /// Whether a challenge is known.
    pub(crate) fn is_asked(&self) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The value of `Authorization` for a request, once a challenge is known.
    pub(crate) fn answer(&self, request: &Request) -> Option<String> {
        let known = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let known = known.as_mut()?;
            known.count += 1;
            known.clone()
        };
        let cnonce = uuid::Uuid::new_v4().simple().to_string();
        Some(self.answered(&known, &request.method, &target(request), &cnonce))
    }

    fn answered(&self, known: &Known, method: &str, target: &str, cnonce: &str) -> String {
        let Known { challenge, count } = known;
        let hash = |text: String| challenge.algorithm.hash(&text);
        let user = hash(format!("{}:{}:{}", self.username, challenge.realm, self.password.expose()));
        let user = if challenge.is_session { hash(format!("{user}:{}:{cnonce}", challenge.nonce)) } else { user };
        let what = hash(format!("{method}:{target}"));
        let counted = format!("{count:08x}");
        let response = match challenge.has_qop {
            true => hash(format!("{user}:{}:{counted}:{cnonce}:auth:{what}", challenge.nonce)),
            false => hash(format!("{user}:{}:{what}", challenge.nonce)),
        };
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let (username, realm, nonce) = (quoted(&self.username), quoted(&challenge.realm), quoted(&challenge.nonce));
        let mut value = format!(
            "Digest username=\"{username}\", realm=\"{realm}\", nonce=\"{nonce}\", uri=\"{target}\", response=\"{response}\""
        );
        let mut add = |text: String| value.push_str(&text);
        challenge.word.iter().for_each(|word| add(format!(", algorithm={word}")));
        challenge.opaque.iter().for_each(|opaque| add(format!(", opaque=\"{}\"", quoted(opaque))));
        if challenge.has_qop || challenge.is_session {
            add(format!(", qop=auth, nc={counted}, cnonce=\"{cnonce}\""));
        }
        value
    }
}

impl Algorithm {
    fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 => format!("{:x}", md5::compute(text)),
            Self::Sha256 => hex(Sha256::digest(text)),
        }
    }
}

/// Path and query, as the request line has them.
fn target(request: &Request) -> String {
    let text = request.url.as_str().split('#').next().unwrap_or_default();
    let after = text.split_once("://").map_or(text, |(_, rest)| rest);
    match after.find(['/', '?']) {
        Some(start) if after[start..].starts_with('/') => after[start..].to_owned(),
        Some(start) => format!("/{}", &after[start..]),
        None => "/".to_owned(),
    }
}

/// The challenge with the strongest algorithm that can be answered.
fn strongest(header: &str) -> Option<Challenge> {
    let of_digest = challenge::parameters(header, "digest");
    of_digest.iter().filter_map(|parameters| read(parameters)).max_by_key(|challenge| challenge.algorithm)
}

fn read(parameters: &[(String, String)]) -> Option<Challenge> {
    let get = |name: &str| parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let word = get("algorithm");
    let lower = word.as_deref().unwrap_or("md5").to_ascii_lowercase();
    let (base, is_session) = lower.strip_suffix("-sess").map_or((lower.as_str(), false), |base| (base, true));
    let algorithm = match base {
        "md5" => Algorithm::Md5,
        "sha-256" => Algorithm::Sha256,
        _ => return None,
    };
    let qop = get("qop");
    let has_qop = qop.as_deref().is_some_and(|qop| qop.split(',').any(|it| it.trim().eq_ignore_ascii_case("auth")));
    // `auth-int` alone cannot be answered.
    (has_qop || qop.is_none()).then_some(())?;
    Some(Challenge {
        realm: get("realm")?,
        nonce: get("nonce")?,
        opaque: get("opaque"),
        algorithm,
        word,
        is_session,
        has_qop,
        stale: get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 7616 3.9.1.
    const RFC: &str = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=SHA-256, \
        nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", \
        Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, \
        nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

    fn mufasa() -> Digest {
        Digest::new("Mufasa".to_owned(), Secret::new("Circle of Life"))
    }

    #[test]
    fn answers_are_those_of_the_rfc() {
        let rows = [
            (RFC.to_owned(), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            (RFC.replace("SHA-256", "SHA-512-256"), "8ca523f5e9506fed4657c9700eebdbec"),
        ];
        for (header, response) in rows {
            let known = Known { challenge: strongest(&header).unwrap(), count: 1 };
            let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            let answer = mufasa().answered(&known, "GET", "/dir/index.html", cnonce);
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            assert!(answer.contains("qop=auth, nc=00000001, cnonce=\"f2/wE4q7"), "{answer}");
        }
    }

    #[test]
    fn the_old_form_and_sessions_are_answered_too() {
        let old = "Digest realm=\"r\", nonce=\"n\"";
        let known = Known { challenge: strongest(old).unwrap(), count: 1 };
        let answer = mufasa().answered(&known, "GET", "/", "c");
        let hash = |text: &str| format!("{:x}", md5::compute(text));
        let user = hash("Mufasa:r:Circle of Life");
        assert!(answer.contains(&hash(&format!("{user}:n:{}", hash("GET:/")))) && !answer.contains("qop"), "{answer}");
        let session = "Digest realm=\"r\", nonce=\"n\", qop=auth, algorithm=MD5-sess";
        let known = Known { challenge: strongest(session).unwrap(), count: 2 };
        let answer = mufasa().answered(&known, "GET", "/", "c");
        let user = hash(&format!("{user}:n:c"));
        assert!(answer.contains(&hash(&format!("{user}:n:00000002:c:auth:{}", hash("GET:/")))), "{answer}");
    }

    #[test]
    fn a_second_challenge_is_answered_only_where_the_nonce_was_old() {
        let digest = mufasa();
        assert!(digest.challenged("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", false));
        assert!(!digest.challenged("Digest realm=\"r\", nonce=\"n\", qop=\"auth\"", true));
        assert!(digest.challenged("Digest realm=\"r\", nonce=\"m\", qop=\"auth\", stale=TRUE", true));
        for header in
            ["Basic realm=\"r\"", "Digest realm=\"r\"", "Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"", ""]
        {
            assert!(!digest.challenged(header, false), "{header}");
        }
    }
}
