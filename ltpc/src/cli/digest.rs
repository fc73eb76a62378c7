//! `ltpc digest`: what lists are known by.

use std::io;

use ltpc::interpret::digest::Digester;

use super::{
    decode::tell,
    each::each,
    output::{Failure, Outcome, Output, Result},
    schema,
};

/// Compute a digest of each line of standard input
///
/// Each line is a JSON list of the records that the digest is computed from. What is wrong with a line goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc digest schema/chat.ltp context_hash < lists.jsonl
  echo '[]' | ltpc digest schema/chat.ltp context_hash")]
pub struct Args {
    /// The schema
    schema: String,
    /// The digest
    name: String,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let model = schema::load(&args.schema, output)?;
    let digester = Digester::new(&model, &args.name).ok_or_else(|| {
        let known: Vec<&str> = model.digests.iter().map(|digest| digest.decl.name.as_str()).collect();
        let known = if known.is_empty() {
            "the schema declares none".to_owned()
        } else {
            format!("there is {}", known.join(", "))
        };
        Failure::words(format!("no digest `{}`: {known}", args.name))
    })?;
    each(io::stdin().lock(), None, digester.most(), output, |text, output| {
        let read = match text.octets {
            Ok(octets) => digester.read(octets),
            Err(octets) => Err(digester.too_long(octets)),
        };
        match read {
            Ok(digest) => output.line(&digest)?,
            Err(violations) => {
                for violation in &violations {
                    tell(&text, violation, false, output)?;
                }
                return Ok(Outcome::Found);
            }
        }
        Ok(Outcome::Fine)
    })
}
