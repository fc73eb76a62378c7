//! What a node does, as a table that is written anew again and again.

use std::{
    io::{IsTerminal as _, Write as _},
    time::Duration,
};

use ltp_runtime::net::work::{KindStats, Node, Shared};

// Lines are shorter than the narrowest of terminals, for what wraps cannot be written over.

/// Elements that are shown; of more, those that have most to do.
const MOST: usize = 16;

/// Columns of an element's name.
const NAME: usize = 20;

/// A table on standard error. On a terminal each stands in the place of the one before; elsewhere it is written again if it has changed.
pub struct Table {
    is_terminal: bool,
    /// What stands there.
    shown: Vec<String>,
}

impl Table {
    pub fn new() -> Self {
        Self {
            is_terminal: std::io::stderr().is_terminal(),
            shown: Vec::new(),
        }
    }

    /// Shows what a node does now.
    pub fn show(&mut self, node: &Node, shared: Option<&Shared>, connections: usize) {
        let lines = lines(node, shared, connections);
        if lines == self.shown {
            return;
        }
        let mut text = String::new();
        if self.is_terminal && !self.shown.is_empty() {
            text.push_str(&format!("\x1b[{}F\x1b[J", self.shown.len()));
        }
        for line in &lines {
            text.push_str(line);
            text.push('\n');
        }
        self.shown = lines;
        // There is nobody to tell if standard error is closed.
        _ = std::io::stderr().lock().write_all(text.as_bytes());
    }
}

fn lines(node: &Node, shared: Option<&Shared>, connections: usize) -> Vec<String> {
    let counts = node.counts();
    let mut lines = vec![
        format!(
            "connections {connections}  threads {}  remembered {}  load {:.0} %",
            node.threads(),
            counts.remembered,
            node.load() * 100.0
        ),
        format!(
            "queued {}  blocked {}  running {}  waiting {}",
            counts.queued, counts.blocked, counts.running, counts.waiting
        ),
    ];
    if let Some(counts) = shared.map(Shared::counts) {
        lines.push(format!(
            "bus  begun {}  handed again {}  done already {}",
            counts.begun, counts.again, counts.absorbed
        ));
    }
    lines.push(format!(
        "{:<NAME$} {:>7} {:>8} {:>9} {:>7} {:>8} {:>8}",
        "element", "queued", "running", "done", "failed", "p50", "p99"
    ));
    let mut kinds: Vec<(String, KindStats)> = node
        .stats()
        .into_iter()
        .filter(|(_, stats)| *stats != KindStats::default())
        .collect();
    let all = kinds.len();
    if all > MOST {
        kinds.sort_by_key(|(_, stats)| std::cmp::Reverse((stats.queued + stats.running, stats.done + stats.failed)));
        kinds.truncate(MOST);
        kinds.sort_by(|a, b| a.0.cmp(&b.0));
    }
    lines.extend(kinds.iter().map(|(kind, stats)| {
        format!(
            "{:<NAME$} {:>7} {:>8} {:>9} {:>7} {:>8} {:>8}",
            short(kind),
            stats.queued,
            stats.running,
            stats.done,
            stats.failed,
            latency(stats, 50),
            latency(stats, 99)
        )
    }));
    if all > MOST {
        lines.push(format!("and {} more", all - MOST));
    }
    lines
}

/// What so many of a hundred took at most, as text; nothing if none is over.
fn latency(stats: &KindStats, percent: u64) -> String {
    if stats.latency.count() == 0 {
        return "-".to_owned();
    }
    let took = stats.latency.percentile(percent);
    if took < Duration::from_millis(1) {
        format!("{} us", took.as_micros())
    } else if took < Duration::from_secs(10) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{} s", took.as_secs())
    }
}

/// A name that fits into its column.
fn short(kind: &str) -> String {
    if kind.chars().count() <= NAME {
        return kind.to_owned();
    }
    kind.chars().take(NAME - 1).chain(['…']).collect()
}
