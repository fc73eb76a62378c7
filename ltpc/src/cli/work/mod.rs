//! `ltpc work`: nodes that have work done, and clients that submit it.

mod bar;
mod demonstration;
mod node;
mod submit;
mod table;

use super::output::{Output, Result};

/// Route work: a node that has it done, or a client that submits it, by what the schema says of work
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc work node schema/jobs.ltp --table
  ltpc work submit schema/jobs.ltp < jobs.jsonl")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Node(node::Args),
    Submit(submit::Args),
}

/// Why work cannot be routed by a schema.
const NO_WORK: &str =
    "the schema says nothing of `work`; say how it is routed: `work Name of Request -> Reply { ... }` (`ltpc explain E0703`)";

pub fn run(args: &Args, output: &mut Output) -> Result {
    match &args.command {
        Command::Node(args) => node::run(args, output),
        Command::Submit(args) => submit::run(args, output),
    }
}
