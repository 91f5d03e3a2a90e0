//! What holds for every connection, once the secrets of the project file are known.

use std::{collections::BTreeMap, time::SystemTime};

use crate::auth::{Commands, Custody, Rendering, Unready};
use crate::http::{HttpSettings, Proxy, Proxying};
use crate::json::Json;
use crate::project::{HttpOptions, WrittenProxy};
use crate::secret::{Redactor, Secret};
use crate::spec::auth::Given;
use crate::template::{Draws, Files, Scope};

/// The settings of every exchange. A proxy that is not known lets every one of them fail with the reason.
pub(crate) fn settings(options: &HttpOptions, env: &Json<'static>, files: &Files, redactor: &Redactor) -> HttpSettings {
    let proxy = match &options.proxy {
        None => Proxying::Environment,
        Some(WrittenProxy::None) => Proxying::None,
        Some(WrittenProxy::Url(given)) => match proxy(given, env, files, redactor) {
            Ok(proxy) => Proxying::Through(proxy),
            Err(why) => Proxying::Unknown(why.message, why.help),
        },
    };
    HttpSettings { proxy, ..options.settings.clone() }
}

/// Its password is hidden before anything is sent.
fn proxy(given: &Given, env: &Json<'static>, files: &Files, redactor: &Redactor) -> Result<Proxy, Unready> {
    let known = BTreeMap::from([("env".to_owned(), env.clone())]);
    let draws = Draws::new(0, "proxy");
    let scope = Scope { layers: vec![&known], draws: &draws, files, now: SystemTime::UNIX_EPOCH };
    let commands = Commands::default();
    let rendering = Rendering::of("proxy", &scope, Custody { redactor, commands: &commands });
    let text = rendering.value(given)?;
    let bad = |message: String| Unready { message, help: None, place: given.place().clone() };
    let proxy = Proxy::parse(&text).map_err(|why| bad(why.to_string()))?;
    if let Some((written, decoded)) = proxy.password() {
        for text in [written, &decoded] {
            let _ = redactor.register("proxy_password", &Secret::new(text));
        }
    }
    Ok(proxy)
}
