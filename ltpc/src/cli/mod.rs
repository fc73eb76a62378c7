//! The command line: one thin file per subcommand.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 fine, 1 something was found, 2 it could not be run.
//! A subcommand is a file with its `Args` and its `run`, and three lines here.

mod build;
mod check;
mod connect;
mod decode;
mod demo;
mod digest;
mod each;
mod encode;
mod explain;
mod gateway;
mod lines;
mod live;
mod map;
mod new;
mod output;
mod registry;
mod replay;
mod schema;
mod serve;
mod store;
mod vectors;
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use self::output::{Failure, Outcome, Output, Style};

/// A declarative protocol compiler: shape and behaviour from one schema.
#[derive(Debug, Parser)]
#[command(
    name = "ltpc",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    after_help = "\
Exit codes: 0 fine, 1 something was found, 2 it could not be run.
`ltpc COMMAND --help` shows examples."
)]
struct Cli {
    #[command(flatten)]
    style: Style,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Explain(explain::Args),
    New(new::Args),
    Build(build::Args),
    Decode(decode::Args),
    Encode(encode::Args),
    Digest(digest::Args),
    Map(map::Args),
    Serve(serve::Args),
    Connect(connect::Args),
    Demo(demo::Args),
    Gateway(gateway::Args),
    Replay(replay::Args),
    Vectors(vectors::Args),
    Work(work::Args),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new(cli.style);
    let result = match cli.command {
        Command::Check(args) => check::run(&args, &mut output),
        Command::Explain(args) => explain::run(&args, &mut output),
        Command::New(args) => new::run(&args, &mut output),
        Command::Build(args) => build::run(&args, &mut output),
        Command::Decode(args) => decode::run(&args, &mut output),
        Command::Encode(args) => encode::run(&args, &mut output),
        Command::Digest(args) => digest::run(&args, &mut output),
        Command::Map(args) => map::run(&args, &mut output),
        Command::Serve(args) => serve::run(&args, &mut output),
        Command::Connect(args) => connect::run(&args, &mut output),
        Command::Demo(args) => demo::run(&args, &mut output),
        Command::Gateway(args) => gateway::run(&args, &mut output),
        Command::Replay(args) => replay::run(&args, &mut output),
        Command::Vectors(args) => vectors::run(&args, &mut output),
        Command::Work(args) => work::run(&args, &mut output),
    };
    match result.and_then(|outcome| output.flush().map(|()| outcome)) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        // Whoever read our output has enough of it: no fault of ours.
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(Failure::Words(words)) => {
            output.complain(&words);
            ExitCode::from(2)
        }
    }
}
