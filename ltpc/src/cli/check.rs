//! `ltpc check`: what is wrong with schemas.

use ltpc::{
    diagnostic::{self, Diagnostic, Severity},
    model::Model,
};

use super::{
    output::{Outcome, Output, Result},
    schema,
};

/// Find every problem in schemas
///
/// Diagnostics go to standard error with --format text, and, as the result that they are for tools, to standard output with
/// --format json, one object a line.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc check schema/chat.ltp
  ltpc check --format json schema/*.ltp | jq .message")]
pub struct Args {
    /// The schemas; imports are followed
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Let warnings be found too: exit 1 where there are only warnings
    #[arg(long)]
    deny_warnings: bool,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let mut outcome = Outcome::Fine;
    for file in &args.files {
        let compilation = schema::read(file)?;
        if output.is_json() {
            output.text(&diagnostic::json(&compilation.diagnostics, &compilation.sources))?;
        } else {
            schema::tell(&compilation, output);
        }
        if compilation
            .diagnostics
            .iter()
            .any(|diagnostic| counts(diagnostic, args.deny_warnings))
        {
            outcome = Outcome::Found;
        } else if let Some(model) = compilation.model.filter(|_| !output.is_json()) {
            output.note(&format!("{file}: {}", summary(&model)));
        }
        // Each file's verdict is seen when it is there.
        output.flush()?;
    }
    Ok(outcome)
}

/// What a schema declares, in a few words.
fn summary(model: &Model) -> String {
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let (messages, sessions, examples) = (model.messages.len(), model.sessions.len(), model.examples.len());
    format!(
        "fine: {}, {}, {}",
        count(messages, "message"),
        count(sessions, "session"),
        count(examples, "example")
    )
}

fn counts(diagnostic: &Diagnostic, warnings_too: bool) -> bool {
    match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning => warnings_too,
        Severity::Note => false,
    }
}
