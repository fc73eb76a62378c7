//! The bus that is meant.

use std::{sync::Arc, time::Duration};

use ltp_runtime::net::bus::{Bus, Embedded, Nats};

use crate::cli::output::Failure;

/// So long a bus is waited for before devices are let in, whose questions would have no answer.
const MEETING: Duration = Duration::from_secs(3);

/// `embedded`, or NATS servers by their addresses.
pub async fn open(address: &str, name: &str) -> Result<Arc<dyn Bus>, Failure> {
    if address == "embedded" {
        return Ok(Arc::new(Embedded::new()));
    }
    let is_address = |one: &str| one.starts_with("nats://") || one.starts_with("tls://");
    if !address.split(',').all(is_address) {
        return Err(Failure::words(format!(
            "{address} is no bus: write `embedded`, or `nats://host:port` or `tls://host:port`, several joined by commas"
        )));
    }
    let bus = Nats::connect(address, name).await;
    let bus = bus.map_err(|error| Failure::words(format!("{address}: {error}")))?;
    if bus.connected(MEETING).await.is_err() {
        tracing::warn!("the bus is not there yet; until it is, its answers are refusals");
    }
    Ok(Arc::new(bus))
}
