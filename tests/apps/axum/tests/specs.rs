fn main() -> std::process::ExitCode {
    hallpass::harness("specs").router(shop_axum::shop()).main()
}
