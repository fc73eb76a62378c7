//! The `ltpc` command.

// The command is where the compiler meets the world.
#![allow(clippy::disallowed_methods)]

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
