//! What every store does, and what each does beside that.
#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use ltp_runtime::{
    net::{
        Clock,
        store::{DatabaseStore, FileStore, MemoryStore, Store},
    },
    session::Place,
};
use proptest::prelude::*;
use tempfile::TempDir;

/// A clock that tests set.
#[derive(Default)]
struct Set(AtomicU64);

impl Clock for Set {
    fn unix(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn place(key: &str) -> Place {
    Place {
        space: "Test.rows".into(),
        key: key.into(),
    }
}

fn stores(directory: &Path, clock: &Arc<Set>) -> Vec<(&'static str, Arc<dyn Store>)> {
    vec![
        ("memory", Arc::new(MemoryStore::with_clock(clock.clone()))),
        ("file", Arc::new(FileStore::with_clock(directory.join("files"), clock.clone()))),
        (
            "database",
            Arc::new(DatabaseStore::with_clock(directory.join("deep/er/rows.redb"), clock.clone()).unwrap()),
        ),
    ]
}

#[tokio::test]
async fn every_store_keeps_replaces_and_removes() {
    let directory = TempDir::new().unwrap();
    let clock = Arc::new(Set::default());
    for (name, store) in stores(directory.path(), &clock) {
        let other = Place {
            space: "Test.others".into(),
            key: "a".into(),
        };
        assert_eq!(store.get(&place("a")).await, Ok(None), "{name}");
        store.remove(&place("a")).await.unwrap();
        store.put(&place("a"), "{\"n\":1}", None).await.unwrap();
        store.put(&other, "{\"n\":9}", None).await.unwrap();
        assert_eq!(store.get(&place("a")).await.unwrap().as_deref(), Some("{\"n\":1}"), "{name}");
        store.put(&place("a"), "{\"n\":2.50}", Some(10)).await.unwrap();
        assert_eq!(store.get(&place("a")).await.unwrap().as_deref(), Some("{\"n\":2.50}"), "{name}");
        store.remove(&place("a")).await.unwrap();
        assert_eq!(store.get(&place("a")).await, Ok(None), "{name}");
        assert_eq!(store.get(&other).await.unwrap().as_deref(), Some("{\"n\":9}"), "{name}");
        for key in ["", "..", "a/b", "ä\u{0}\n", &"long".repeat(300)] {
            store.put(&place(key), "{}", None).await.unwrap();
            assert_eq!(store.get(&place(key)).await.unwrap().as_deref(), Some("{}"), "{name} {key:?}");
        }
    }
}

#[tokio::test]
async fn no_store_gives_out_what_has_expired() {
    let directory = TempDir::new().unwrap();
    let clock = Arc::new(Set::default());
    for (name, store) in stores(directory.path(), &clock) {
        clock.0.store(0, Ordering::Relaxed);
        store.put(&place("a"), "{}", Some(10)).await.unwrap();
        store.put(&place("b"), "{}", Some(10)).await.unwrap();
        store.put(&place("b"), "{}", Some(20)).await.unwrap();
        store.put(&place("c"), "{}", None).await.unwrap();
        for (now, alive) in [(9, "abc"), (10, "bc"), (19, "bc"), (20, "c"), (u64::MAX, "c")] {
            clock.0.store(now, Ordering::Relaxed);
            // A change, so that what sweeps then does.
            store.put(&place("d"), "{}", Some(0)).await.unwrap();
            let mut found = String::new();
            for key in ["a", "b", "c", "d"] {
                if store.get(&place(key)).await.unwrap().is_some() {
                    found += key;
                }
            }
            assert_eq!(found, alive, "{name} at {now}");
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Put(u8, u8, Option<u64>),
    Remove(u8),
    Get(u8),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4u8, any::<u8>(), prop::option::of(0..40u64)).prop_map(|(key, value, expires)| Step::Put(key, value, expires)),
        (0..4u8).prop_map(Step::Remove),
        (0..4u8).prop_map(Step::Get),
        (1..10u64).prop_map(Step::Wait),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_store_is_a_map(steps in prop::collection::vec(step(), 1..30)) {
        let directory = TempDir::new().unwrap();
        let clock = Arc::new(Set::default());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for (name, store) in stores(directory.path(), &clock) {
            clock.0.store(0, Ordering::Relaxed);
            let mut model: std::collections::HashMap<u8, (String, Option<u64>)> = Default::default();
            for step in &steps {
                match step {
                    Step::Put(key, value, expires) => {
                        let value = format!("{{\"v\":{value}}}");
                        runtime.block_on(store.put(&place(&key.to_string()), &value, *expires)).unwrap();
                        model.insert(*key, (value, *expires));
                    }
                    Step::Remove(key) => {
                        runtime.block_on(store.remove(&place(&key.to_string()))).unwrap();
                        model.remove(key);
                    }
                    Step::Get(key) => {
                        let expected = model.get(key).filter(|(_, expires)| expires.is_none_or(|expires| expires > clock.unix()));
                        let found = runtime.block_on(store.get(&place(&key.to_string()))).unwrap();
                        prop_assert_eq!(found.as_ref(), expected.map(|(value, _)| value), "{}", name);
                    }
                    Step::Wait(time) => drop(clock.0.fetch_add(*time, Ordering::Relaxed)),
                }
            }
        }
    }
}

#[tokio::test]
async fn memory_follows_what_is_alive() {
    let clock = Arc::new(Set::default());
    let store = MemoryStore::with_clock(clock.clone());
    for n in 0..10_000u64 {
        clock.0.store(n, Ordering::Relaxed);
        store.put(&place(&n.to_string()), "{}", Some(n + 10)).await.unwrap();
    }
    assert!(store.len() <= 11, "{}", store.len());
}

#[tokio::test]
async fn memory_is_bounded_and_what_expires_first_makes_room() {
    let store = MemoryStore::with_clock(Arc::new(Set::default())).at_most(2);
    store.put(&place("a"), "{}", Some(20)).await.unwrap();
    store.put(&place("b"), "{}", Some(10)).await.unwrap();
    store.put(&place("c"), "{}", None).await.unwrap();
    assert_eq!(store.get(&place("b")).await, Ok(None));
    store.put(&place("c"), "{\"again\":true}", None).await.unwrap();
    assert!(store.get(&place("a")).await.unwrap().is_some());
    store.put(&place("d"), "{}", None).await.unwrap();
    let error = store.put(&place("e"), "{}", None).await.unwrap_err();
    assert_eq!(error.to_string(), "the store is full: it holds 2 values, and none expires");
}

#[tokio::test]
async fn a_file_is_documented_private_and_readable_by_others_programs() {
    use std::os::unix::fs::PermissionsExt;

    let directory = TempDir::new().unwrap();
    let store = FileStore::new(directory.path().join("data"));
    store.put(&place("me@home"), "{\"thread_id\":\"x\"}", Some(u64::MAX)).await.unwrap();
    let path = directory.path().join("data/Test.rows/me%40home.json");
    assert_eq!(store.path(&place("me@home")), path);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "{\"version\":1,\"key\":\"me@home\",\"value\":{\"thread_id\":\"x\"},\"expires\":18446744073709551615}\n"
    );
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (mode(&path), mode(path.parent().unwrap()), mode(store.directory())),
        (0o600, 0o700, 0o700)
    );
    fs::write(
        &path,
        "{ \"expires\": null, \"value\": { \"a\" : 1 }, \"key\": \"me\\u0040home\", \"version\": 1 }",
    )
    .unwrap();
    assert_eq!(store.get(&place("me@home")).await.unwrap().as_deref(), Some("{ \"a\" : 1 }"));
}

#[tokio::test]
async fn a_damaged_file_is_an_error_that_names_it() {
    let directory = TempDir::new().unwrap();
    let store = FileStore::new(directory.path());
    store.put(&place("a"), "{}", None).await.unwrap();
    let path = store.path(&place("a"));
    let whole = fs::read(&path).unwrap();
    for cut in 0..whole.len() - 2 {
        fs::write(&path, &whole[..cut]).unwrap();
        let error = store.get(&place("a")).await.unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}: damaged", path.display())), "{error}");
    }
    fs::write(&path, "{\"version\":1,\"key\":\"b\",\"value\":{},\"expires\":null}").unwrap();
    let error = store.get(&place("a")).await.unwrap_err().to_string();
    assert!(error.ends_with("a.json: it holds the value of `b`"), "{error}");
    // Writing heals it.
    store.put(&place("a"), "{}", None).await.unwrap();
    assert_eq!(store.get(&place("a")).await.unwrap().as_deref(), Some("{}"));
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_is_an_error_that_names_it() {
    let directory = TempDir::new().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    let store = FileStore::new(&file);
    let error = store.put(&place("a"), "{}", None).await.unwrap_err().to_string();
    assert!(error.contains("file/Test.rows"), "{error}");
}

#[tokio::test]
async fn a_sweep_removes_what_expired_and_what_the_dead_left() {
    let directory = TempDir::new().unwrap();
    let clock = Arc::new(Set::default());
    let store = FileStore::with_clock(directory.path(), clock.clone());
    assert_eq!(store.sweep().await, Ok(0));
    for (key, expires) in [("a", Some(5)), ("b", Some(15)), ("c", None)] {
        store.put(&place(key), "{}", expires).await.unwrap();
    }
    let folder = directory.path().join("Test.rows");
    let old = fs::File::create(folder.join(".tmp-old")).unwrap();
    old.set_modified(std::time::SystemTime::now() - Duration::from_secs(7_200)).unwrap();
    fs::write(folder.join(".tmp-new"), "").unwrap();
    fs::write(folder.join("damaged.json"), "{").unwrap();
    clock.0.store(10, Ordering::Relaxed);
    assert_eq!(store.sweep().await, Ok(2));
    let mut left: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, [".tmp-new", "b.json", "c.json", "damaged.json"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writers_at_once_leave_whole_values() {
    let directory = TempDir::new().unwrap();
    let clock = Arc::new(Set::default());
    for (name, store) in stores(directory.path(), &clock) {
        let writers: Vec<_> = (0..8)
            .map(|writer: usize| {
                let store = Arc::clone(&store);
                tokio::spawn(async move {
                    let value = format!("{{\"by\":\"{}\"}}", writer.to_string().repeat(10_000));
                    for _ in 0..10 {
                        store.put(&place("a"), &value, None).await.unwrap();
                        let found = store.get(&place("a")).await.unwrap().unwrap();
                        let by = &found[7..8];
                        assert_eq!(found, format!("{{\"by\":\"{}\"}}", by.repeat(10_000)));
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
    let left = fs::read_dir(directory.path().join("files/Test.rows")).unwrap().count();
    assert_eq!(left, 1, "temporary files are left");
}

#[tokio::test]
async fn a_database_survives_being_closed_and_is_one_processs() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("rows.redb");
    let store = DatabaseStore::open(&path).unwrap();
    store.put(&place("a"), "{\"n\":1}", None).await.unwrap();
    let error = DatabaseStore::open(&path).err().unwrap().to_string();
    assert!(
        error.starts_with(&format!("{}: ", path.display())) && error.contains("already open"),
        "{error}"
    );
    drop(store);
    let store = DatabaseStore::open(&path).unwrap();
    assert_eq!(store.get(&place("a")).await.unwrap().as_deref(), Some("{\"n\":1}"));
    drop(store);
    fs::write(&path, "no database").unwrap();
    let error = DatabaseStore::open(&path).err().unwrap().to_string();
    assert!(error.starts_with(&format!("{}: ", path.display())), "{error}");
}

/// In the environment of a process that only writes, until it is killed: where to.
const WRITE_TO: &str = "STORES_TEST_WRITE_TO";

/// No test by itself: what [`killed_writers_leave_whole_values`] starts.
#[tokio::test]
async fn writer() {
    let Ok(directory) = env::var(WRITE_TO) else { return };
    let directory = Path::new(&directory);
    let files = FileStore::new(directory);
    let database = DatabaseStore::open(directory.join("rows.redb")).unwrap();
    let stores: [&dyn Store; 2] = [&files, &database];
    for n in 0.. {
        for store in stores {
            let value = format!("{{\"by\":\"{}\"}}", (n % 10).to_string().repeat(20_000));
            store.put(&place("a"), &value, None).await.unwrap();
        }
        if n == 0 {
            fs::write(directory.join("started"), "").unwrap();
        }
    }
}

#[tokio::test]
async fn killed_writers_leave_whole_values() {
    let directory = TempDir::new().unwrap();
    let started = directory.path().join("started");
    let files = FileStore::new(directory.path());
    for round in 0..8 {
        let mut child = start_writer(directory.path());
        while !started.exists() {
            thread::sleep(Duration::from_millis(2));
        }
        thread::sleep(Duration::from_millis(20 + round * 7));
        child.kill().unwrap();
        child.wait().unwrap();
        fs::remove_file(&started).unwrap();
        let database = DatabaseStore::open(directory.path().join("rows.redb")).unwrap();
        let stores: [&dyn Store; 2] = [&files, &database];
        for store in stores {
            let found = store.get(&place("a")).await.unwrap().unwrap();
            assert_eq!(found, format!("{{\"by\":\"{}\"}}", found[7..8].repeat(20_000)));
        }
    }
}

fn start_writer(directory: &Path) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "writer"])
        .env(WRITE_TO, directory)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}
