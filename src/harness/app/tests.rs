use std::sync::{Arc, Mutex};

use tokio::runtime::Runtime;

use super::*;
use crate::run::Stop;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn started(start: Start) -> Result<App, String> {
    start.run(&BTreeMap::new(), &Stop::default(), &runtime())
}

#[test]
fn an_app_that_does_not_start_says_why() {
    let refused = Start::closure(|| async { Err("port 80 is taken".into()) });
    assert_eq!(started(refused).unwrap_err(), "the app did not start: port 80 is taken");
    let panics = Start::Closure(Box::new(|| panic!("no database")));
    assert_eq!(started(panics).unwrap_err(), "the app panicked while it started: no database");
    let later = Start::closure(|| async { panic!("no table") });
    assert_eq!(started(later).unwrap_err(), "the app panicked while it started: no table");
}

#[test]
fn an_app_is_not_waited_for_once_the_run_is_to_end() {
    let stop = Stop::default();
    stop.now();
    let never = Start::closure(std::future::pending);
    assert_eq!(never.run(&BTreeMap::new(), &stop, &runtime()).unwrap_err(), "interrupted while the app started");
}

#[test]
fn guards_are_dropped_last_first_even_if_one_panics() {
    struct Guard(&'static str, Arc<Mutex<Vec<&'static str>>>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(self.0);
            assert_ne!(self.0, "second", "stuck");
        }
    }
    let dropped = Arc::new(Mutex::new(Vec::new()));
    let guard = |name| Guard(name, Arc::clone(&dropped));
    // A runtime may not be dropped within another one.
    let app = App::at("http://a").keep(guard("first")).keep(guard("second")).keep(runtime()).keep(guard("third"));
    let said = runtime().block_on(app.end()).unwrap_err();
    assert!(said.starts_with("the app panicked while it stopped: ") && said.contains("stuck"), "{said}");
    assert_eq!(*dropped.lock().unwrap(), ["third", "second", "first"]);
}

#[test]
fn a_server_is_dropped_with_what_it_owns_and_tells_why_it_ended_before() {
    let runtime = runtime();
    let owned = Arc::new(());
    let held = Arc::clone(&owned);
    let app = runtime.block_on(async {
        App::serve(|_| async move {
            let _held = held;
            std::future::pending().await
        })
    });
    let app = app.unwrap();
    assert!(app.url.as_ref().unwrap().starts_with("http://127.0.0.1:"));
    assert_eq!(runtime.block_on(app.end()), Ok(()));
    assert_eq!(Arc::strong_count(&owned), 1);
    let ended = |app: App| {
        runtime.block_on(async {
            // The server runs as soon as this waits.
            let _ = tokio::time::timeout(std::time::Duration::from_secs(5), until_finished(&app)).await;
            app.end().await
        })
    };
    let failed = runtime.block_on(async { App::serve(|_| async { Err("out of memory".into()) }) }).unwrap();
    assert_eq!(ended(failed), Err("the app ended before the specs did: out of memory".to_owned()));
    let panicked = runtime.block_on(async { App::serve(|_| async { panic!("no shelf") }) }).unwrap();
    assert_eq!(ended(panicked), Err("the app panicked: no shelf".to_owned()));
}

async fn until_finished(app: &App) {
    while app.kept.iter().any(|kept| matches!(kept, Kept::Served(served) if !served.is_finished())) {
        tokio::task::yield_now().await;
    }
}

#[test]
fn an_app_is_only_served_where_a_runtime_is() {
    let refused = App::serve(|_| async { Ok(()) }).unwrap_err();
    assert!(refused.to_string().starts_with("no runtime is at work here"), "{refused}");
}
