//! The bus that is meant.

use std::sync::Arc;

use ltp_runtime::net::bus::{Bus, Embedded, Nats};

use crate::cli::output::Failure;

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
    Ok(Arc::new(bus.map_err(|error| Failure::words(format!("{address}: {error}")))?))
}
