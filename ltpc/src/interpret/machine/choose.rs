//! Which transitions wait for what happened.

use crate::model::Trigger;

/// What happened, as triggers name it. Indices are the model's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Enter,
    Open,
    Closed,
    Malformed,
    Message(usize),
    Repeat(usize),
    Call(usize),
    AppClose,
    Found,
    Missing,
    Timeout(usize),
    Due(usize),
    Cancel(usize),
}

impl What {
    /// Whether a transition waits for it. `every` and `after` wait each for a time of their own, not for something that happens.
    pub fn fits(self, trigger: &Trigger) -> bool {
        match (trigger, self) {
            (Trigger::Enter, Self::Enter)
            | (Trigger::Open, Self::Open)
            | (Trigger::Closed, Self::Closed)
            | (Trigger::Malformed, Self::Malformed)
            | (Trigger::Found, Self::Found)
            | (Trigger::Missing, Self::Missing)
            | (Trigger::AnyMessage, Self::Message(_))
            | (Trigger::AppClose, Self::AppClose) => true,
            (Trigger::Messages(messages), Self::Message(index)) | (Trigger::App(messages), Self::Call(index)) => {
                messages.iter().any(|message| message.0 as usize == index)
            }
            (Trigger::Timeout(of), Self::Timeout(index))
            | (Trigger::Due(of), Self::Due(index))
            | (Trigger::Cancel(of), Self::Cancel(index))
            | (Trigger::Repeat(of), Self::Repeat(index)) => *of == index,
            _ => false,
        }
    }
}
