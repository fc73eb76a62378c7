//! `ltpc decode`: what a peer would read.

use std::io::{self, Read};

use ltp_runtime::{codec::Violation, text::Splitter};
use ltpc::interpret::form::{Form, Refused};

use super::{
    lines::{Line, Lines},
    output::{Outcome, Output, Result},
    schema,
};

/// Decode messages from standard input
///
/// They stand one a line, or, where the schema has a framing, as they are framed. Writes the canonical JSON of each; payloads stand as JSON whatever their encoding on the wire. What is wrong with a line goes to
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
    match form.splitter() {
        Some(splitter) => each_frame(io::stdin().lock(), splitter, &form, args.explain, output),
        None => each_line(io::stdin().lock(), &form, args.explain, output, |line| form.read(line)),
    }
}

/// Writes what each message of framed text says, or why it says nothing. What breaks the form ends the stream.
fn each_frame(mut source: impl Read, mut splitter: Splitter, form: &Form, explain: bool, output: &mut Output) -> Result {
    let mut outcome = Outcome::Fine;
    let mut number = 0;
    let mut piece = vec![0; 64 << 10];
    loop {
        let octets = match source.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            octets => octets?,
        };
        splitter.push(&piece[..octets]);
        loop {
            let frame = if octets == 0 { splitter.finish() } else { splitter.next() };
            let (frame, whole) = match frame {
                Ok(Some(frame)) => (frame.octets, true),
                Ok(None) => break,
                Err(broken) => (broken.octets, false),
            };
            number += 1;
            match form.read(frame) {
                Ok(text) => output.line(&text)?,
                Err(Refused(violations)) => {
                    outcome = Outcome::Found;
                    for violation in &violations {
                        tell("message", number, violation, explain, output)?;
                    }
                }
            }
            output.flush()?;
            if !whole {
                return Ok(outcome);
            }
        }
        if octets == 0 {
            return Ok(outcome);
        }
    }
}

/// Writes what becomes of each line, or why nothing does.
pub fn each_line(
    source: impl Read,
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
            // Framed text brings its own line end.
            Ok(text) if text.ends_with('\n') => output.text(&text)?,
            Ok(text) => output.line(&text)?,
            Err(Refused(violations)) => {
                outcome = Outcome::Found;
                for violation in &violations {
                    tell("line", number, violation, explain, output)?;
                }
            }
        }
        // A reader at the other end of a pipe sees what is decided before anything is waited for.
        if !lines.has_more() {
            output.flush()?;
        }
    }
}

fn tell(what: &str, number: u64, violation: &Violation, explain: bool, output: &mut Output) -> std::result::Result<(), super::Failure> {
    if explain || output.is_json() {
        let object = violation.to_json();
        let object = format!(r#"{{"{what}":{number},{}"#, object.strip_prefix('{').unwrap_or(&object));
        if explain {
            return output.line(&object);
        }
        output.note(&object);
    } else {
        output.note(&format!("{what} {number}: {}", super::live::words(violation)));
    }
    Ok(())
}
