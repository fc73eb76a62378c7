extern crate std;

use std::{
    borrow::Cow,
    string::{String, ToString as _},
    sync::Mutex,
    thread,
    vec::Vec,
};

use bytes::BytesMut;

use super::*;

/// Words of a text, which are looked at once more when they are dropped.
#[derive(Debug, Clone)]
struct Words<'a> {
    words: Vec<Cow<'a, str>>,
    seen: Option<&'static Mutex<Vec<String>>>,
}

impl PartialEq for Words<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl Drop for Words<'_> {
    fn drop(&mut self) {
        if let Some(seen) = self.seen {
            seen.lock().unwrap().push(self.words.join(","));
        }
    }
}

impl<'a> Words<'a> {
    fn read(text: &'a [u8], seen: Option<&'static Mutex<Vec<String>>>) -> Result<Self, usize> {
        let text = core::str::from_utf8(text).map_err(|error| error.valid_up_to())?;
        let words = text.split(' ').map(Cow::Borrowed).collect();
        Ok(Self { words, seen })
    }
}

impl Shareable for Words<'_> {
    type Borrowed<'a> = Words<'a>;
    type Refused = usize;

    fn decode_from(text: &[u8]) -> Result<Words<'_>, usize> {
        Words::read(text, None)
    }

    fn shorten<'short, 'long: 'short>(long: &'short Words<'long>) -> &'short Words<'short>
    where
        Self: 'short,
    {
        long
    }
}

impl IntoOwned for Words<'_> {
    type Owned = Words<'static>;

    fn into_owned(mut borrowed: Words<'_>) -> Words<'static> {
        let words = core::mem::take(&mut borrowed.words);
        Words {
            words: words.into_iter().map(|word| Cow::Owned(word.into_owned())).collect(),
            seen: borrowed.seen.take(),
        }
    }
}

type SharedWords = Shared<Words<'static>>;

const TEXT: &str = "one two three";

/// Memory that says when it is freed.
struct Memory(&'static Mutex<Vec<String>>, String);

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        self.1.as_bytes()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.0.lock().unwrap().push("freed".to_string());
    }
}

/// Words in memory that says when it is freed, which say when they are dropped.
fn watched(seen: &'static Mutex<Vec<String>>) -> SharedWords {
    let bytes = Bytes::from_owner(Memory(seen, TEXT.to_string()));
    SharedWords::decode_with(bytes, |text| Words::read(text, Some(seen))).unwrap()
}

/// What was said since it was last asked.
fn said(seen: &'static Mutex<Vec<String>>) -> Vec<String> {
    seen.lock().unwrap().split_off(0)
}

/// Buffers of all makes.
fn buffers(text: &'static str) -> Vec<(&'static str, Bytes)> {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let roomy = |text: &str| {
        let mut roomy = Vec::with_capacity(4096);
        roomy.extend_from_slice(text.as_bytes());
        roomy
    };
    let cut = std::format!("{{{text}}}");
    let shared = Bytes::from(text.to_string());
    drop(shared.clone());
    let mut long = BytesMut::from(&*cut);
    drop(long.split_to(1));
    long.truncate(text.len());
    std::vec![
        ("static", Bytes::from_static(text.as_bytes())),
        ("a vector", Bytes::from(text.as_bytes().to_vec())),
        ("a vector with room", Bytes::from(roomy(text))),
        ("a box", Bytes::from(text.as_bytes().to_vec().into_boxed_slice())),
        ("shared", shared),
        ("an owner's", Bytes::from_owner(Memory(&SEEN, text.to_string()))),
        ("frozen", BytesMut::from(text).freeze()),
        ("cut from a larger one", Bytes::from(cut.clone()).slice(1..=text.len())),
        ("split off", long.freeze()),
    ]
}

/// A move as the compiler cannot leave it out.
#[inline(never)]
fn moved<T>(value: T) -> T {
    std::hint::black_box(*std::hint::black_box(std::boxed::Box::new(value)))
}

