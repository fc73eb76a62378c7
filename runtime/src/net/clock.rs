use std::{
    sync::{Arc, OnceLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::Instant;

/// Where the driver and the stores take the date from.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn unix(&self) -> u64;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix(&self) -> u64 {
        // A clock that is set before 1970 reads as 1970.
        millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
    }
}

/// The system's clock, which all share who are told of no other.
pub(super) fn system() -> Arc<dyn Clock> {
    static SYSTEM: OnceLock<Arc<SystemClock>> = OnceLock::new();
    let system: &Arc<SystemClock> = SYSTEM.get_or_init(Arc::default);
    Arc::clone(system) as Arc<dyn Clock>
}

/// A clock that moves with tokio's, and so can be paused and advanced by tests.
#[derive(Debug, Clone, Copy)]
pub struct TokioClock {
    start: Instant,
    unix: u64,
}

impl TokioClock {
    /// A clock that shows `unix` now.
    #[must_use]
    pub fn starting_at(unix: u64) -> Self {
        Self {
            start: Instant::now(),
            unix,
        }
    }
}

impl Clock for TokioClock {
    fn unix(&self) -> u64 {
        self.unix.saturating_add(millis(self.start.elapsed()))
    }
}

/// Whole milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
