//! Whether a fragment keeps its order on the way: positions along a Hilbert curve.

use liminal_protocols::ctp::{Intent, Message, SCHEMA};
use ltp_runtime::{
    session::{Entropy, SplitMix64},
    text::Splitter,
};

use super::{Check, Scenario, messages};

/// The curve fills a square of 2^12 by 2^12.
const ORDER: u32 = 12;
const POSITIONS: usize = 10_000;
/// Positions a message.
const FRAGMENT: usize = 1_000;

/// A point of the square.
type Point = (u32, u32);

/// Positions go out as fragments and come back in order, with the distances that they had.
#[must_use]
pub fn scenario() -> Scenario {
    let mut entropy = SplitMix64::new(4);
    // A stretch of the curve, so that every step is to a neighbour.
    let first = entropy.next_u64() % ((1 << (2 * ORDER)) - POSITIONS as u64);
    let sent: Vec<Point> = (first..first + POSITIONS as u64).map(|distance| point(ORDER, distance)).collect();
    let (received, octets, messages) = carry(&sent, &mut entropy);
    let steps = |points: &[Point]| points.windows(2).map(|pair| distance(pair[0], pair[1])).collect::<Vec<_>>();
    let neighbours = steps(&sent);
    Scenario {
        name: "HILBERT_COHERENCE",
        checks: vec![
            Check::new("positions arrive in their order", received == sent)
                .with("positions", received.len())
                .with("messages", messages)
                .with("octets", octets),
            Check::new(
                "neighbours are as far from each other as they were",
                steps(&received) == neighbours && neighbours.iter().all(|step| *step == 1),
            )
            .with("steps to a neighbour", neighbours.len()),
            Check::new(
                "the curve visits every point of the square once",
                (0..1 << 16)
                    .map(|distance| point(8, distance))
                    .collect::<std::collections::BTreeSet<_>>()
                    .len()
                    == 1 << 16,
            )
            .with("points of a curve of order 8", 1 << 16),
        ],
    }
}

/// Sends positions as messages, in pieces of any size, and reads them again.
fn carry(sent: &[Point], entropy: &mut SplitMix64) -> (Vec<Point>, usize, usize) {
    let mut stream = Vec::new();
    for fragment in sent.chunks(FRAGMENT) {
        let lines: Vec<String> = fragment.iter().map(|(x, y)| format!("{x},{y}")).collect();
        messages::stream("pixel-7", Intent::Fragment, lines.join("\n")).encode(&mut stream);
    }
    let (mut received, mut count) = (Vec::new(), 0);
    let Some(framing) = SCHEMA.framing.clone() else {
        return (received, 0, 0);
    };
    let mut splitter = Splitter::new(framing, SCHEMA.limits.message);
    let mut rest = &stream[..];
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at((entropy.next_u32() as usize % 1460 + 1).min(rest.len()));
        splitter.push(piece);
        while let Ok(Some(frame)) = splitter.next() {
            if let Ok(Message::Stream { body, .. }) = Message::decode(frame.octets) {
                received.extend(body.body.lines().filter_map(read));
                count += 1;
            }
        }
        rest = behind;
    }
    (received, stream.len(), count)
}

fn read(line: &str) -> Option<Point> {
    let (x, y) = line.split_once(',')?;
    Some((x.parse().ok()?, y.parse().ok()?))
}

/// The point at a distance along the curve of an order.
fn point(order: u32, distance: u64) -> Point {
    let (mut x, mut y) = (0, 0);
    for level in 0..order {
        let side = 1 << level;
        let quadrant = distance >> (2 * level) & 3;
        let right = u32::from(quadrant >= 2);
        let upper = u32::from(quadrant == 1 || quadrant == 2);
        if upper == 0 {
            if right == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        x += side * right;
        y += side * upper;
    }
    (x, y)
}

const fn distance(one: Point, other: Point) -> u32 {
    one.0.abs_diff(other.0) + one.1.abs_diff(other.1)
}