/// What `outliving` stands on.
#[test]
fn octets_stay_where_they_are() {
    for text in ["", "a", TEXT] {
        for (what, bytes) in buffers(text) {
            let at = bytes.as_ptr();
            let bytes = moved(bytes);
            assert_eq!(bytes.as_ptr(), at, "{what}: moved");
            let other = moved(bytes.clone());
            assert_eq!((bytes.as_ptr(), other.as_ptr()), (at, at), "{what}: cloned");
            drop(bytes);
            assert_eq!((other.as_ptr(), &*other), (at, text.as_bytes()), "{what}: dropped");
            let kept = other.clone();
            assert!(other.try_into_mut().is_err(), "{what}: nobody writes while another looks");
            assert_eq!(kept, text);
        }
    }
}

#[test]
fn texts_stand_in_the_buffer() {
    for (what, bytes) in buffers(TEXT) {
        let range = bytes.as_ptr_range();
        let shared = moved(SharedWords::decode(bytes).unwrap());
        assert_eq!(shared.get().words, ["one", "two", "three"], "{what}");
        for word in &shared.get().words {
            assert!(matches!(word, Cow::Borrowed(_)) && range.contains(&word.as_ptr()), "{what}: {word}");
        }
        assert_eq!(
            (shared.bytes(), shared.bytes().as_ptr()),
            (&Bytes::from(TEXT), range.start),
            "{what}"
        );
    }
}

#[test]
fn the_last_holder_frees_the_buffer_after_the_message() {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    // Each order in which three holders and one of the buffer alone go.
    for order in 0..24 {
        let first = watched(&SEEN);
        let (second, third, buffer) = (first.clone(), moved(first.clone()), first.bytes().clone());
        assert_eq!((&first, first.get()), (&second, third.get()));
        let mut holders = std::vec![Some(first), Some(second), Some(third), None];
        let mut buffer = Some(buffer);
        let mut log = Vec::new();
        for place in [order % 4, order / 4 % 3, order / 12, 0] {
            log.extend(said(&SEEN));
            assert!(!log.contains(&"freed".to_string()), "while it is held");
            match holders.remove(place) {
                Some(shared) => drop(shared),
                None => drop(buffer.take()),
            }
            assert!(holders.iter().flatten().all(|shared| shared.get().words == ["one", "two", "three"]));
        }
        log.extend(said(&SEEN));
        assert_eq!(
            log,
            ["one,two,three", "freed"],
            "once, and after the message has looked at its texts"
        );
    }
}

#[test]
fn what_is_refused_is_given_back() {
    let bytes = Bytes::from_static(b"one \xff");
    let error = SharedWords::decode(bytes.clone()).unwrap_err();
    assert_eq!((error.refused, error.bytes.as_ptr()), (4, bytes.as_ptr()));
}

#[test]
fn owned_is_on_its_own() {
    static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let alone = watched(&SEEN).into_owned();
    assert_eq!(said(&SEEN), ["freed"], "the message itself was taken out");
    let held = watched(&SEEN);
    let of_many = held.clone().into_owned();
    assert!(said(&SEEN).is_empty(), "a copy of it was");
    drop(held);
    assert_eq!(said(&SEEN), ["one,two,three", "freed"]);
    assert_eq!(alone.words, ["one", "two", "three"]);
    assert_eq!(alone, of_many);
}

#[test]
fn threads_share_it() {
    let shared = SharedWords::decode(Bytes::from(TEXT.to_string())).unwrap();
    let threads: Vec<_> = (0..8)
        .map(|turn| {
            let shared = shared.clone();
            thread::spawn(move || {
                let copies: Vec<_> = (0..100).map(|_| shared.clone()).collect();
                assert!(
                    copies
                        .iter()
                        .all(|copy| copy.get().words[turn % 3] == TEXT.split(' ').nth(turn % 3).unwrap())
                );
            })
        })
        .collect();
    drop(shared);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[test]
fn it_is_as_large_as_a_pointer() {
    fn everywhere<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let shared = SharedWords::decode(Bytes::from_static(b"")).unwrap();
    everywhere(&shared);
    assert_eq!(size_of::<Option<SharedWords>>(), size_of::<usize>());
    assert_eq!(std::format!("{shared:?}"), r#"Shared(Words { words: [""], seen: None })"#);
}
