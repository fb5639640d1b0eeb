//! The command line: parses arguments, calls the library, sets the exit code.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
