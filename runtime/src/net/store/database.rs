use std::{
    fs::{DirBuilder, OpenOptions},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
};

use redb::{Builder, Database, ReadableDatabase, ReadableTable, Table, TableDefinition, TableError};
use tokio::sync::{mpsc, oneshot};

use super::{Answer, Store, StoreError};
use crate::{
    net::clock::{Clock, SystemClock},
    session::Place,
};

/// By space and key: when it expires, and the JSON object's text.
const ROWS: TableDefinition<'_, (&str, &str), (Option<u64>, &str)> = TableDefinition::new("rows");

/// By time, space and key.
const EXPIRIES: TableDefinition<'_, (u64, &str, &str), ()> = TableDefinition::new("expiries");

/// Memory that the database may use to hold pages.
const CACHE: usize = 16 * 1024 * 1024;

/// Changes that may wait to be written; further ones wait at their callers.
const WAITING: usize = 1024;

/// Expired values that one transaction removes at most, so that none takes long.
const SWEPT: usize = 128;

/// Keeps values in a database in one file (redb), which one process has open at a time.
///
/// Changes are written by a thread of the store's own. Those that come while it writes are written together, with one
/// synchronisation of the disk; each is answered once it would outlive a loss of power. Every such transaction also removes some
/// values whose time has passed.
pub struct DatabaseStore {
    database: Arc<Database>,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// `None` only while it is dropped.
    changes: Option<mpsc::Sender<Change>>,
    writer: Option<JoinHandle<()>>,
}

struct Change {
    place: Place,
    /// `None` removes.
    row: Option<(String, Option<u64>)>,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl DatabaseStore {
    /// Opens or makes the file.
    ///
    /// # Errors
    /// A file that another process has open, that is no database, or that the system refuses.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StoreError> {
        Self::with_clock(path, Arc::new(SystemClock))
    }

    /// A store that looks at another clock.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn with_clock(path: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let path = path.into();
        let database = Arc::new(create(&path)?);
        let (changes, waiting) = mpsc::channel(WAITING);
        let writer = Writer {
            database: Arc::clone(&database),
            path: path.clone(),
            clock: Arc::clone(&clock),
            waiting,
        };
        let writer = thread::Builder::new().name("store".into()).spawn(move || writer.run());
        let writer = writer.map_err(|error| at(&path, error))?;
        Ok(Self {
            database,
            path,
            clock,
            changes: Some(changes),
            writer: Some(writer),
        })
    }

    async fn change(&self, place: &Place, row: Option<(String, Option<u64>)>) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let change = Change {
            place: place.clone(),
            row,
            answer,
        };
        let gone = || at(&self.path, "the store's thread is gone");
        let changes = self.changes.as_ref().ok_or_else(gone)?;
        changes.send(change).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

impl Drop for DatabaseStore {
    /// Waits for what is being written, so that the file can be opened again afterwards.
    fn drop(&mut self) {
        self.changes = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!(path = %self.path.display(), "the store's thread panicked");
        }
    }
}

impl Store for DatabaseStore {
    fn get<'s>(&'s self, place: &'s Place) -> Answer<'s, Option<String>> {
        let (database, place, now) = (Arc::clone(&self.database), place.clone(), self.clock.unix());
        Box::pin(async move {
            // A page that is not in memory is waited for.
            let read = tokio::task::spawn_blocking(move || read(&database, &place, now)).await;
            read.map_err(|error| at(&self.path, error))?.map_err(|error| at(&self.path, error))
        })
    }

    fn put<'s>(&'s self, place: &'s Place, value: &'s str, expires: Option<u64>) -> Answer<'s, ()> {
        Box::pin(self.change(place, Some((value.into(), expires))))
    }

    fn remove<'s>(&'s self, place: &'s Place) -> Answer<'s, ()> {
        Box::pin(self.change(place, None))
    }
}

fn at(path: &Path, problem: impl std::fmt::Display) -> StoreError {
    StoreError::new(format!("{}: {problem}", path.display()))
}

/// Opens or makes the file, for its owner only.
fn create(path: &Path) -> Result<Database, StoreError> {
    if let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(directory).map_err(|error| at(directory, error))?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| at(path, error))?;
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder.create_file(file).map_err(|error| at(path, error))
}

fn read(database: &Database, place: &Place, now: u64) -> Result<Option<String>, redb::Error> {
    let transaction = database.begin_read()?;
    let rows = match transaction.open_table(ROWS) {
        Ok(rows) => rows,
        // Nothing was ever stored.
        Err(TableError::TableDoesNotExist(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(row) = rows.get((&*place.space, &*place.key))? else {
        return Ok(None);
    };
    let (expires, value) = row.value();
    Ok(expires.is_none_or(|expires| expires > now).then(|| value.into()))
}

struct Writer {
    database: Arc<Database>,
    path: PathBuf,
    clock: Arc<dyn Clock>,
    waiting: mpsc::Receiver<Change>,
}

impl Writer {
    fn run(mut self) {
        let mut batch = Vec::new();
        while self.waiting.blocking_recv_many(&mut batch, WAITING) > 0 {
            let result = self.write(&batch).map_err(|error| at(&self.path, error));
            for change in batch.drain(..) {
                // Who asked may be gone.
                let _ = change.answer.send(result.clone());
            }
        }
    }

    fn write(&self, batch: &[Change]) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        let mut tables = Tables {
            rows: transaction.open_table(ROWS)?,
            expiries: transaction.open_table(EXPIRIES)?,
        };
        for Change { place, row, .. } in batch {
            tables.apply(place, row.as_ref())?;
        }
        tables.sweep(self.clock.unix())?;
        drop(tables);
        Ok(transaction.commit()?)
    }
}

struct Tables<'t> {
    rows: Table<'t, (&'static str, &'static str), (Option<u64>, &'static str)>,
    expiries: Table<'t, (u64, &'static str, &'static str), ()>,
}

impl Tables<'_> {
    fn apply(&mut self, place: &Place, row: Option<&(String, Option<u64>)>) -> Result<(), redb::Error> {
        let (space, key) = (&*place.space, &*place.key);
        let old = match row {
            Some((value, expires)) => self.rows.insert((space, key), (*expires, &**value))?,
            None => self.rows.remove((space, key))?,
        };
        if let Some((Some(expires), _)) = old.as_ref().map(|old| old.value()) {
            self.expiries.remove((expires, space, key))?;
        }
        if let Some((_, Some(expires))) = row {
            self.expiries.insert((*expires, space, key), ())?;
        }
        Ok(())
    }

    fn sweep(&mut self, now: u64) -> Result<(), redb::Error> {
        for _ in 0..SWEPT {
            if self.expiries.first()?.is_none_or(|(expiry, _)| expiry.value().0 > now) {
                return Ok(());
            }
            if let Some((expiry, _)) = self.expiries.pop_first()? {
                let (_, space, key) = expiry.value();
                self.rows.remove((space, key))?;
            }
        }
        Ok(())
    }
}
