//! The entries for everything that is done to this project: `cargo xtask test | lint | gen | bench | languages | simulate | consumer | package | compile-times | fuzz`.

mod bench;
mod consumer;
mod fuzz;
mod generate;
mod instructions;
mod languages;
mod lint;
mod package;
mod run;
mod simulate;
mod surface;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything that is done to this project")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the tests need and run all of them.
    Test {
        /// Pass a filter on to the Rust test runner.
        filter: Option<String>,
    },
    /// Formatting, clippy with warnings denied, documentation, freshness of `generated/`.
    Lint,
    /// Write `generated/` anew from `schema/`.
    Gen {
        /// Write nothing; fail if something would change.
        #[arg(long)]
        check: bool,
    },
    /// Print the benchmark's table of ratios.
    Bench {
        /// Of generated TypeScript instead: against zod, ajv, typebox and bare `JSON.parse`.
        #[arg(long)]
        typescript: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
        /// Count the instructions of a message instead, with valgrind.
        #[arg(long)]
        instructions: bool,
    },
    /// Print what generated packages are: their size, what one member more changes, how fast Python's is, and whether it can be distributed.
    Languages,
    /// Print the report of the text protocol's scenarios.
    Simulate {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Build a crate as a user has it, from scratch and again, and print what that took.
    Consumer,
    /// List what the crates offer, in their `SURFACE.txt`.
    Surface {
        /// Write nothing; fail if something would change.
        #[arg(long)]
        check: bool,
    },
    /// Pack what is published, build it from the packages, and ask what a registry asks. Nothing is uploaded.
    Package,
    /// Print what each way to declare a type costs to build, against serde and prost.
    CompileTimes,
    /// Run a coverage-guided fuzz target.
    Fuzz {
        /// `decode`, `framed` or `schema`.
        target: String,
        /// How long, in seconds.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Test { filter } => test::all(filter.as_deref()),
        Task::Lint => lint::all(),
        Task::Gen { check } => generate::all(check),
        Task::Bench {
            instructions: true, json, ..
        } => instructions::all(json),
        Task::Bench {
            typescript: true, json, ..
        } => bench::typescript(json),
        Task::Bench { json, .. } => bench::all(json),
        Task::Languages => languages::all(),
        Task::Simulate { json } => simulate::all(json),
        Task::Consumer => consumer::all(),
        Task::Surface { check } => surface::all(check),
        Task::Package => package::all(true),
        Task::CompileTimes => consumer::compile_times(),
        Task::Fuzz { target, seconds } => fuzz::run(&target, seconds),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
