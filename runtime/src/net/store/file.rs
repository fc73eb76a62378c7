use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::{
    Answer, Store, StoreError,
    document::{Document, file_name},
};
use crate::{
    net::{
        clock::{Clock, SystemClock},
        entropy::OsEntropy,
    },
    session::{Entropy, Place},
};

/// What a file's name begins with while it is written. No key's file name begins so.
const TEMPORARY: &str = ".tmp-";

/// A temporary file that is older than this was left by a process that died.
const LEFT: Duration = Duration::from_secs(60 * 60);

/// Octets past which a file is not one of this store's.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Keeps each value in a file of its own: `DIRECTORY/SPACE/KEY.json`.
///
/// The file holds `{"version":1,"key":"..","value":{..},"expires":null}`: the key in full, the value's JSON object, and
/// milliseconds since the Unix epoch or `null`. Space and key are written as names thus: letters, digits, `-`, `_` and, but for
/// the first octet, `.` of ASCII stand for themselves, every other octet of UTF-8 as `%` and two upper-case hexadecimal digits;
/// the empty name is `%`. A name of more than 200 octets is cut to what stands for the key's first octets within 180, and followed
/// by `~` and the key's 64-bit FNV-1a hash in 16 lower-case hexadecimal digits.
///
/// A file is written beside its place, synchronised and then renamed, so at any time every reader finds a whole value, whoever
/// writes and whoever dies. Of two processes that write at once the later one's value stays. Files are for their owner only
/// (0600, directories 0700).
pub struct FileStore {
    directory: PathBuf,
    clock: Arc<dyn Clock>,
}

impl FileStore {
    /// A store in a directory, which is made when first written to.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self::with_clock(directory, Arc::new(SystemClock))
    }

    /// A store that looks at another clock.
    pub fn with_clock(directory: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self {
            directory: directory.into(),
            clock,
        }
    }

    /// A store where the user's data is: in `$XDG_DATA_HOME/APPLICATION`, or `~/.local/share/APPLICATION`.
    ///
    /// # Errors
    /// If the environment names neither.
    pub fn of_user(application: &str) -> Result<Self, StoreError> {
        let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let data = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")));
        let data = data.ok_or_else(|| StoreError::new("neither XDG_DATA_HOME nor HOME names a directory: name one for the data"))?;
        Ok(Self::new(data.join(application)))
    }

    /// Where it keeps its files.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The file of a place.
    #[must_use]
    pub fn path(&self, place: &Place) -> PathBuf {
        let name = file_name(&place.key) + ".json";
        self.directory.join(file_name(&place.space)).join(name)
    }

    /// Removes the files of values whose time has passed, and what processes that died left behind; how many. Nothing does this
    /// by itself: a server with many values is better off with the database.
    ///
    /// # Errors
    /// A directory that cannot be read. Files that are damaged stay.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        let (directory, now) = (self.directory.clone(), self.clock.unix());
        blocking(move || sweep(&directory, now)).await
    }
}

impl Store for FileStore {
    fn get<'s>(&'s self, place: &'s Place) -> Answer<'s, Option<String>> {
        let (path, key, now) = (self.path(place), place.key.clone(), self.clock.unix());
        Box::pin(blocking(move || {
            let Some(document) = read(&path)? else { return Ok(None) };
            if document.key != key {
                // Two keys with one name: letters that a file system does not tell apart, or a hash that two share.
                return Err(at(&path, format!("it holds the value of `{}`", document.key)));
            }
            let is_alive = document.expires.is_none_or(|expires| expires > now);
            Ok(is_alive.then_some(document.value))
        }))
    }

    fn put<'s>(&'s self, place: &'s Place, value: &'s str, expires: Option<u64>) -> Answer<'s, ()> {
        let path = self.path(place);
        let octets = Document::write(&place.key, value, expires);
        Box::pin(blocking(move || write(&path, &octets)))
    }

    fn remove<'s>(&'s self, place: &'s Place) -> Answer<'s, ()> {
        let path = self.path(place);
        Box::pin(blocking(move || match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&path, error)),
            _ => Ok(()),
        }))
    }
}

/// Does what waits for the disk where that holds nobody up.
async fn blocking<T: Send + 'static>(act: impl FnOnce() -> Result<T, StoreError> + Send + 'static) -> Result<T, StoreError> {
    match tokio::task::spawn_blocking(act).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::new(error)),
    }
}

fn at(path: &Path, problem: impl std::fmt::Display) -> StoreError {
    StoreError::new(format!("{}: {problem}", path.display()))
}

fn read(path: &Path) -> Result<Option<Document>, StoreError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(at(path, error)),
    };
    let mut octets = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut octets).map_err(|error| at(path, error))?;
    if octets.len() as u64 > LARGEST {
        return Err(at(path, "damaged: it is larger than any value"));
    }
    Document::read(&octets).map(Some).map_err(|error| at(path, error))
}

fn write(path: &Path, octets: &[u8]) -> Result<(), StoreError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    make_directory(directory).map_err(|error| at(directory, error))?;
    let temporary = directory.join(temporary_name());
    let written = create(&temporary)
        .and_then(|mut file| {
            file.write_all(octets)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        // What is left is swept some day.
        let _ = fs::remove_file(&temporary);
        return Err(at(path, error));
    }
    sync_directory(directory).map_err(|error| at(directory, error))
}

/// A name that no other process, on this machine or another that shares the directory, uses.
fn temporary_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let random = OsEntropy::new().next_u32();
    format!("{TEMPORARY}{}-{count}-{random:08x}", std::process::id())
}

fn make_directory(directory: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the renaming itself outlive a loss of power. Elsewhere directories cannot be opened.
fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

fn sweep(directory: &Path, now: u64) -> Result<usize, StoreError> {
    let mut count = 0;
    for space in entries(directory)? {
        if !space.is_dir() {
            continue;
        }
        for path in entries(&space)? {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let is_swept = if name.starts_with(TEMPORARY) {
                is_left(&path) && fs::remove_file(&path).is_ok()
            } else {
                name.ends_with(".json") && is_expired(&path, now) && remove_expired(&path, now)?
            };
            count += usize::from(is_swept);
        }
    }
    Ok(count)
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let listed = match fs::read_dir(directory) {
        Ok(listed) => listed.map(|entry| entry.map(|entry| entry.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    };
    listed.map_err(|error| at(directory, error))
}

fn is_left(path: &Path) -> bool {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > LEFT))
}

fn is_expired(path: &Path, now: u64) -> bool {
    matches!(read(path), Ok(Some(document)) if document.expires.is_some_and(|expires| expires <= now))
}

/// Removes a file, unless another process has just put a value there that is alive: that one is put back, where there is no
/// newer one yet.
fn remove_expired(path: &Path, now: u64) -> Result<bool, StoreError> {
    let aside = path.with_file_name(temporary_name());
    match fs::rename(path, &aside) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(at(path, error)),
    }
    let is_expired = is_expired(&aside, now);
    if !is_expired {
        match fs::hard_link(&aside, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(at(path, error)),
            _ => {}
        }
    }
    fs::remove_file(&aside).map_err(|error| at(&aside, error))?;
    Ok(is_expired)
}
