//! The client somebody would write by hand: the same requests and checks with no YAML, no templates, no report.

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use crate::workload::{ALL, Workload};

struct Shared {
    client: reqwest::Client,
    url: String,
    token: String,
    next: AtomicUsize,
    workload: Workload,
}

/// `--client WORKLOAD URL`: exit 0 where every check held.
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let [name, url] = arguments else { return ExitCode::from(2) };
    let Some(workload) = ALL.iter().find(|workload| workload.name == name) else { return ExitCode::from(2) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    match runtime.block_on(all(*workload, url.clone())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

type Anything = Box<dyn std::error::Error + Send + Sync>;

async fn all(workload: Workload, url: String) -> Result<(), Anything> {
    // Plain http only, but reqwest will not start without a provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .tls_certs_only([])
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .build()?;
    let form = "grant_type=client_credentials&client_id=bench&client_secret=bench-secret";
    let request =
        client.post(format!("{url}/oauth2/token")).header("content-type", "application/x-www-form-urlencoded");
    let reply: Value = serde_json::from_slice(&request.body(form).send().await?.bytes().await?)?;
    let token = reply["access_token"].as_str().ok_or("no token")?.to_owned();
    let shared = Arc::new(Shared { client, url, token, next: AtomicUsize::new(0), workload });
    let workers: Vec<_> =
        (0..workload.jobs.min(workload.files)).map(|_| tokio::spawn(worker(Arc::clone(&shared)))).collect();
    for worker in workers {
        worker.await??;
    }
    Ok(())
}

async fn worker(shared: Arc<Shared>) -> Result<(), Anything> {
    loop {
        let file = shared.next.fetch_add(1, Ordering::Relaxed);
        if file >= shared.workload.files {
            return Ok(());
        }
        for index in 0..shared.workload.requests {
            one(&shared, file * shared.workload.requests + index).await?;
        }
    }
}

async fn one(shared: &Shared, number: usize) -> Result<(), Anything> {
    let url = format!("{}{}", shared.url, shared.workload.path(number));
    let response = shared.client.get(url).bearer_auth(&shared.token).send().await?;
    if response.status() != 200
        || response.headers().get("content-type").is_none_or(|value| value != "application/json")
        || response.headers().get("x-server").is_none_or(|value| value != "bench")
    {
        return Err("status or headers".into());
    }
    let body = response.bytes().await?;
    let json: Value = serde_json::from_slice(&body)?;
    for path in 0..shared.workload.paths {
        let (path, expected) = shared.workload.expected(number, path);
        let pointer = path.trim_start_matches('$').replace(['.', '['], "/").replace(']', "");
        let expected: Value = serde_json::from_str(&expected)?;
        if json.pointer(&pointer) != Some(&expected) {
            return Err(path.into());
        }
    }
    Ok(())
}
