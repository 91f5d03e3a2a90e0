//! One refresh token for many processes: whoever holds the lock uses it, at a server that ends the whole grant where one is used twice.

use std::process::Stdio;

use crate::project::{hides, project, with_specs};
use crate::provider::Provider;
use crate::support::{Ran, Workspace};

/// Runs this many processes at once; each must pass.
#[track_caller]
fn many(provider: &Provider, workspace: &Workspace, count: usize) -> Vec<Ran> {
    let start = |_| {
        let mut command = workspace.command(&["run", "-vv"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..count).map(start).collect();
    let ran = |child: std::process::Child| Ran::of(child.wait_with_output().unwrap());
    let passes = |ran: Ran| hides(provider, ran).ends_with(0).says("50 passed").never_met(401);
    children.into_iter().map(|child| passes(ran(child))).collect()
}

/// How many tokens a process fetched, by its own account.
fn fetched(ran: &Ran) -> u64 {
    let all = ran.all();
    let line = all.lines().find(|line| line.contains("service: ")).unwrap_or_else(|| panic!("{all}"));
    let words: Vec<_> = line.split([' ', ',']).collect();
    let number = words.windows(2).find(|pair| pair[1] == "fetched").unwrap_or_else(|| panic!("{line}"))[0];
    number.parse().unwrap()
}

#[test]
fn no_refresh_token_is_used_twice_by_processes_and_runs_that_share_it() {
    let Some(provider) = Provider::start(2) else { return };
    let (given, folder) = (provider.refresh_token("web"), tempfile::tempdir().unwrap());
    let oauth2 = "grant: refresh_token, issuer: '{{issuer}}', client_id: web, {{secret}}, \
                  refresh_token: { env: REFRESH }, share: user";
    let workspace = project(&provider, oauth2).env("REFRESH", &given);
    let workspace = workspace.env("XDG_RUNTIME_DIR", folder.path().to_str().unwrap());
    let workspace = with_specs(workspace, 2, "    delay: 80ms\n");
    let mut told = 0;
    for round in 1..=3 {
        let all = many(&provider, &workspace, 4);
        told += all.iter().map(fetched).sum::<u64>();
        assert!(provider.count("refreshes") >= 2 * round, "round {round}");
        assert!(all.iter().all(|ran| !ran.all().contains(&given)));
    }
    // Each token that the provider issued was fetched by one process.
    assert_eq!(told, provider.count("refreshes"));
    let wrong = ["refused", "grants_revoked", "unauthorized"].map(|name| provider.count(name));
    assert_eq!(wrong, [0, 0, 0]);
}
