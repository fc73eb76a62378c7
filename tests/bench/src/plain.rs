//! The messages as a Rust programmer writes them for serde: owned and borrowed, without constraints.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What owns its texts.
#[derive(Serialize, Deserialize)]
pub struct Update {
    #[serde(rename = "type")]
    kind: String,
    pub thread_id: String,
    pub session_id: String,
    pub timestamp: u64,
    pub payload: Payload,
    pub meta: Meta,
    pub nonce: String,
    pub signature: String,
}

#[derive(Serialize, Deserialize)]
pub struct Payload {
    pub kind: String,
    pub data: Vec<Point>,
}

#[derive(Serialize, Deserialize)]
pub struct Point {
    pub t: u64,
    pub valence: f64,
    pub arousal: f64,
}

#[derive(Serialize, Deserialize)]
pub struct Meta {
    pub client_id: String,
    pub context_tag: String,
    pub affect: Affect,
}

#[derive(Serialize, Deserialize)]
pub struct Affect {
    pub valence: f64,
    pub arousal: f64,
}

/// What borrows them where it can.
#[derive(Deserialize)]
#[allow(dead_code)] // read to be read
pub struct BorrowedUpdate<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    thread_id: Cow<'a, str>,
    #[serde(borrow)]
    session_id: Cow<'a, str>,
    timestamp: u64,
    #[serde(borrow)]
    payload: BorrowedPayload<'a>,
    #[serde(borrow)]
    meta: BorrowedMeta<'a>,
    #[serde(borrow)]
    nonce: Cow<'a, str>,
    #[serde(borrow)]
    signature: Cow<'a, str>,
}

#[derive(Deserialize)]
#[allow(dead_code)] // read to be read
pub struct BorrowedPayload<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    data: Vec<Point>,
}

#[derive(Deserialize)]
#[allow(dead_code)] // read to be read
pub struct BorrowedMeta<'a> {
    #[serde(borrow)]
    client_id: Cow<'a, str>,
    #[serde(borrow)]
    context_tag: Cow<'a, str>,
    affect: Affect,
}

/// An event, whose data is any JSON.
#[derive(Serialize, Deserialize)]
pub struct Event {
    #[serde(rename = "type")]
    kind: String,
    thread_id: String,
    session_id: String,
    timestamp: u64,
    payload: EventPayload,
    meta: Meta,
    nonce: String,
    signature: String,
}

#[derive(Serialize, Deserialize)]
pub struct EventPayload {
    event_type: String,
    data: Value,
}

/// A packet of work.
#[derive(Deserialize)]
#[allow(dead_code)] // read to be read
pub struct Submit {
    #[serde(rename = "type")]
    kind: String,
    seq: u64,
    payload: Packet,
}

#[derive(Deserialize)]
#[allow(dead_code)] // read to be read
struct Packet {
    version: String,
    id: String,
    group: String,
    element: String,
    data: Value,
    priority: Option<u64>,
    timeout_ms: Option<u64>,
}
