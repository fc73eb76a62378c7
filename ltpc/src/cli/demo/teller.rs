//! The transcript of a tour, in words that a newcomer follows.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ltp_runtime::codec::Decoded;
use ltpc::interpret::Program;
use tokio::time::Instant;

use super::{
    ends::{Told, What},
    sizes,
};
use crate::cli::output::Output;

/// Makes lines of what happens, and counts.
pub struct Teller {
    client: Arc<Program>,
    /// The other role's name.
    server: String,
    title: String,
    start: Instant,
    colour: bool,
    states: HashMap<String, String>,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    from_client: usize,
    from_server: usize,
    octets: usize,
    encoded: usize,
    plain: usize,
    encoding: String,
    connections: usize,
    cuts: usize,
    kept: Vec<String>,
}

/// Characters of a message's body that are shown.
const SHOWN: usize = 92;

const BOLD: &str = "\x1b[1m";
const DIM: &str = "\x1b[2m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const BLUE: &str = "\x1b[34m";

impl Teller {
    pub fn new(client: Arc<Program>, server: &Program, output: &Output) -> Self {
        let protocol = &client.model().protocol;
        let title = format!("{} {}, {}", protocol.name, protocol.version, client.session().decl.name);
        let (counts, states) = (Counts::default(), HashMap::new());
        let server = server.role().name.clone();
        Self {
            client,
            server,
            title,
            start: Instant::now(),
            colour: output.is_colourful(),
            states,
            counts,
        }
    }

    /// The first line.
    pub fn title(&self) -> String {
        let say = "compiled; a server and a client of it run on this machine, from the schema alone";
        format!("{}  {}", self.paint(BOLD, &self.title), self.paint(DIM, say))
    }

    /// Words for who watches.
    pub fn heading(&self, words: &str) -> String {
        format!("\n{}", self.paint(BOLD, words))
    }

    /// The link is cut.
    pub fn cut(&mut self, duration: Duration) -> String {
        self.counts.cuts += 1;
        self.at(&self.paint(RED, &format!("✂  the link is cut, for {}", seconds(duration))))
    }

    /// What happened, as lines.
    pub fn tell(&mut self, Told { role, what }: &Told) -> Vec<String> {
        let is_client = *role == self.client.role().name;
        match what {
            What::Came(_) => {
                self.counts.connections += usize::from(!is_client);
                Vec::new()
            }
            What::Ended => Vec::new(),
            What::Entered { state, pause } => vec![self.entered(role, state, *pause)],
            What::Sends(message) => self.sends(is_client, message),
            What::Stores(value) => {
                let known = self.counts.kept.last() == Some(value);
                if !known {
                    self.counts.kept.push(value.clone());
                }
                vec![self.at(&format!("{} keeps {}", self.name(role), self.paint(YELLOW, value)))]
            }
            What::Forgets => vec![self.at(&format!("{} forgets what it kept", self.name(role)))],
            What::Drops(why) => vec![self.at(&format!("{} drops the connection: {why}", self.name(role)))],
            What::Lost(why) => vec![self.at(&format!(
                "{} {}",
                self.name(role),
                self.paint(DIM, &format!("the connection is gone: {why}"))
            ))],
            What::Refused(why) | What::Unexpected(why) => vec![self.at(&format!("{} {}", self.name(role), self.paint(RED, why)))],
        }
    }

    /// The last line.
    pub fn summary(&self) -> String {
        let Counts {
            from_client,
            from_server,
            octets,
            encoded,
            plain,
            encoding,
            connections,
            cuts,
            kept,
        } = &self.counts;
        let mut parts = vec![
            format!(
                "{from_client} messages to the {} and {from_server} back, {octets} octets",
                self.server
            ),
            format!(
                "{connections} {}, {cuts} {}",
                plural(*connections, "connection"),
                plural(*cuts, "cut")
            ),
        ];
        if *plain > 0 {
            parts.push(format!(
                "{encoding} took {encoded} octets where JSON takes {plain}, {} % less",
                percent(*encoded, *plain)
            ));
        }
        if let [value] = kept.as_slice() {
            parts.push(format!("kept throughout: {value}"));
        }
        let time = seconds(self.start.elapsed());
        format!(
            "\n{} {}",
            self.paint(GREEN, "✔"),
            self.paint(BOLD, &format!("{time}: {}.", parts.join("; ")))
        )
    }

    fn entered(&mut self, role: &str, state: &str, pause: Option<Duration>) -> String {
        let before = self.states.insert(role.to_owned(), state.to_owned());
        // A server has a new machine for every connection: where the last one ended says nothing of this one.
        let is_new = role != self.client.role().name && self.is_start(role, state);
        let from = match before {
            _ if is_new => "a connection: ".to_owned(),
            Some(before) => format!("{before} → "),
            None => String::new(),
        };
        let wait = pause.map_or(String::new(), |pause| format!(", tries again in {}", seconds(pause)));
        self.at(&format!("{} {from}{}{wait}", self.name(role), self.paint(BOLD, state)))
    }

    fn is_start(&self, role: &str, state: &str) -> bool {
        let role = self.client.session().roles.iter().find(|known| known.name == role);
        role.is_some_and(|role| role.states[role.start].name == state)
    }

    fn sends(&mut self, is_client: bool, message: &Decoded) -> Vec<String> {
        let schema = self.client.schema();
        let name = &schema.messages[message.message].name;
        let octets = sizes::wire(schema, message).len();
        self.counts.octets += octets;
        let count = if is_client {
            &mut self.counts.from_client
        } else {
            &mut self.counts.from_server
        };
        *count += 1;
        let mut size = format!("{octets} octets");
        if let Some(encoded) = sizes::encoded(schema, message) {
            let sizes::Encoded { name, octets, as_json } = encoded;
            size += &format!(
                "; its payload {octets} as {name}, {as_json} as JSON: {} % less",
                percent(octets, as_json)
            );
            self.counts.encoded += octets;
            self.counts.plain += as_json;
            self.counts.encoding = name;
        }
        let (arrow, colour) = if is_client { ("──▶", BLUE) } else { ("◀──", GREEN) };
        let arrow = self.paint(colour, &format!("{} {arrow} {}", self.client.role().name, self.server));
        let mut lines = vec![self.at(&format!("{arrow}  {}  {}", self.paint(BOLD, name), self.paint(DIM, &size)))];
        let body = sizes::text(&sizes::body(schema, message));
        if body != "{}" {
            lines.push(format!("{:30}{}", "", self.paint(DIM, &shorten(&body))));
        }
        lines
    }

    fn at(&self, words: &str) -> String {
        let time = format!("{:7.2} s", self.start.elapsed().as_secs_f64());
        format!("{}  {words}", self.paint(DIM, &time))
    }

    fn name(&self, role: &str) -> String {
        let is_client = role == self.client.role().name;
        self.paint(if is_client { BLUE } else { GREEN }, &format!("{role:<17}"))
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.colour {
            format!("{colour}{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f64())
}

/// How much less a part is than the whole.
fn percent(part: usize, whole: usize) -> usize {
    100 * whole.saturating_sub(part) / whole.max(1)
}

fn plural(count: usize, one: &str) -> String {
    if count == 1 { one.to_owned() } else { format!("{one}s") }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
