//! Who does what when, under virtual time.

#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "work/node.rs"]
mod node;

use ltp_runtime::work::{Counts, Limits, PlaceId, Scheduler, Unit};
use node::{Node, ROOM, after, unit};

#[test]
fn an_ordered_group_is_done_one_by_one_for_each_submitter_whatever_the_priority() {
    let mut node = Node::new(Limits::default());
    for id in ["a1", "a2", "a3"] {
        node.submit_as(
            1,
            Unit {
                priority: if id == "a3" { 10 } else { 1 },
                ..unit(id, "flow:sort")
            },
        );
    }
    node.submit_as(2, unit("b1", "flow:st"));
    assert_eq!(node.started, ["a1", "b1"]);
    node.done("a1");
    node.fail("a2");
    assert_eq!(node.started, ["a1", "b1", "a2", "a3"]);
}

#[test]
fn in_an_ordered_group_who_waits_for_a_dependency_keeps_its_place() {
    let mut node = Node::new(Limits::default());
    node.submit(Unit {
        after: vec!["later".into()],
        ..unit("first", "flow:sort")
    });
    node.submit(unit("second", "flow:sort"));
    assert!(node.started.is_empty());
    node.submit(unit("later", "data:sort"));
    node.done("later");
    assert_eq!(node.started, ["later", "first"]);
    node.done("first");
    assert_eq!(node.started, ["later", "first", "second"]);
}

#[test]
fn other_groups_run_side_by_side_as_far_as_there_is_room_and_urgent_ones_first() {
    let mut node = Node::new(Limits::default());
    for index in 0..6 {
        node.submit(unit(&format!("d{index}"), "data:sort"));
    }
    assert_eq!(node.running.len(), ROOM);
    node.submit(unit("e", "bell:sort"));
    node.done("d0");
    node.done("d1");
    assert_eq!(node.started[ROOM..], ["e", "d4"]);
}

#[test]
fn the_greatest_priority_goes_first_among_what_waits_and_equals_in_their_order() {
    let mut node = Node::handling(Limits::default(), &["data:sort"], 1);
    node.submit(unit("running", "data:sort"));
    for (id, priority) in [("low", 1), ("high", 9), ("same", 9)] {
        node.submit(Unit {
            priority,
            ..unit(id, "data:sort")
        });
    }
    for id in ["running", "high", "same", "low"] {
        node.done(id);
    }
    assert_eq!(node.started, ["running", "high", "same", "low"]);
}

#[test]
fn nothing_starves_however_much_of_greater_priority_and_urgency_comes() {
    let limits = Limits {
        timeout: 10_000_000,
        ..Limits::default()
    };
    let mut node = Node::handling(limits, &["data:sort", "bell:sort"], 1);
    node.submit(Unit {
        priority: 10,
        ..unit("b0", "bell:sort")
    });
    node.submit(Unit {
        priority: 1,
        ..unit("patient", "data:sort")
    });
    let mut last = "b0".to_owned();
    for index in 1..200 {
        // There is always something urgent that waits.
        node.pass(200);
        node.submit(Unit {
            priority: 10,
            ..unit(&format!("b{index}"), "bell:sort")
        });
        node.done(&last);
        last = node.started.last().unwrap().clone();
    }
    let place = node.started.iter().position(|id| id == "patient").unwrap();
    println!("begun after {place} others, {} ms", place * 200);
    // Nineteen steps of priority ahead, a step a second.
    assert!((90..=100).contains(&place), "{place}");
}

#[test]
fn a_diamond_is_done_in_its_order() {
    let mut node = Node::new(Limits::default());
    for (id, on) in [
        ("bottom", &["left", "right"][..]),
        ("left", &["top"]),
        ("right", &["top"]),
        ("top", &[]),
    ] {
        node.submit(after(id, on));
    }
    assert_eq!(node.started, ["top"]);
    node.done("top");
    assert_eq!(node.started, ["top", "left", "right"]);
    node.done("right");
    node.done("left");
    node.done("bottom");
    assert_eq!(node.started.last().unwrap(), "bottom");
    // What is done already holds nothing up.
    node.submit(after("late", &["top", "bottom"]));
    assert_eq!(node.started.last().unwrap(), "late");
}

