//! `ltpc vectors`: what a schema means, case by case.

use std::path::PathBuf;

use ltpc::{build::write::write_atomically, interpret::vectors};
use serde::Serialize;

use super::{
    output::{Failure, Outcome, Output, Result},
    schema,
};

/// Write the cases that every language must agree on
///
/// From the interpreter: for every constraint its boundary on both sides, for every message forms that conform and near misses, and for
/// every transition a script of inputs with its exact trace. What they look like is described in ltpc/docs/vectors.md.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc vectors schema/chat.ltp --out vectors
  ltpc vectors schema/chat.ltp | grep boundary")]
pub struct Args {
    /// The schema
    schema: String,
    /// A directory for messages.jsonl, streams.jsonl and sessions.jsonl; left out, standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let model = schema::load(&args.schema, output)?;
    let messages = lines(&vectors::messages(&model))?;
    let streams = lines(&vectors::streams(&model))?;
    let (scripts, coverage) = vectors::sessions(&model);
    let sessions = lines(&scripts)?;
    match &args.out {
        Some(directory) => {
            write_atomically(&directory.join("messages.jsonl"), &messages)?;
            write_atomically(&directory.join("streams.jsonl"), &streams)?;
            write_atomically(&directory.join("sessions.jsonl"), &sessions)?;
        }
        None => {
            output.text(&messages)?;
            output.text(&streams)?;
            output.text(&sessions)?;
        }
    }
    let count = |text: &str| text.lines().count();
    output.note(&format!(
        "{} messages, {} streams, {} scripts",
        count(&messages),
        count(&streams),
        scripts.len()
    ));
    for role in coverage {
        let taken = role.all - role.missed.len();
        output.note(&format!("{}: {taken} of {} transitions", role.role, role.all));
        for missed in role.missed {
            output.note(&format!("  not taken: {missed}"));
        }
    }
    Ok(Outcome::Fine)
}

fn lines<T: Serialize>(vectors: &[T]) -> std::result::Result<String, Failure> {
    let mut text = String::new();
    for vector in vectors {
        text.push_str(&serde_json::to_string(vector).map_err(|error| Failure::words(error.to_string()))?);
        text.push('\n');
    }
    Ok(text)
}
