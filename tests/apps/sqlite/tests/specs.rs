use hallpass::App;
use shop_sqlite::{migrate, shop};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

fn main() -> std::process::ExitCode {
    hallpass::harness("specs")
        .before_each(|spec| async move {
            let file = std::env::temp_dir().join(format!("{}.sqlite", spec.id()));
            let pool =
                SqlitePool::connect_with(SqliteConnectOptions::new().filename(&file).create_if_missing(true)).await?;
            migrate(&pool).await?;
            Ok(App::router(shop(pool)))
        })
        .after_each(|spec| async move {
            Ok(std::fs::remove_file(std::env::temp_dir().join(format!("{}.sqlite", spec.id())))?)
        })
        .main()
}
