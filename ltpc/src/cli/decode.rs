//! `ltpc decode`: what a peer would read.

use std::io::{self, BufRead};

use ltp_runtime::codec::Violation;
use ltpc::interpret::form::{Form, Refused};

use super::{
    lines::{Line, Lines},
    output::{Outcome, Output, Result},
    schema,
};

/// Decode messages from standard input, one a line
///
/// Writes the canonical JSON of each; payloads stand as JSON whatever their encoding on the wire. What is wrong with a line goes to
/// standard error, or, with --explain, to standard output as JSON, one object for each violation.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc decode schema/chat.ltp < messages.jsonl
  ltpc decode schema/chat.ltp --explain < doubtful.jsonl
  echo '{\"name\": \"Ada\"}' | ltpc decode schema/chat.ltp --as Person")]
pub struct Args {
    /// The schema
    schema: String,
    /// Read each line as this message or type, instead of as any message
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// Write what is wrong with a line where its message would stand: {line, pointer, rule, expected, actual}
    #[arg(long)]
    explain: bool,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let form = Form::new(schema::load(&args.schema, output)?, args.name.as_deref());
    let form = form.map_err(|error| super::Failure::words(error.to_string()))?;
    each_line(io::stdin().lock(), &form, args.explain, output, |line| form.read(line))
}

/// Writes what becomes of each line, or why nothing does.
pub fn each_line(
    source: impl BufRead,
    form: &Form,
    explain: bool,
    output: &mut Output,
    mut change: impl FnMut(&[u8]) -> std::result::Result<String, Refused>,
) -> Result {
    let mut lines = Lines::new(source, form.most());
    let mut outcome = Outcome::Fine;
    loop {
        let (number, changed) = match lines.next()? {
            None => return Ok(outcome),
            Some((number, Line::Whole(line))) => (number, change(line)),
            Some((number, Line::TooLong(octets))) => (number, Err(form.too_long(octets))),
        };
        match changed {
            Ok(text) => output.line(&text)?,
            Err(Refused(violations)) => {
                outcome = Outcome::Found;
                for violation in &violations {
                    tell(number, violation, explain, output)?;
                }
            }
        }
        // A reader at the other end of a pipe sees each line when it is decided.
        output.flush()?;
    }
}

fn tell(line: u64, violation: &Violation, explain: bool, output: &mut Output) -> std::result::Result<(), super::Failure> {
    if explain || output.is_json() {
        let object = violation.to_json();
        let object = format!(r#"{{"line":{line},{}"#, object.strip_prefix('{').unwrap_or(&object));
        if explain {
            return output.line(&object);
        }
        output.note(&object);
    } else {
        output.note(&format!("line {line}: {}", super::live::words(violation)));
    }
    Ok(())
}
