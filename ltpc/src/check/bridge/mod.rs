//! The rules of bridges. Those of names and forms are found while bridges are resolved; the others are checked here.

pub(crate) mod incomplete;
pub(crate) mod mapping;
pub(crate) mod serves;
pub(crate) mod subject;
pub(crate) mod undelivered;
pub(crate) mod unrouted;
pub(crate) mod unsendable;

/// A small protocol for the pages, as it stands before its bridge.
macro_rules! demo {
    () => {
        r#"protocol demo "1.0";

envelope Plain tag "type" {}

enum Topic { sun; rain; }
record Note { topic: Topic; }

message Ask "ask" in Plain { topic: Topic; }
message Told "told" in Plain { topic: Topic; }

mapping Ask -> Note { topic = topic; }
mapping Note -> Told { topic = topic; }

session Talk between device, gateway {
    role device {
        start Dialing {
            enter   => connect;
            on open => send Ask { topic = sun } -> Open;
        }
        state Open {
            on Told => deliver;
        }
        end Done;
        any {
            on message   => report;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
    role gateway {
        start Open {
            on Ask   => deliver;
            app Told => send;
        }
        end Done;
        any {
            on open      => ignore;
            on malformed => report;
            on closed    => -> Done;
            app close    => close "no longer needed" -> Done;
        }
    }
}
"#
    };
}
pub(crate) use demo;
