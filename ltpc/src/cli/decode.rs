//! `ltpc decode`: what a peer would read.

use std::io::{self, Read};

use ltp_runtime::codec::Violation;
use ltpc::interpret::form::{Form, Refused};

use super::{
    each::{Text, each},
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
    each(io::stdin().lock(), form.splitter(), form.most(), output, |text, output| {
        change(&text, &form, args.explain, output, |octets| form.read(octets))
    })
}

/// Writes what becomes of each line, or why nothing does.
pub fn each_line(
    source: impl Read,
    form: &Form,
    explain: bool,
    output: &mut Output,
    mut each_one: impl FnMut(&[u8]) -> std::result::Result<String, Refused>,
) -> Result {
    each(source, None, form.most(), output, |text, output| {
        change(&text, form, explain, output, &mut each_one)
    })
}

/// Writes what becomes of a text, or why nothing does.
fn change(
    text: &Text<'_>,
    form: &Form,
    explain: bool,
    output: &mut Output,
    change: impl FnOnce(&[u8]) -> std::result::Result<String, Refused>,
) -> Result {
    let changed = match text.octets {
        Ok(octets) => change(octets),
        Err(octets) => Err(form.too_long(octets)),
    };
    match changed {
        // Framed text brings its own line end.
        Ok(changed) if changed.ends_with('\n') => output.text(&changed)?,
        Ok(changed) => output.line(&changed)?,
        Err(Refused(violations)) => {
            for violation in &violations {
                tell(text, violation, explain, output)?;
            }
            return Ok(Outcome::Found);
        }
    }
    Ok(Outcome::Fine)
}

/// Says what is wrong with a text.
pub fn tell(
    Text { what, number, .. }: &Text<'_>,
    violation: &Violation,
    explain: bool,
    output: &mut Output,
) -> std::result::Result<(), super::Failure> {
    if explain || output.is_json() {
        return object(what, *number, &violation.to_json(), explain, output);
    }
    output.note(&format!("{what} {number}: {}", super::live::words(violation)));
    Ok(())
}

/// Writes a JSON object with the number of the text that it is about: where results go, or on standard error.
pub fn object(what: &str, number: u64, object: &str, is_result: bool, output: &mut Output) -> std::result::Result<(), super::Failure> {
    let object = format!(r#"{{"{what}":{number},{}"#, object.strip_prefix('{').unwrap_or(object));
    if is_result {
        return output.line(&object);
    }
    output.note(&object);
    Ok(())
}
