//! Machines under virtual time.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod support;

use ltp_runtime::session::{
    Action, Context, Input, Machine, Now, Place, Refusal, SplitMix64,
    script::{Restless, TraceLines, VirtualTime},
};
use support::{Client, Server, decode};

fn now() -> Now {
    Now { ticks: 0, unix: 1_000_000 }
}

#[test]
fn a_day_of_heartbeats() {
    let mut time = VirtualTime::new(Client::new(), SplitMix64::new(1), TraceLines::default(), now());
    let mut pings = 0;
    time.start(&mut |_, now, action, schedule| {
        if *action == Action::Connect {
            schedule.at(now.ticks + 3, Input::Opened);
        }
    })
    .unwrap();
    time.run(24 * 60 * 60 * 1_000, &mut |_, now, action, schedule| {
        if *action == Action::Send(Box::new("ping".into())) {
            pings += 1;
            schedule.at(now.ticks + 40, Input::Message(Box::new("pong".into())));
        }
    })
    .unwrap();
    assert_eq!((pings, time.machine.state()), (5_759, "Ready"));
    assert_eq!(
        time.observer.lines[..7],
        [
            "0 < start",
            "0 > enter Connecting",
            "0 > connect",
            "3 < open",
            "3 > enter Ready",
            "3 > send hello",
            "15003 < due"
        ]
    );
}

#[test]
fn a_missing_pong_drops_and_a_lost_transport_backs_off() {
    let mut time = VirtualTime::new(Client::new(), SplitMix64::new(1), TraceLines::default(), now());
    let mut outside = |_: &Client, now: Now, action: &Action<String>, schedule: &mut ltp_runtime::session::script::ScheduleOf<Client>| {
        if *action == Action::Connect && now.ticks == 0 {
            schedule.at(0, Input::Opened);
        } else if *action == Action::Connect {
            schedule.at(now.ticks, Input::Closed { reason: "refused".into() });
        }
    };
    time.start(&mut outside).unwrap();
    time.run(100_000, &mut outside).unwrap();
    let entered: Vec<&str> = time
        .observer
        .lines
        .iter()
        .filter(|line| line.contains("enter") || line.contains("closed"))
        .map(String::as_str)
        .collect();
    assert_eq!(
        entered,
        [
            "0 > enter Connecting",
            "0 > enter Ready",
            "60000 < closed no pong",
            "60000 > enter Waiting",
            "61000 > enter Connecting",
            "61000 < closed refused",
            "61000 > enter Waiting",
            "63000 > enter Connecting",
            "63000 < closed refused",
            "63000 > enter Waiting",
            "67000 > enter Connecting",
            "67000 < closed refused",
            "67000 > enter Waiting",
            "75000 > enter Connecting",
            "75000 < closed refused",
            "75000 > enter Waiting",
            "91000 > enter Connecting",
            "91000 < closed refused",
            "91000 > enter Failed",
        ]
    );
}

#[test]
fn rows_are_kept_and_found_before_the_next_input() {
    let mut time = VirtualTime::new(Server::new(), SplitMix64::new(1), TraceLines::default(), now());
    for (ticks, text) in [(1, "put a {}"), (2, "get a"), (2, "hi"), (3, "get b")] {
        time.schedule.at(ticks, Input::Message(Box::new(text.into())));
    }
    time.start(&mut |_, _, _, _| {}).unwrap();
    time.run(10, &mut |_, _, _, _| {}).unwrap();
    assert_eq!(
        time.observer.lines[5..],
        [
            "2 < message get a",
            "2 > look up Test.rows a",
            "2 < found {}",
            "2 > send a is Some(\"{}\")",
            "2 < message hi",
            "2 > send echo hi",
            "3 < message get b",
            "3 > look up Test.rows b",
            "3 < found nothing",
            "3 > send b is None",
        ]
    );
    assert_eq!(
        time.now(),
        Now {
            ticks: 10,
            unix: 1_000_010
        }
    );
}

/// Is always due.
struct Circle;

impl Machine for Circle {
    type Message = String;
    type Call = String;

    fn max_size(&self) -> usize {
        0
    }

    fn decode(&mut self, frame: &[u8]) -> Result<Box<String>, Refusal> {
        decode(frame).map(Box::new)
    }

    fn encode(&self, _: &String, _: &mut Vec<u8>) {}

    fn message_name<'m>(&'m self, _: &'m String) -> &'m str {
        ""
    }

    fn handle(&mut self, _: Input<String, String>, _: &mut Context<'_>, _: &mut Vec<Action<String>>) {}

    fn next_deadline(&self) -> Option<u64> {
        Some(5)
    }

    fn state(&self) -> &str {
        "Circle"
    }

    fn is_ended(&self) -> bool {
        false
    }

    fn persistence(&self) -> Option<Place> {
        None
    }
}

#[test]
fn a_machine_that_goes_round_in_circles_is_found_out() {
    let mut time = VirtualTime::new(Circle, SplitMix64::new(1), TraceLines::default(), now());
    time.start(&mut |_, _, _, _| {}).unwrap();
    assert_eq!(time.run(10, &mut |_, _, _, _| {}), Err(Restless { ticks: 5 }));
}
