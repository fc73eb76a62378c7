//! What a node does, as a table that is written anew again and again.

use std::io::Write as _;

use ltp_runtime::net::work::Node;

/// Writes the table to standard error, over the one before; how many lines it has.
pub fn show(node: &Node, connections: usize, before: usize) -> usize {
    let counts = node.counts();
    let mut lines = vec![format!(
        "connections {connections}  queued {}  blocked {}  running {}  waiting {}  load {:.0} %",
        counts.queued,
        counts.blocked,
        counts.running,
        counts.waiting,
        node.load() * 100.0
    )];
    lines.push(format!(
        "{:<24} {:>8} {:>10} {:>8} {:>10} {:>10}",
        "element", "running", "done", "failed", "p50", "p99"
    ));
    for (kind, stats) in node.stats() {
        if stats.running + stats.done + stats.failed == 0 {
            continue;
        }
        let latency = |percent| format!("{:?}", stats.latency.percentile(percent));
        lines.push(format!(
            "{kind:<24} {:>8} {:>10} {:>8} {:>10} {:>10}",
            stats.running,
            stats.done,
            stats.failed,
            latency(50),
            latency(99)
        ));
    }
    let mut text = if before > 0 {
        format!("\x1b[{before}F\x1b[J")
    } else {
        String::new()
    };
    for line in &lines {
        text.push_str(line);
        text.push('\n');
    }
    // There is nobody to tell if standard error is closed.
    _ = std::io::stderr().lock().write_all(text.as_bytes());
    lines.len()
}
