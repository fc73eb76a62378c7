//! Counters, and their text for Prometheus (text format 0.0.4).
//!
//! Labels are names of the schema and words of this program, never what a peer says: there is a bounded number of them.

use std::{
    fmt::Write as _,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ltp_runtime::{
    codec::Decoded,
    session::{Action, Direction, Input, Machine as _, Now, Observer},
};
use ltpc::interpret::{Draft, Machine};

use super::hub::Gateway;

/// Everything that is counted.
pub struct Metrics {
    pub accepted: Family,
    pub messages: Family,
    pub octets: Family,
    pub malformed: Family,
    pub unexpected: Family,
    pub bridged: Family,
    pub uncarried: Family,
    pub pushed: Family,
    pub skipped: Family,
    pub latency: Histogram,
    asking: Arc<AtomicU64>,
}

impl Metrics {
    pub fn new() -> Self {
        let family = Family::new;
        Self {
            accepted: family("connections_total", "Connections that were accepted.", &[]),
            messages: family("messages_total", "Messages, by direction and name.", &["direction", "message"]),
            octets: family("octets_total", "Octets of messages, by direction.", &["direction"]),
            malformed: family(
                "malformed_total",
                "What came and is no message, by the first rule that it breaks.",
                &["rule"],
            ),
            unexpected: family("unexpected_total", "What came and its state does not handle.", &["input"]),
            bridged: family(
                "bridged_total",
                "What rules of the bridge carried, by outcome.",
                &["rule", "outcome"],
            ),
            uncarried: family("uncarried_total", "Messages that no rule carries.", &[]),
            pushed: family("pushed_total", "Pushed messages, for each connection, by outcome.", &["outcome"]),
            skipped: family("skipped_total", "Events that connections were too slow for.", &[]),
            latency: Histogram::new(),
            asking: Arc::default(),
        }
    }

    /// A request is in flight until what is given is dropped.
    pub fn asking(&self) -> Asking {
        self.asking.fetch_add(1, Ordering::Relaxed);
        Asking(Arc::clone(&self.asking))
    }

    /// All of it as text.
    pub fn text(&self, connections: usize, limited: u64) -> String {
        let mut out = String::new();
        gauge(&mut out, "connections", "Connections that are open.", connections as u64);
        let asking = self.asking.load(Ordering::Relaxed);
        gauge(&mut out, "requests_in_flight", "Requests that wait for the bus.", asking);
        let limited_help = "Steps in which a meter admitted nothing more.";
        head(&mut out, "rate_limited_total", limited_help, "counter");
        _ = writeln!(out, "{PREFIX}rate_limited_total {limited}");
        let families = [
            &self.accepted,
            &self.messages,
            &self.octets,
            &self.malformed,
            &self.unexpected,
            &self.bridged,
            &self.uncarried,
            &self.pushed,
            &self.skipped,
        ];
        for family in families {
            family.write(&mut out);
        }
        self.latency.write(&mut out, "bus_seconds", "How long requests took.");
        out
    }
}

/// A request in flight.
pub struct Asking(Arc<AtomicU64>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

const PREFIX: &str = "ltpc_gateway_";

/// A counter for each combination of labels.
pub struct Family {
    name: &'static str,
    help: &'static str,
    labels: &'static [&'static str],
    values: RwLock<Vec<(Vec<String>, AtomicU64)>>,
}

impl Family {
    fn new(name: &'static str, help: &'static str, labels: &'static [&'static str]) -> Self {
        let none = labels.is_empty().then(|| (Vec::new(), AtomicU64::new(0)));
        Self {
            name,
            help,
            labels,
            values: RwLock::new(none.into_iter().collect()),
        }
    }

    pub fn add(&self, labels: &[&str]) {
        self.add_many(labels, 1);
    }

    pub fn add_many(&self, labels: &[&str], count: u64) {
        let known = self.values.read().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, value)) = known.iter().find(|(known, _)| known == labels) {
            value.fetch_add(count, Ordering::Relaxed);
            return;
        }
        drop(known);
        let mut values = self.values.write().unwrap_or_else(PoisonError::into_inner);
        match values.iter().find(|(known, _)| known == labels) {
            Some((_, value)) => _ = value.fetch_add(count, Ordering::Relaxed),
            None => values.push((labels.iter().map(ToString::to_string).collect(), AtomicU64::new(count))),
        }
    }

    fn write(&self, out: &mut String) {
        head(out, self.name, self.help, "counter");
        for (labels, value) in self.values.read().unwrap_or_else(PoisonError::into_inner).iter() {
            out.push_str(PREFIX);
            out.push_str(self.name);
            let labels: Vec<String> = self
                .labels
                .iter()
                .zip(labels)
                .map(|(name, text)| format!("{name}={text:?}"))
                .collect();
            if !labels.is_empty() {
                _ = write!(out, "{{{}}}", labels.join(","));
            }
            _ = writeln!(out, " {}", value.load(Ordering::Relaxed));
        }
    }
}

