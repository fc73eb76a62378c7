//! Where live endpoints keep what outlives a connection.

use std::{path::PathBuf, sync::Arc};

use ltp_runtime::net::store::{DatabaseStore, FileStore, MemoryStore, Store, StoreError};

use super::output::Failure;

/// A client's: one file for each value, which clients in other languages read too.
#[derive(Debug, clap::Args)]
pub struct ClientStore {
    /// Keep what survives restarts in this directory, instead of where the user's data is
    #[arg(long, value_name = "DIR", conflicts_with = "no_store")]
    store: Option<PathBuf>,
    /// Keep nothing beyond this run
    #[arg(long)]
    no_store: bool,
}

/// A server's: a database.
#[derive(Debug, clap::Args)]
pub struct ServerStore {
    /// Keep what outlives connections in a database in this directory, instead of in memory
    #[arg(long, value_name = "DIR")]
    store: Option<PathBuf>,
}

impl ClientStore {
    /// The store of a protocol's clients.
    pub fn open(&self, protocol: &str) -> Result<Arc<dyn Store>, Failure> {
        Ok(match &self.store {
            _ if self.no_store => Arc::new(MemoryStore::new()),
            Some(directory) => Arc::new(FileStore::new(directory)),
            None => Arc::new(
                FileStore::of_user(protocol)
                    .map_err(|error| Failure::words(format!("{error}; name a directory with --store, or keep nothing with --no-store")))?,
            ),
        })
    }
}

impl ServerStore {
    /// The store of a protocol's servers.
    pub fn open(&self, protocol: &str) -> Result<Arc<dyn Store>, Failure> {
        let Some(directory) = &self.store else {
            return Ok(Arc::new(MemoryStore::new()));
        };
        let path = directory.join(format!("{protocol}.redb"));
        std::fs::create_dir_all(directory).map_err(|error| Failure::words(format!("{}: {error}", directory.display())))?;
        Ok(Arc::new(DatabaseStore::open(path)?))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Words(error.to_string())
    }
}
