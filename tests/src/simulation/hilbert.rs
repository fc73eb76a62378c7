//! Whether a fragment keeps its order on the way: positions along a Hilbert curve.

use std::{error::Error, time::Duration};

use liminal_protocols::ctp::{
    Intent, Message, Stream,
    device::{Device, DeviceOptions, Gateway, GatewayOptions},
    endpoint::TCP,
};
use ltp_runtime::{
    net::{DialOptions, Dialer, Driver, Event, Server, ServerOptions, Session},
    session::SplitMix64,
};
use tokio::sync::mpsc;

use super::{Check, Scenario};

/// The curve fills a square of 2^12 by 2^12.
const ORDER: u32 = 12;
const POSITIONS: usize = 10_000;
/// Positions a message.
const FRAGMENT: usize = 1_000;

/// Bounds a run that fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A point of the square.
type Point = (u32, u32);

/// Positions go out as fragments and come back in order, with the distances that they had.
#[must_use]
pub fn scenario() -> Scenario {
    let mut entropy = SplitMix64::new(4);
    // A stretch of the curve, so that every step is to a neighbour.
    let first = entropy.next_u64() % ((1 << (2 * ORDER)) - POSITIONS as u64);
    let sent: Vec<Point> = (first..first + POSITIONS as u64).map(|distance| point(ORDER, distance)).collect();
    let (received, messages) = over_tcp(&sent).unwrap_or_default();
    let steps = |points: &[Point]| points.windows(2).map(|pair| distance(pair[0], pair[1])).collect::<Vec<_>>();
    let neighbours = steps(&sent);
    Scenario {
        name: "HILBERT_COHERENCE",
        checks: vec![
            Check::new("positions arrive in their order", received == sent)
                .with("positions", received.len())
                .with("messages", messages),
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

/// As [`carry`], in bounded time.
fn over_tcp(sent: &[Point]) -> Result<(Vec<Point>, usize), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { tokio::time::timeout(PATIENCE, carry(sent)).await })?
}

/// Sends positions from a device to a gateway; gives what arrived there and the messages that it took.
async fn carry(sent: &[Point]) -> Result<(Vec<Point>, usize), Box<dyn Error>> {
    let (arrived, mut arrivals) = mpsc::channel::<String>(4);
    let options = ServerOptions {
        address: Some("tcp://127.0.0.1:0".to_owned()),
        ..ServerOptions::default()
    };
    let machine = |_: &_| Gateway::new(GatewayOptions::new());
    let server = Server::listen(&TCP, options, machine, move |driver, _| {
        let arrived = arrived.clone();
        driver.run(|session| collect(session, arrived))
    })
    .await?;
    let dialer = Dialer::new(&TCP, Some(&format!("tcp://{}", server.local_addr())), DialOptions::default())?;
    let device = Driver::client(Device::new(DeviceOptions::new("pixel-7")), dialer).spawn();
    device.reached("Open").await?;
    let (mut received, mut messages) = (Vec::new(), 0);
    for fragment in sent.chunks(FRAGMENT) {
        let lines: Vec<String> = fragment.iter().map(|(x, y)| format!("{x},{y}")).collect();
        device
            .send(Stream::new("pixel-7", Intent::Fragment, "0x0000000000000000", lines.join("\n")))
            .await?;
        messages += 1;
    }
    for _ in 0..messages {
        let text = arrivals.recv().await.ok_or("the gateway is gone")?;
        received.extend(text.lines().filter_map(read));
    }
    device.close().await?;
    Ok((received, messages))
}

async fn collect(mut session: Session<Gateway>, arrived: mpsc::Sender<String>) {
    while let Some(event) = session.event().await {
        if let Event::Message(Message::Stream { body, .. }) = event
            && arrived.send(body.body.into_owned()).await.is_err()
        {
            return;
        }
    }
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