#[test]
fn what_depends_on_a_failure_fails_with_it_all_the_way_down() {
    let mut node = Node::new(Limits::default());
    node.submit(after("top", &[]));
    node.submit(after("middle", &["top"]));
    node.submit(after("bottom", &["middle"]));
    node.fail("top");
    node.submit(after("afterwards", &["bottom"]));
    let codes = ["top", "middle", "bottom", "afterwards"].map(|id| node.code_of(id).to_owned());
    assert_eq!(codes, ["FAILED", "BLOCKED", "BLOCKED", "BLOCKED"]);
    assert_eq!(node.scheduler.counts().waiting, 0);
}

#[test]
fn a_circle_is_refused_where_it_closes_and_the_rest_waits_for_its_time() {
    let mut node = Node::new(Limits::default());
    node.submit(after("self", &["self"]));
    node.submit(after("a", &["b"]));
    node.submit(after("b", &["c"]));
    node.submit(after("c", &["a"]));
    assert_eq!((node.code_of("self"), node.code_of("c")), ("INVALID", "INVALID"));
    assert_eq!(node.scheduler.counts().blocked, 2);
    node.pass(30_000);
    // `b` waits for a `c` that nobody has submitted in a way that could be done.
    assert_eq!((node.code_of("a"), node.code_of("b")), ("LATE", "LATE"));
}

#[test]
fn what_nobody_has_submitted_may_come_until_the_time_is_over() {
    let mut node = Node::new(Limits::default());
    node.submit(Unit {
        timeout: Some(500),
        ..after("waits", &["unknown"])
    });
    node.submit(Unit {
        timeout: Some(900),
        ..after("lucky", &["comes"])
    });
    node.pass(499);
    assert!(node.answers.is_empty());
    node.pass(1);
    assert_eq!(node.code_of("waits"), "LATE");
    node.submit(after("comes", &[]));
    node.done("comes");
    node.done("lucky");
    assert_eq!(node.code_of("lucky"), "done");
}

#[test]
fn what_takes_too_long_is_cancelled_and_its_late_result_is_nothing() {
    let mut node = Node::handling(Limits::default(), &["data:sort"], 1);
    node.submit(Unit {
        timeout: Some(100),
        ..unit("slow", "data:sort")
    });
    node.submit(Unit {
        timeout: Some(50),
        ..unit("queued", "data:sort")
    });
    node.submit(unit("next", "data:sort"));
    let (serial, _) = node.running["slow"];
    node.pass(100);
    assert_eq!((node.code_of("queued"), node.code_of("slow")), ("LATE", "LATE"));
    assert_eq!(node.cancelled, [serial]);
    // The place is free for others at once.
    assert_eq!(node.started, ["slow", "next"]);
    node.obey(|scheduler, now, out| scheduler.finished(now, serial, Ok("2".into()), out));
    assert_eq!(node.answers.len(), 2);
}

