//! `ltpc replay`: what a machine does about a script.

use std::{
    io::{self, Read as _},
    path::PathBuf,
    sync::Arc,
};

use ltpc::interpret::script::Script;

use super::{
    output::{Failure, Outcome, Output, Result},
    schema,
};

/// Run a script of inputs on a session's machine, and write its trace
///
/// Time and randomness are the script's: the same script gives the same trace in every language. Scripts and traces are described in
/// ltpc/docs/scripts.md.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc replay schema/chat.ltp reconnect.script.jsonl > reconnect.trace.jsonl
  ltpc replay schema/chat.ltp < reconnect.script.jsonl")]
pub struct Args {
    /// The schema
    schema: String,
    /// The script; left out, standard input
    script: Option<PathBuf>,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let model = schema::load(&args.schema, output)?;
    let (name, text) = match &args.script {
        Some(path) => {
            let name = path.display().to_string();
            let text = std::fs::read_to_string(path).map_err(|error| Failure::words(format!("{name}: {error}")))?;
            (name, text)
        }
        None => {
            let mut text = String::new();
            io::stdin().lock().read_to_string(&mut text)?;
            ("standard input".to_owned(), text)
        }
    };
    let trace = Script::parse(&text).and_then(|script| script.run(Arc::clone(&model)));
    for line in trace.map_err(|error| Failure::words(format!("{name}: {error}")))? {
        output.line(&line)?;
    }
    Ok(Outcome::Fine)
}
