//! A subscriber that answers every request on a subject with the same message, so that a bridge can be tried before its mesh is there.

use std::{path::PathBuf, sync::Arc};

use ltp_runtime::net::bus::{Bus, Subscription};
use tokio::task::JoinHandle;

use crate::cli::output::Failure;

/// `SUBJECT=FILE`.
#[derive(Debug, Clone)]
pub struct Answer {
    pattern: String,
    file: PathBuf,
}

impl std::str::FromStr for Answer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pattern, file) = text.split_once('=').ok_or("expected SUBJECT=FILE")?;
        Ok(Self {
            pattern: pattern.to_owned(),
            file: file.into(),
        })
    }
}

impl Answer {
    /// Listens, and answers until the task is aborted.
    pub async fn start(&self, bus: &Arc<dyn Bus>) -> Result<JoinHandle<()>, Failure> {
        let message = std::fs::read(&self.file).map_err(|error| Failure::words(format!("{}: {error}", self.file.display())))?;
        let subscription = bus.subscribe(&self.pattern).await;
        let subscription = subscription.map_err(|error| Failure::words(format!("{}: {error}", self.pattern)))?;
        tracing::info!(subject = self.pattern, file = %self.file.display(), "answering");
        Ok(tokio::spawn(serve(subscription, message)))
    }
}

async fn serve(mut subscription: Subscription, message: Vec<u8>) {
    while let Some(asked) = subscription.next().await {
        if let Some(reply) = asked.reply {
            reply.answer(message.clone().into()).await;
        }
    }
}
