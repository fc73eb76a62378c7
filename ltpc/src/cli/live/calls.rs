//! Calls that wait for a state that takes them.

use ltp_runtime::{
    net::{CallFailure, Caller},
    session::CallError,
};
use ltpc::{
    interpret::{Draft, Machine},
    model::{Role, Trigger},
};
use tokio::sync::watch;

/// Sends an application's drafts through one session.
pub struct Calls {
    caller: Caller<Machine>,
    /// Changes with every state.
    states: watch::Receiver<u64>,
}

impl Calls {
    /// The other half counts the states that the session enters.
    pub fn new(caller: Caller<Machine>) -> (Self, watch::Sender<u64>) {
        let (sender, states) = watch::channel(0);
        (Self { caller, states }, sender)
    }

    /// Sends a draft as soon as a state takes it.
    ///
    /// # Errors
    /// If no state takes it, it does not conform, or the session ends before.
    pub async fn send(&mut self, draft: Draft, role: &Role) -> Result<(), String> {
        if !is_ever_taken(&draft, role) {
            return Err(format!("the role `{}` never sends {:?} for the application", role.name, draft.tag));
        }
        loop {
            self.states.mark_unchanged();
            match self.caller.call(draft.clone()).await {
                Err(CallFailure::Refused(CallError::NotNow { .. })) => {
                    if self.states.changed().await.is_err() {
                        return Err(CallFailure::Ended.to_string());
                    }
                }
                other => return other.map_err(|failure| failure.to_string()),
            }
        }
    }

    /// Closes the session, and waits until it has ended.
    ///
    /// # Errors
    /// If the machine refuses.
    pub async fn close(&self) -> Result<(), String> {
        self.caller.close().await.map_err(|failure| failure.to_string())
    }
}

fn is_ever_taken(draft: &Draft, role: &Role) -> bool {
    let mut triggers = role
        .states
        .iter()
        .flat_map(|state| &state.transitions)
        .map(|transition| &transition.trigger);
    triggers.any(|trigger| matches!(trigger, Trigger::App(messages) if messages.iter().any(|message| message.0 as usize == draft.message)))
}
