//! The command, as its users meet it: the real program, its output, its exit codes.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::panic)]

mod live;
mod messages;
mod process;
mod registry;
mod replays;
mod schemas;
mod sessions;
