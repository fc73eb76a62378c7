//! `ltpc encode`: what a peer would be sent.

use std::io;

use ltpc::interpret::form::Form;

use super::{
    decode,
    output::{Failure, Output, Result},
    schema,
};

/// Encode messages from standard input
///
/// The way back of `decode`: reads messages as JSON, one a line, with payloads as JSON whatever their encoding is to be, fills in defaults, and
/// writes what goes over the wire.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc encode schema/chat.ltp < drafts.jsonl
  ltpc decode schema/chat.ltp < wire.jsonl | ltpc encode schema/chat.ltp
  echo '{\"name\": \"Ada\"}' | ltpc encode schema/chat.ltp --as Person")]
pub struct Args {
    /// The schema
    schema: String,
    /// Each line is this message or type, instead of any message
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// Write what is wrong with a line where its message would stand: {line, pointer, rule, expected, actual}
    #[arg(long)]
    explain: bool,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let form = Form::new(schema::load(&args.schema, output)?, args.name.as_deref());
    let form = form.map_err(|error| Failure::words(error.to_string()))?;
    decode::each_line(io::stdin().lock(), &form, args.explain, output, |line| form.write(line))
}
