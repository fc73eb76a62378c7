//! Where what a machine stores is kept.

use std::{fmt, future::Future, pin::Pin};

use crate::session::Place;

#[cfg(feature = "redb")]
mod database;
mod document;
mod file;
mod memory;

#[cfg(feature = "redb")]
pub use database::DatabaseStore;
pub use file::FileStore;
pub use memory::MemoryStore;

/// What a store will answer.
pub type Answer<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 's>>;

/// Keeps JSON objects at places.
///
/// A value whose time has passed is never given out again; when it is removed is the store's affair. Calls for different places
/// may come at the same time; those of one session come one after the other.
pub trait Store: Send + Sync {
    /// What is stored at a place.
    fn get<'s>(&'s self, place: &'s Place) -> Answer<'s, Option<String>>;

    /// Stores a JSON object's text at a place, in the place of what was there, until a time in milliseconds since the Unix epoch.
    /// Once it answers, the value outlives the process, if the store's values do at all.
    fn put<'s>(&'s self, place: &'s Place, value: &'s str, expires: Option<u64>) -> Answer<'s, ()>;

    /// Removes what is stored at a place, if anything is.
    fn remove<'s>(&'s self, place: &'s Place) -> Answer<'s, ()>;
}

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreError {
    /// What went wrong, and where: the path of the file, if there is one.
    pub problem: String,
}

impl StoreError {
    /// An error that says what went wrong.
    pub fn new(problem: impl fmt::Display) -> Self {
        Self {
            problem: problem.to_string(),
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem)
    }
}

impl std::error::Error for StoreError {}

/// An answer that is there at once.
fn answer<'s, T: Send + 's>(result: Result<T, StoreError>) -> Answer<'s, T> {
    Box::pin(std::future::ready(result))
}
