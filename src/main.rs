//! The command line: arguments in, library called, exit code out.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
