//! What tells one token from another.

use std::fmt::Write;

use ring::{
    hmac::{self, HMAC_SHA256},
    rand::SystemRandom,
};

use crate::auth::{
    earned::Earned,
    grant::{Grant, Held, Own, Proof},
    ready::{Method, Ready},
};
use crate::hex::hex;
use crate::http::ClientCert;
use crate::json::Json;
use crate::secret::Secret;
use crate::spec::auth::{Taken, Vendor};

/// Everything that changes a token, as a keyed hash: a narrower key would hand one client's token to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The key as a name of a file.
    pub(crate) fn name(&self) -> String {
        hex(self.0)
    }
}

/// Makes keys. Its own key is random, so that a key tells nothing about a secret; it lives as long as the process unless processes share it.
pub(crate) struct Keys(hmac::Key);

impl Keys {
    /// A maker of keys like no other.
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        Self(hmac::Key::generate(HMAC_SHA256, &random).expect("every supported system gives random bytes"))
    }

    /// The maker of keys that all who know the salt have.
    pub(crate) fn salted(salt: &[u8]) -> Self {
        Self(hmac::Key::new(HMAC_SHA256, salt))
    }

    /// The key of what a grant yields.
    pub(crate) fn of(&self, grant: &Grant) -> Key {
        self.of_text(&described(grant, None))
    }

    /// The same where requests without a certificate of their own show this one, as those of another project do not.
    pub(crate) fn shown(&self, grant: &Grant, certificate: Option<&ClientCert>) -> Key {
        self.of_text(&described(grant, certificate))
    }

    /// The key of what is told apart by these parts.
    pub(crate) fn of_parts(&self, parts: &[(&'static str, String)]) -> Key {
        let mut text = String::with_capacity(512);
        for (name, value) in parts {
            let _ = write!(text, "{name}={}:{value};", value.len());
        }
        self.of_text(&Secret::new(text))
    }

    fn of_text(&self, text: &Secret) -> Key {
        let tag = hmac::sign(&self.0, text.expose().as_bytes());
        let mut key = [0; 32];
        key.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        Key(key)
    }
}

/// Everything that changes the token, each part with its length, so that no two grants read alike.
fn described(grant: &Grant, certificate: Option<&ClientCert>) -> Secret {
    let mut text = String::with_capacity(512);
    let mut part = |name: &str, value: &str| {
        let _ = write!(text, "{name}={}:{value};", value.len());
    };
    part("grant", grant.grant.name());
    part("vendor", grant.vendor.map_or("", Vendor::key));
    grant.own.parameters().iter().for_each(|(name, value)| part(name, value));
    own_parts(&grant.own).iter().for_each(|(name, value)| part(name, value.expose()));
    part("url", grant.token_url.as_str());
    grant.issuer.iter().for_each(|issuer| part("issuer", issuer));
    part("id", &grant.client.id);
    part("auth", grant.client.auth().word());
    part("secret", grant.client.secret().map_or("", Secret::expose));
    if let Proof::Jwt(signer) = &grant.client.proof {
        signer.parts().iter().for_each(|(name, value)| part(name, value));
    }
    let certificate = grant.certificate.as_ref().or(certificate);
    certificate.iter().for_each(|certificate| part("certificate", &hex(certificate.print())));
    part("body", &format!("{:?}", grant.body));
    let mut scope = grant.scope.clone();
    scope.sort_unstable();
    scope.iter().for_each(|it| part("scope", it));
    grant.audience.iter().for_each(|it| part("audience", it));
    let mut resource = grant.resource.clone();
    resource.sort_unstable();
    resource.iter().for_each(|it| part("resource", it));
    for (name, values) in &grant.params {
        part("param", name);
        values.iter().for_each(|value| part("value", &Json::to_text(value)));
    }
    for (name, values) in &grant.headers {
        part("header", &name.to_ascii_lowercase());
        values.iter().for_each(|value| part("value", value));
    }
    part(
        "use",
        match &grant.taken {
            Taken::AccessToken => "access_token",
            Taken::IdToken => "id_token",
            Taken::JsonPath(path) => path.text(),
        },
    );
    part("bearer", if grant.placement.is_bearer() { "yes" } else { "no" });
    part("bound", if grant.dpop { "dpop" } else { "" });
    part("scopes", if grant.require_scope { "all" } else { "" });
    part("lifetime", &format!("{:?}", grant.lifetime));
    part("share", grant.share.word());
    Secret::new(text)
}

/// What is signed, traded or asked of a person: the key and the claims, everything that tells the traded tokens from others.
fn own_parts(own: &Own) -> Vec<(&'static str, Secret)> {
    if let Own::Signed { signer, claims, .. } = own {
        let parts = signer.parts().map(|(name, value)| (name, Secret::new(value)));
        let claims = claims.iter().map(|(name, value)| ("claim", Secret::new(format!("{name}={}", value.to_text()))));
        return parts.into_iter().chain(claims).collect();
    }
    if let Own::Person(person) = own {
        let url = person.url.iter().map(|url| ("page", Secret::new(url.as_str())));
        let params = person.params.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let params = params.map(|(name, value)| ("asked", Secret::new(format!("{name}={}", value.to_text()))));
        return url.chain(params).collect();
    }
    let held = |held: &Held| match held {
        Held::Fixed(secret) => secret.clone(),
        Held::By(ready) => of_another(ready),
    };
    own.parties().into_iter().map(|(name, party)| (name, held(&party.held))).collect()
}

fn of_another(ready: &Ready) -> Secret {
    match (ready.method(), ready.earned()) {
        (_, Some(Earned::Granted(grant))) => described(grant, None),
        (_, Some(Earned::Minted(minted))) => Secret::new(format!("{:?}", minted.parts())),
        (_, Some(Earned::Login(login))) => Secret::new(format!("{:?}", login.parts())),
        (_, Some(Earned::Exec(exec) | Earned::Aws(exec))) => Secret::new(format!("{:?}", exec.parts())),
        (Method::Fixed(fixed), None) => fixed.secret.clone(),
        (_, None) => Secret::new(ready.name()),
    }
}