#[test]
fn an_id_that_comes_again_has_the_first_ones_outcome() {
    let limits = Limits {
        remember_for: 1_000,
        ..Limits::default()
    };
    let mut node = Node::new(limits);
    node.submit(unit("a", "data:sort"));
    node.submit(unit("a", "data:sort"));
    node.done("a");
    node.submit(unit("a", "data:sort"));
    assert_eq!(node.answers.iter().map(|(to, _)| *to).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(node.started, ["a"]);
    node.pass(1_000);
    node.submit(unit("a", "data:sort"));
    assert_eq!(node.started, ["a", "a"]);
}

#[test]
fn what_finds_no_room_is_refused_at_once_and_every_submit_has_one_answer() {
    let limits = Limits {
        capacity: 100,
        remembered: 50,
        ..Limits::default()
    };
    let mut node = Node::new(limits);
    for index in 0..10_000_u32 {
        // Every seventh comes twice.
        node.submit(unit(&format!("u{}", index - index % 7 / 6), "data:sort"));
        if index % 3 == 0 {
            let first = node.running.keys().next().unwrap().clone();
            node.done(&first);
        }
        let Counts { waiting, remembered, .. } = node.scheduler.counts();
        assert!(waiting <= 100 && remembered <= 50);
    }
    while let Some(first) = node.running.keys().next().cloned() {
        node.done(&first);
    }
    let mut answered: Vec<u64> = node.answers.iter().map(|(to, _)| *to).collect();
    answered.sort_unstable();
    assert_eq!(answered, (1..=10_000).collect::<Vec<u64>>());
    let refused = node
        .answers
        .iter()
        .filter(|(_, outcome)| matches!(&outcome.result, Err(failure) if failure.code == "OVERLOADED"));
    let refused = refused.count();
    println!("{refused} of 10,000 refused");
    assert!((5_000..8_000).contains(&refused));
}

#[test]
fn peers_take_what_the_node_does_not_handle_and_what_is_lost_with_one_is_said() {
    let mut node = Node::handling(Limits::default(), &["data:sort"], 1);
    node.submit(unit("nobody", "data:other"));
    assert_eq!(node.code_of("nobody"), "UNHANDLED");
    node.place(PlaceId(7), &["data:other", "data:sort"], 1);
    node.place(PlaceId(8), &["data:third"], 1);
    for (id, kind) in [
        ("here", "data:sort"),
        ("there", "data:other"),
        ("waits", "data:other"),
        ("fits", "data:third"),
    ] {
        node.submit(unit(id, kind));
    }
    let places = ["here", "there", "fits"].map(|id| node.running[id].1);
    assert_eq!(places, [PlaceId::HERE, PlaceId(7), PlaceId(8)]);
    node.submit(unit("strange", "data:fourth"));
    node.lose(PlaceId(7));
    let codes = ["strange", "there", "waits"].map(|id| node.code_of(id).to_owned());
    assert_eq!(codes, ["UNROUTED", "UNROUTED", "UNROUTED"]);
    assert!(node.running.contains_key("here") && node.running.contains_key("fits"));
}

#[test]
fn what_a_lost_peer_worked_on_is_tried_elsewhere_unless_it_is_only_to_be_done_once() {
    let mut node = Node::handling(Limits::default(), &[], 1);
    for id in 1..=5 {
        node.place(PlaceId(id), &["data:sort", "data:charge", "flow:sort"], 2);
    }
    node.submit(unit("again", "data:sort"));
    node.submit(unit("once", "data:charge"));
    node.submit(unit("first", "flow:sort"));
    node.submit(unit("second", "flow:sort"));
    node.pass(1_000);
    // Each is handed to the peer with most room, and keeps its id, its time and its place in the line.
    for lost in 1..=2 {
        let place = node.running["again"].1;
        node.lose(place);
        assert_ne!(node.running["again"].1, place, "lost {lost}");
        assert!(!node.started.contains(&"second".to_owned()));
    }
    let place = node.running["again"].1;
    let tries = |node: &Node, id: &str| node.started.iter().filter(|started| *started == id).count();
    assert_eq!((tries(&node, "again"), *node.left.last().unwrap()), (3, 29_000));
    node.lose(place);
    assert_eq!((node.code_of("again"), tries(&node, "again")), ("UNROUTED", 3));
    while let Some((_, place)) = node.running.get("once").copied() {
        node.lose(place);
    }
    assert_eq!((node.code_of("once"), tries(&node, "once")), ("UNROUTED", 1));
}

#[test]
fn of_peers_that_handle_an_element_the_least_busy_is_asked() {
    let mut node = Node::handling(Limits::default(), &[], 1);
    for id in 1..=3 {
        node.place(PlaceId(id), &["data:sort"], 4);
    }
    node.scheduler.loaded(PlaceId(1), 0.9);
    node.scheduler.loaded(PlaceId(2), 0.31);
    node.scheduler.loaded(PlaceId(3), 0.39);
    let ids = ["a", "b", "c"];
    ids.iter().for_each(|id| node.submit(unit(id, "data:sort")));
    // Those of one tenth by their room.
    assert_eq!(ids.map(|id| node.running[id].1), [PlaceId(2), PlaceId(3), PlaceId(2)]);
    node.scheduler.loaded(PlaceId(2), 1.0);
    node.scheduler.loaded(PlaceId(3), 1.0);
    node.submit(unit("d", "data:sort"));
    assert_eq!(node.running["d"].1, PlaceId(1));
}

#[test]
fn a_node_that_is_going_finishes_what_it_holds_or_gives_it_back() {
    let mut node = Node::handling(Limits::default(), &["data:sort"], 1);
    node.submit(unit("running", "data:sort"));
    node.submit(unit("queued", "data:sort"));
    node.submit(unit("last", "data:sort"));
    assert!(!node.scheduler.drain());
    node.submit(unit("new", "data:sort"));
    assert_eq!(node.code_of("new"), "OVERLOADED");
    node.done("running");
    node.obey(Scheduler::give_back);
    let codes = ["running", "queued", "last"].map(|id| node.code_of(id).to_owned());
    assert_eq!(codes, ["done", "UNROUTED", "UNROUTED"]);
    assert!(node.scheduler.drain());
}
