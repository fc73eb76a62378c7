//! `ltpc explain`: the pages of the rules.

use ltpc::check::{self, Rule};

use super::output::{Failure, Outcome, Output, Result};

/// Print the page of a rule, or list all rules
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc explain E0101
  ltpc explain")]
pub struct Args {
    /// The rule's code, such as E0101, or its name, such as syntax-error
    code: Option<String>,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    match args.code.as_deref() {
        Some(code) => page(code, output)?,
        None => {
            for rule in check::RULES {
                output.line(&if output.is_json() {
                    json(rule)
                } else {
                    format!("{}  {:<28} {}", rule.code, rule.name, rule.summary)
                })?;
            }
        }
    }
    Ok(Outcome::Fine)
}

fn page(wanted: &str, output: &mut Output) -> std::result::Result<(), Failure> {
    let named = || check::RULES.iter().copied().find(|rule| rule.name.eq_ignore_ascii_case(wanted));
    let Some(rule) = check::rule(&wanted.to_ascii_uppercase()).or_else(named) else {
        return Err(Failure::words(format!("there is no rule `{wanted}`; `ltpc explain` lists all")));
    };
    if output.is_json() {
        return output.line(&json(rule));
    }
    let (on, off) = if output.is_colourful() { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    output.line(&format!(
        "{on}{} {}{off}: {}\n\n{}",
        rule.code,
        rule.name,
        rule.summary,
        rule.page.trim()
    ))
}

fn json(rule: &Rule) -> String {
    serde_json::json!({ "code": rule.code, "name": rule.name, "summary": rule.summary, "page": rule.page.trim() }).to_string()
}
