//! Hostile input: refused for what it is, with little memory, in little time.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use liminal_protocols::ltp::Message;
use ltp_runtime::{
    bytes::Bytes,
    codec::{self, Rule, Shared},
};
use protocol_tests::schemas;

/// Counts what is in use, and its peak.
struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = IN_USE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let now = IN_USE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(now, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc_zeroed(layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const THREAD: &str =
    r#""thread_id":"4f3c9e2a-8b21-4c71-9d3f-1a9b12345678","session_id":"b42a6f10-91a7-4ce2-8b7e-9d5f98765432","timestamp":1"#;

fn update(data: &str) -> Vec<u8> {
    format!(r#"{{"type":"state_update",{THREAD},"payload":{{"kind":"full","data":{data}}}}}"#).into_bytes()
}

/// What memory a call takes at its peak, beside what was in use before, and how long it lasts.
fn measured<T>(call: impl FnOnce() -> T) -> (T, usize, Duration) {
    let before = IN_USE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let begun = Instant::now();
    let value = call();
    (value, PEAK.load(Relaxed).saturating_sub(before), begun.elapsed())
}

/// One test, since the peak is the process's.
#[test]
fn hostile_input_is_refused_in_bounded_memory() {
    let schema = schemas::tables("ltp");
    let members = |count: usize| format!("{{{}}}", (0..count).map(|at| format!(r#""m{at}":0"#)).collect::<Vec<_>>().join(","));
    let good = update(r#"{"mood":"curious"}"#);
    let cases: Vec<(&str, Vec<u8>, Rule)> = vec![
        ("a frame of 1 GiB", vec![0; 1 << 30], Rule::Size),
        (
            "a string of 1 MiB less a little",
            update(&format!(r#"{{"a":"{}"}}"#, "x".repeat((1 << 20) - 400))),
            Rule::StringSize,
        ),
        (
            "depth 100,000 of lists",
            update(&format!("{{\"a\":{}", "[".repeat(100_000))),
            Rule::Depth,
        ),
        ("depth 100,000 of objects", update(&r#"{"a":"#.repeat(100_000)), Rule::Depth),
        ("1 million members", update(&members(1_000_000)), Rule::Size),
        (
            "100,000 members, within the message's size",
            update(&members(80_000)),
            Rule::Members,
        ),
        (
            "a list of 400,000",
            update(&format!(r#"{{"a":[{}0]}}"#, "0,".repeat(400_000))),
            Rule::ListSize,
        ),
        (
            "a name 1,000 times",
            update(&format!(r#"{{{}"a":0}}"#, r#""a":0,"#.repeat(999))),
            Rule::Duplicate,
        ),
        (
            "invalid UTF-8",
            update("{\"a\":\"\u{1}\"}")
                .into_iter()
                .map(|octet| if octet == 1 { 0xff } else { octet })
                .collect(),
            Rule::Utf8,
        ),
        ("half of a surrogate pair", update(r#"{"a":"\ud800"}"#), Rule::Surrogate),
        ("the other half", update(r#"{"a":"\udc00\ud800"}"#), Rule::Surrogate),
        ("NaN", update(r#"{"a":NaN}"#), Rule::Syntax),
        ("two values", [good.clone(), b" {}".to_vec()].concat(), Rule::Syntax),
        ("a byte order mark", [b"\xef\xbb\xbf".to_vec(), good.clone()].concat(), Rule::Syntax),
    ];
    println!("{:44} {:>12} {:>14} {:>10}", "input", "octets", "peak octets", "ms");
    for (title, frame, rule) in cases {
        let frame = Bytes::from(frame);
        for (by, (rules, peak, took)) in [
            (
                "tables",
                measured(|| {
                    codec::explain(&schema, &frame)
                        .iter()
                        .map(|violation| violation.rule)
                        .collect::<Vec<_>>()
                }),
            ),
            (
                "generated",
                measured(|| {
                    Message::decode(&frame).err().map_or(vec![], |refusal| {
                        refusal.violations.iter().map(|violation| violation.rule).collect()
                    })
                }),
            ),
            (
                "generated, shared",
                measured(|| {
                    Shared::<Message>::decode(frame.clone()).err().map_or(vec![], |error| {
                        error.refused.violations.iter().map(|violation| violation.rule).collect()
                    })
                }),
            ),
        ] {
            println!("{title:44} {:>12} {peak:>14} {:>10.2}  {by}", frame.len(), took.as_secs_f64() * 1e3);
            assert!(rules.contains(&rule), "{title}, {by}: {rules:?}");
            assert!(peak <= 64 << 20, "{title}, {by}: {peak} octets at the peak");
            assert!(took < Duration::from_secs(10), "{title}, {by}: {took:?}");
        }
    }

    let mut cut = 0;
    for end in 0..good.len() {
        assert!(codec::decode(&schema, &good[..end]).is_err(), "cut at {end}");
        assert!(Message::decode(&good[..end]).is_err(), "cut at {end}");
        cut += 1;
    }
    assert!(codec::decode(&schema, &good).is_ok());
    println!("cut at each of {cut} octets: refused");
}
