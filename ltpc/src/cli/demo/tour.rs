//! What a tour is: data beside a schema, as `docs/tours.md` describes it.

use std::{collections::BTreeMap, time::Duration};

use ltpc::interpret::clock;
use serde::{Deserialize, de::Error as _};
use serde_json::{Map, Value as Json};

/// A tour.
#[derive(Debug)]
pub struct Tour {
    /// Which session; may be left out where there is only one.
    pub session: Option<String>,
    /// The options of each role.
    pub options: BTreeMap<String, Map<String, Json>>,
    pub steps: Vec<Step>,
}

/// One line of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Words for who watches.
    Say(String),
    /// Time passes.
    #[serde(deserialize_with = "duration")]
    Wait(Duration),
    /// Until these roles are in these states.
    Until(BTreeMap<String, String>),
    /// A role's application sends a draft.
    Send {
        #[serde(rename = "as")]
        role: String,
        #[serde(rename = "message")]
        draft: Json,
    },
    /// The link is cut, and not to be had again for so long.
    #[serde(deserialize_with = "duration")]
    Cut(Duration),
    /// A role's application closes.
    Close(String),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    session: Option<String>,
    #[serde(default)]
    options: BTreeMap<String, Map<String, Json>>,
}

impl Tour {
    /// Reads a tour: a head, then a step a line.
    pub fn read(text: &str) -> Result<Self, String> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')).peekable();
        let wrong = |number: usize| move |error: serde_json::Error| format!("line {number}: {error}");
        let head = match lines.peek() {
            Some((number, line)) if line.contains("\"options\"") || line.contains("\"session\"") => {
                let head: Head = serde_json::from_str(line).map_err(wrong(*number))?;
                lines.next();
                head
            }
            _ => Head::default(),
        };
        let steps = lines.map(|(number, line)| serde_json::from_str(line).map_err(wrong(number)));
        Ok(Self {
            session: head.session,
            options: head.options,
            steps: steps.collect::<Result<_, _>>()?,
        })
    }
}

fn duration<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    let read = clock::duration(&text).map(Duration::from_millis);
    read.ok_or_else(|| D::Error::custom(format!("expected a duration such as \"2 s\", got {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tour_is_a_head_and_steps() {
        let text = "# A tour.\n{\"options\": {\"a\": {\"x\": 1}}}\n\n{\"say\": \"Hello\"}\n{\"cut\": \"2 s\"}\n";
        let tour = Tour::read(text).unwrap();
        assert_eq!((tour.options.len(), tour.steps.len()), (1, 2));
        assert!(matches!(&tour.steps[1], Step::Cut(duration) if duration.as_secs() == 2));
        assert!(Tour::read("{\"say\": \"a\"}\n{\"wait\": 5}\n").unwrap_err().starts_with("line 2: "));
    }
}
