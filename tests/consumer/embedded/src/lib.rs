//! Derives where there is no `std`: built for a microcontroller.
#![no_std]

extern crate alloc;

use alloc::{borrow::Cow, collections::BTreeMap, string::String, vec::Vec};

use ltp::{
    Payload,
    codec::{Json, Map, Violation, Wire as _},
};

/// Whether it sleeps.
#[derive(Payload, Clone, Copy)]
#[ltp(rename_all = "lowercase")]
pub enum Mode {
    /// It does not.
    Awake,
    /// It does.
    Asleep,
}

/// What a sensor says.
#[derive(Payload)]
#[ltp(kind = "reading_v1")]
pub struct Reading<'a> {
    /// Its name.
    #[ltp(len = 1..=16)]
    pub sensor: Cow<'a, str>,
    /// What it measured.
    #[ltp(range = -40.0..=125.0)]
    pub value: f64,
    /// What else.
    pub labels: BTreeMap<String, u32>,
    /// How it is.
    #[ltp(default = "awake")]
    pub mode: Mode,
    /// What a later version says.
    #[ltp(open)]
    pub rest: Map<'a, Json<'a>>,
}

/// Reads, and writes again.
pub fn echo(frame: &[u8]) -> Result<Vec<u8>, Vec<Violation>> {
    let reading = Reading::decode(frame)?;
    let mut out = Vec::new();
    reading.encode(&mut out);
    Ok(out)
}
