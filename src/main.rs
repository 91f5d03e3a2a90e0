//! The `hallpass` command.

fn main() -> std::process::ExitCode {
    hallpass::cli::main()
}