/// Lengths of time.
pub struct Histogram {
    counts: [AtomicU64; BOUNDS.len()],
    all: AtomicU64,
    micros: AtomicU64,
}

/// In milliseconds.
const BOUNDS: [u64; 10] = [1, 2, 5, 10, 25, 100, 250, 1_000, 5_000, 10_000];

impl Histogram {
    fn new() -> Self {
        Self {
            counts: Default::default(),
            all: AtomicU64::new(0),
            micros: AtomicU64::new(0),
        }
    }

    pub fn observe(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        for (bound, count) in BOUNDS.iter().zip(&self.counts) {
            if micros <= bound * 1_000 {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.all.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    #[allow(clippy::cast_precision_loss, reason = "for people")]
    fn write(&self, out: &mut String, name: &str, help: &str) {
        head(out, name, help, "histogram");
        let all = self.all.load(Ordering::Relaxed);
        for (bound, count) in BOUNDS.iter().zip(&self.counts) {
            let seconds = *bound as f64 / 1_000.0;
            _ = writeln!(out, "{PREFIX}{name}_bucket{{le=\"{seconds}\"}} {}", count.load(Ordering::Relaxed));
        }
        _ = writeln!(out, "{PREFIX}{name}_bucket{{le=\"+Inf\"}} {all}");
        _ = writeln!(out, "{PREFIX}{name}_sum {}", self.micros.load(Ordering::Relaxed) as f64 / 1e6);
        _ = writeln!(out, "{PREFIX}{name}_count {all}");
    }
}

fn gauge(out: &mut String, name: &str, help: &str, value: u64) {
    head(out, name, help, "gauge");
    _ = writeln!(out, "{PREFIX}{name} {value}");
}

fn head(out: &mut String, name: &str, help: &str, kind: &str) {
    _ = writeln!(out, "# HELP {PREFIX}{name} {help}\n# TYPE {PREFIX}{name} {kind}");
}

/// Counts what happens to one connection's machine.
pub struct Watch {
    gateway: Arc<Gateway>,
}

impl Watch {
    pub const fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
    }

    fn metrics(&self) -> &Metrics {
        &self.gateway.metrics
    }
}

impl Observer<Machine> for Watch {
    fn frame(&mut self, _: &Machine, _: Now, direction: Direction, octets: &[u8]) {
        let direction = match direction {
            Direction::In => "in",
            Direction::Out => "out",
        };
        self.metrics().octets.add_many(&[direction], octets.len() as u64);
    }

    fn input(&mut self, machine: &Machine, _: Now, input: &Input<Decoded, Draft>) {
        match input {
            Input::Message(message) => self.metrics().messages.add(&["in", machine.message_name(message)]),
            Input::Malformed(refusal) => self.metrics().malformed.add(&[refusal.rule()]),
            _ => {}
        }
    }

    fn action(&mut self, machine: &Machine, _: Now, action: &Action<Decoded>) {
        match action {
            Action::Send(message) => self.metrics().messages.add(&["out", machine.message_name(message)]),
            Action::Unexpected { input, .. } => self.metrics().unexpected.add(&[input]),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_written_as_prometheus_reads_it() {
        let metrics = Metrics::new();
        metrics.messages.add(&["in", "Hello"]);
        metrics.messages.add(&["in", "Hello"]);
        metrics.latency.observe(Duration::from_millis(3));
        let asking = metrics.asking();
        let text = metrics.text(7, 2);
        for line in [
            "# TYPE ltpc_gateway_connections gauge",
            "ltpc_gateway_connections 7",
            "ltpc_gateway_requests_in_flight 1",
            "ltpc_gateway_rate_limited_total 2",
            "ltpc_gateway_connections_total 0",
            "ltpc_gateway_messages_total{direction=\"in\",message=\"Hello\"} 2",
            "ltpc_gateway_bus_seconds_bucket{le=\"0.002\"} 0",
            "ltpc_gateway_bus_seconds_bucket{le=\"0.005\"} 1",
            "ltpc_gateway_bus_seconds_bucket{le=\"+Inf\"} 1",
            "ltpc_gateway_bus_seconds_sum 0.003",
        ] {
            assert!(text.lines().any(|written| written == line), "{line} is not in\n{text}");
        }
        drop(asking);
        assert!(metrics.text(0, 0).contains("ltpc_gateway_requests_in_flight 0"));
    }
}
