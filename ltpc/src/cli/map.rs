//! `ltpc map`: one protocol's messages as another's.

use std::{
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use ltp_runtime::{
    mapping::{Context, NotMapped},
    net::OsEntropy,
};
use ltpc::interpret::{Mapper, Subject, form};

use super::{
    decode::{object, tell},
    each::{Text, each},
    output::{Failure, Outcome, Output, Result},
    schema,
};

/// Translate messages from standard input by a mapping
///
/// They stand one a line, or, where they are framed text, as they are framed. Writes what each becomes: JSON, one a line, or framed text. What is lost of a message,
/// and why one is not translated, goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc map schema/chat.ltp 'Said -> mesh.Signal' < said.txt
  ltpc map schema/chat.ltp 'mesh.Signal -> Said' --lost < signals.jsonl")]
pub struct Args {
    /// The schema
    schema: String,
    /// The mapping, as the schema writes it: SOURCE -> TARGET; may be left out where there is only one
    mapping: Option<String>,
    /// Write a JSON object for each message: {message, lost}, or what is wrong with it
    #[arg(long)]
    lost: bool,
    /// What `now` is, in seconds since 1970, instead of the time of day
    #[arg(long, value_name = "SECONDS")]
    now: Option<u64>,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let mapper = Mapper::new(schema::load(&args.schema, output)?, args.mapping.as_deref());
    let mapper = mapper.map_err(|error| Failure::words(error.to_string()))?;
    let mut entropy = OsEntropy::new();
    let most = mapper.schema().limits.message;
    each(io::stdin().lock(), mapper.splitter(), most, output, |text, output| {
        let now = args.now.map_or_else(unix, |seconds| seconds.saturating_mul(1_000));
        let mut context = Context {
            unix: now,
            entropy: &mut entropy,
        };
        let read = match text.octets {
            Ok(octets) => mapper.read(octets),
            Err(octets) => Err(form::too_long(octets, most).0),
        };
        let mapped = read
            .map_err(NotMapped::Invalid)
            .and_then(|subject| mapper.map(&subject, &mut context));
        match mapped {
            Ok(mapped) => {
                let lost = mapped.lost.iter();
                if args.lost {
                    let lost: Vec<String> = lost.map(ltp_runtime::mapping::Lost::to_json).collect();
                    let message = mapper.json(&mapped.message);
                    output.line(&format!(r#"{{"message":{message},"lost":[{}]}}"#, lost.join(",")))?;
                    return Ok(Outcome::Fine);
                }
                write(&mapper, &mapped.message, output)?;
                for lost in lost {
                    say(&text, lost, "lost", output)?;
                }
                Ok(Outcome::Fine)
            }
            Err(NotMapped::Refused(lost)) => {
                if args.lost {
                    object(text.what, text.number, &lost.to_json(), true, output)?;
                } else {
                    say(&text, &lost, "refused, or it would be lost", output)?;
                }
                Ok(Outcome::Found)
            }
            Err(NotMapped::Invalid(violations)) => {
                for violation in &violations {
                    tell(&text, violation, args.lost, output)?;
                }
                Ok(Outcome::Found)
            }
        }
    })
}

/// Framed text brings its own line end.
fn write(mapper: &Mapper, message: &Subject, output: &mut Output) -> std::result::Result<(), Failure> {
    let text = String::from_utf8(mapper.write(message)).unwrap_or_default();
    if text.ends_with('\n') {
        output.text(&text)
    } else {
        output.line(&text)
    }
}

fn say(text: &Text<'_>, lost: &ltp_runtime::mapping::Lost, what: &str, output: &mut Output) -> std::result::Result<(), Failure> {
    if output.is_json() {
        return object(text.what, text.number, &lost.to_json(), false, output);
    }
    let Text { what: unit, number, .. } = text;
    output.note(&format!(
        "{unit} {number}: {what}: {} {}: {}",
        lost.pointer, lost.value, lost.reason
    ));
    Ok(())
}

/// Milliseconds since 1970.
fn unix() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
