use hallpass::App;
use rocket::{
    Config,
    config::Shutdown,
    fairing::AdHoc,
    log::LogLevel,
    tokio::{
        self,
        sync::mpsc::{Sender, channel},
    },
};
use shop_rocket::shop;

fn main() -> std::process::ExitCode {
    hallpass::harness("specs")
        .app(|| async {
            let (tell, mut told) = channel(1);
            // An interrupt is left to the harness, which still has something to clear away.
            let shutdown = Shutdown { ctrlc: false, ..Shutdown::default() };
            let config = Config { port: 0, log_level: LogLevel::Off, shutdown, ..Config::debug_default() };
            let rocket = shop(config).attach(telling(tell)).ignite().await?;
            let stop = Stop(rocket.shutdown());
            tokio::spawn(rocket.launch());
            let port = told.recv().await.ok_or("rocket did not lift off")?;
            Ok(App::at(format!("http://127.0.0.1:{port}")).keep(stop))
        })
        .main()
}

/// Tells the port once there is one.
fn telling(tell: Sender<u16>) -> AdHoc {
    AdHoc::on_liftoff("port", |rocket| {
        Box::pin(async move {
            let _ = tell.send(rocket.config().port).await;
        })
    })
}

/// Shuts rocket down when it is dropped.
struct Stop(rocket::Shutdown);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.clone().notify();
    }
}
