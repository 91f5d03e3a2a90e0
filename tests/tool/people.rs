//! People for the specs of the documents: whoever is named by `grant: authorization_code` or `device_code` logs in before the run.

use crate::blocks::Block;
use crate::login::get;
use crate::login_process::Login;
use crate::support::Workspace;

/// Logs in for every identity of a spec that takes a person.
pub(crate) fn log_in(workspace: &Workspace, block: &Block) {
    let value = block.value();
    let identities = value["identities"].as_object().into_iter().flatten();
    let path = format!("specs/{}", block.file_name());
    for (name, identity) in identities {
        let grant = identity["oauth2"]["grant"].as_str().unwrap_or_default();
        if !matches!(grant, "authorization_code" | "device_code") {
            continue;
        }
        let mut login = Login::start(workspace, name, &["--no-browser", "--spec", &path]);
        match grant {
            "authorization_code" => assert_eq!(get(&get(&login.next()).location).status, 200),
            _ => {
                let (_page, _code, whole) = (login.next(), login.next(), login.next());
                assert_eq!(get(&whole).status, 200);
            }
        }
        login.end().ends_with(0);
    }
}
