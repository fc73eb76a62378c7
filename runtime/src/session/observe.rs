use super::{Action, Input, Machine, Now};

/// Which way a frame goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the peer.
    In,
    /// To the peer.
    Out,
}

/// Sees everything that happens to a machine, in order: for traces, and for tests.
///
/// It is called between the machine's steps and must not block.
pub trait Observer<M: Machine>: Send {
    /// A frame came or goes, before it is read or after it was written. One that is refused unread is not seen here.
    fn frame(&mut self, machine: &M, now: Now, direction: Direction, octets: &[u8]) {
        let _ = (machine, now, direction, octets);
    }

    /// The machine is about to take an input.
    fn input(&mut self, machine: &M, now: Now, input: &Input<M::Message, M::Call>) {
        let _ = (machine, now, input);
    }

    /// An action is about to be carried out. The machine has already taken the whole step.
    fn action(&mut self, machine: &M, now: Now, action: &Action<M::Message>) {
        let _ = (machine, now, action);
    }
}
