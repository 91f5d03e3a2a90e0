use actix_web::{App, HttpServer};
use shop_actix::routes;

fn main() -> std::process::ExitCode {
    hallpass::harness("specs")
        .serve(|listener| async {
            let server = HttpServer::new(|| App::new().configure(routes)).workers(1).disable_signals();
            let server = server.listen(listener)?.run();
            Ok(server.await?)
        })
        .main()
}
