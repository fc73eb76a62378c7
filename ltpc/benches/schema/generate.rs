//! Schemas as long as one likes, of every kind of declaration, all of them right.

use std::fmt::Write as _;

/// A schema of at least so many lines.
pub fn schema(lines: usize) -> String {
    let mut text = String::from(HEAD);
    let mut written = text.matches('\n').count();
    let lines_of_part = PART.matches('\n').count();
    let mut index = 0;
    while written < lines {
        // The parts differ in their names only; each uses the names of the one before.
        let part = PART
            .replace("#-", &format!("{}", index.max(1) - 1))
            .replace('#', &index.to_string());
        let _ = write!(text, "{part}");
        written += lines_of_part;
        index += 1;
    }
    text
}

const HEAD: &str = r#"/// A schema that a program wrote.
protocol generated "1.0";

limits { message 1 MiB; depth 16; string 64 KiB; list 65536; members 1024; }

"#;

const PART: &str = r#"
/// From -1 to 1, the number #.
scalar Unit# = float where -1.0 ..= 1.0;
scalar Id# = string where len 1 ..= 128 and pattern "[A-Za-z0-9_.-]+";
scalar Small# = uint where 0 ..= 10 | 100 ..= 1_000;

/// An emotional state. Carried, never interpreted.
record Affect# {
    /// From negative (-1) to positive (1).
    valence: Unit#;
    /// From calm (-1) to excited (1).
    arousal: Unit#;
}

/// What accompanies a message; unknown members are kept.
record Meta# open {
    client_id?:  Id#;
    trace_id?:   string;
    /// The context of the interaction, such as `evening_reflection`.
    context_tag? "contextTag": string;
    affect?:     Affect#-;
    weights?:    list<float where 0.0 ..= 1.0> where len 0 ..= 16;
    labels?:     map<string>;
    mode:        "fast" | "slow" = "fast";
    count:       Small# = 5;
}

enum Encoding# {
    json;
    /// Token-Oriented Object Notation, in a JSON string.
    toon;
}

union Shape# tag "shape" open {
    point:  record Point# { x: float; y: float; };
    circle: record Circle# { radius: float where 0.0 ..; affect?: Affect#; };
}

payloads Kind# open {
    minimal: object;
    log: list<record Entry# { t: uint; valence: Unit#; arousal: Unit#; }> @toon(key = "log");
    shape: Shape#;
}

errors Code# open {
    MALFORMED_#  "the message does not conform";
    UNKNOWN_#    "nothing is known of it" closes;
    BUSY_#       "too many messages" retry;
}

envelope Envelope# tag "type" {
    thread_id:  uuid;
    timestamp:  uint;
    encoding?:  Encoding# = json;
    payload?:   body;
    meta?:      Meta#;
    nonce?:     string;
}

/// State, in one of the declared kinds.
message Update# "update_#" in Envelope# {
    kind: Kind#;
    data: Kind#[kind] as encoding;
}

message Ping# "ping_#" in Envelope# {}

/// The complaint.
message Fault# "fault_#" in Envelope# {
    error_code:    Code#;
    error_message: string;
    details?:      object;
}

endpoint Socket# {
    transport websocket;
    address "ws://localhost:8080";
    plaintext loopback;
}

/// A thread of context.
session Thread# between client, server over Socket# {
    role client {
        option client_id: Id#;
        option beat:      duration = 15 s;
        option patience:  duration = 45 s;
        persist last: string? by client_id;
        retry again = 1 s ..= 30 s factor 2 jitter 20% tries 5;

        start Connecting {
            enter   => connect;
            on open => reset again -> Ready { thread = fresh, interval = beat * 2 + 500 ms };
        }

        state Ready {
            var thread:   uuid;
            var interval: duration;
            timer pong queue 16 = patience;

            stamp Envelope# {
                thread_id = thread;
                timestamp = now as s;
                nonce = fresh;
            }

            every interval => send Ping#, arm pong;
            on Ping#       => disarm pong;
            on timeout pong => drop "a ping was not answered";
            on Update# u when u.kind == "minimal" and not (u.thread_id != thread) =>
                set last = "minimal", deliver;
            on Update# | Fault# => deliver;
            app Update#         => send;
        }

        state Waiting { on due again => -> Connecting; }

        end Failed;
        end Closed;

        any {
            on closed    => retry again -> Waiting else -> Failed;
            on malformed => report;
            app close    => close "the application closed the thread" -> Closed;
        }
    }

    role server {
        stamp Envelope# {
            thread_id = fresh;
            timestamp = now as s;
        }

        start Greeting {
            on Ping#   => send Ping#;
            on Update# => deliver;
            on malformed m when m.rule == "size" =>
                send Fault# { error_code = MALFORMED_#, error_message = m.text, details = { pointer = m.pointer, rule = m.rule } };
            on malformed => report;
            on message => ignore;
        }
        end Closed;
        any {
            on open   => ignore;
            on closed => -> Closed;
            app close => close "the server closed the thread" -> Closed;
        }
    }
}

example "a ping, the number #" as Ping# ```
{"type": "ping_#", "thread_id": "4f3c9e2a-8b21-4c71-9d3f-1a9b12345678", "timestamp": 1731700000}
```
"#;
