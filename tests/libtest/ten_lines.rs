//! The lines that README.md shows, run by the tests of `libtest`.

// tests/specs.rs
fn main() -> std::process::ExitCode {
    hallpass::harness("specs").base_url("http://127.0.0.1:8080").main()
}
