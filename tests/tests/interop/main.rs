//! Every client with every server, over real sockets: the interpreter, generated Rust, and every language that is written by templates.
//!
//! A peer is a program (`tests/peers/PROTOCOL_peer.*`, `tests/src/bin/peer`) with the manners of `ltpc serve` and `ltpc connect`: what it is to
//! send comes in as lines of JSON, what it hears goes out. Of work, lines are packets, and what became of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod advisory;
mod ctp;
mod ltp;
mod packetflow;
mod table;
