//! Protocols from schemas, and payloads from structs: the runtime of generated code with its derives.
//!
//! ```
//! use ltp::{Payload, codec::Wire as _};
//!
//! /// One night.
//! #[derive(Payload, Debug, PartialEq)]
//! struct SleepLog {
//!     #[ltp(range = 0.0..=24.0)]
//!     hours: f64,
//!     note: Option<String>,
//! }
//!
//! let night = SleepLog::decode(br#"{"hours":7.5}"#).unwrap();
//! assert_eq!(night, SleepLog { hours: 7.5, note: None });
//! assert_eq!(night.to_json(), r#"{"hours":7.5}"#);
//!
//! let wrong = SleepLog::explain(br#"{"hours":25,"note":1}"#);
//! let wrong: Vec<_> = wrong.iter().map(|one| (&*one.pointer, one.rule.name())).collect();
//! assert_eq!(wrong, [("/hours", "range"), ("/note", "type")]);
//! ```
//!
//! | feature | what it brings |
//! |---|---|
//! | `derive` (by default) | [`derive@Payload`], [`derive@Headers`], [`derive@Element`] |
//! | `pattern` | `#[ltp(pattern = "...")]` |
//! | `schema` | `schema!`: a schema compiled in place |
//! | `bytes`, `net`, `tls`, `redb`, `nats`, `serde` | of the runtime: messages held with their buffer, sockets and files, TLS, the embedded database, the bus, serde |
//!
//! Without `net` it needs `alloc` alone.
#![no_std]

/// What an element of a group takes, with what it gives: `#[ltp(element = "group:name", output = Type)]` on a type that derives
/// [`derive@Payload`] too. `refused = "CODE"` is the code with which other values are refused, `INVALID_INPUT` if nothing is said. See
/// [`work::Element`].
///
/// ```
/// use ltp::{Element, Payload, work::Element as _};
///
/// #[derive(Payload, Element)]
/// #[ltp(element = "text:count", output = Counted)]
/// struct Count {
///     text: String,
/// }
///
/// #[derive(Payload)]
/// struct Counted {
///     words: u64,
/// }
///
/// assert!(Count::read_input(r#"{"text":"a b"}"#).is_ok());
/// assert_eq!(Count::write_output(&Counted { words: 2 }).unwrap(), r#"{"words":2}"#);
/// ```
#[cfg(feature = "derive")]
pub use ltp_macros::Element;
/// A struct as a set of headers of framed text, beside those that a schema declares: it is read from the unknown headers that a message
/// keeps, and added to them. It has the attributes of [`derive@Payload`], and of lists `separated = ","`. See
/// [`text::Headers`].
///
/// ```
/// use ltp::{Headers, codec::{Json, Map}, text::Headers as _};
///
/// #[derive(Headers, Debug, PartialEq)]
/// struct Trace {
///     #[ltp(rename = "Trace-Id")]
///     id: String,
///     #[ltp(rename = "Hops", range = 0..=9)]
///     hops: u8,
/// }
///
/// let mut kept: Map<'_, Json<'_>> = [("trace-id", Json::from("x1")), ("hops", Json::from("2"))].into_iter().collect();
/// let trace = Trace::of_headers(&kept).unwrap();
/// assert_eq!(trace, Trace { id: "x1".into(), hops: 2 });
/// Trace { hops: 3, ..trace }.add_to(&mut kept);
/// assert_eq!(kept.get("Hops"), Some(&Json::from("3")));
/// ```
#[cfg(feature = "derive")]
pub use ltp_macros::Headers;
/// A struct or enum as a type of the wire: it is read, written, checked and explained as the same declaration in a schema would be.
///
/// | what it is derived for | what it is |
/// |---|---|
/// | `struct Name { field: T }` | a record |
/// | `struct Name(T)` | a value with constraints of its own, which are said of the struct |
/// | `enum Name { A, B }` | one of these texts |
/// | `enum Name { A(Record), B { field: T }, C }` with `tag = "..."` | one of these records, told apart by a member |
///
/// Fields are `bool`, `u8` to `u64`, `i8` to `i64`, `f64`, `String`, `Cow<'a, str>`, [`Uuid`], [`Json`](crate::codec::Json),
/// [`Object`](crate::codec::Object), `Vec`, [`Map`](crate::codec::Map), `BTreeMap`, `HashMap`, `Box`, and whatever else implements
/// [`Wire`](crate::codec::Wire): what is derived, and what is generated from a schema. `Option<T>` may be absent.
///
/// | of a field | what it says |
/// |---|---|
/// | `rename = "name"` | its name on the wire |
/// | `accepts("name", ...)` | other names that are read |
/// | `range = 1..=10`, `range(1..=3, 7)` | the numbers that it holds |
/// | `len = 1..=8` | characters of a text, items of a list or map |
/// | `pattern = "[a-z]+"` | the whole text matches; takes the feature `pattern` |
/// | `one_of("a", "b")` | the text is one of these |
/// | `datetime` | the text is a date and time (RFC 3339) |
/// | `default`, `default = value` | absent means the value, and the value is written as absent; `always`: it is written |
/// | `nullable` | of an `Option`: it is there, and may be `null` |
/// | `open` | of a `Map<'a, Json<'a>>`: unknown members are kept here |
/// | `skip` | it is not on the wire, and made by `Default` |
///
/// | of a variant | what it says |
/// |---|---|
/// | `rename = "text"` | its text on the wire |
/// | `rename_all = "snake_case"` | how the names of its fields are written |
/// | `open` | of `Other(Cow<'a, str>)`, or of a union `Other(Object<'a>)`: what is not declared is kept here |
///
/// | of the type | what it says |
/// |---|---|
/// | `kind = "name"` | it is a payload of that name: [`PayloadKind`](crate::codec::PayloadKind) |
/// | `set = path::of::Set` | ... of that open set, as often as there are some: [`KindOf`](crate::codec::KindOf) |
/// | `toon(key = "name")` | what a list is called in a TOON document |
/// | `tag = "name"` | the member by which records are told apart |
/// | `rename_all = "snake_case"` | how all names are written, as in serde |
/// | `rename = "Name"` | its name in a schema |
/// | `range`, `len`, `pattern`, `one_of`, `datetime` | of a struct that holds one value: as of a field |
/// | `crate = path` | where this crate is, if not at `::ltp` |
///
/// ```
/// use std::borrow::Cow;
/// use ltp::{Payload, codec::{Json, Map, Object, Wire as _}};
///
/// #[derive(Payload)]
/// #[ltp(range = -1.0..=1.0)]
/// struct Level(f64);
///
/// #[derive(Payload, Debug, Clone, Copy, PartialEq)]
/// #[ltp(rename_all = "snake_case")]
/// enum Mode { Fast, VerySlow }
///
/// #[derive(Payload)]
/// struct Point { x: f64, y: f64 }
///
/// #[derive(Payload)]
/// #[ltp(tag = "shape", rename_all = "lowercase")]
/// enum Shape<'a> {
///     Point(Point),
///     #[ltp(open)]
///     Other(Object<'a>),
/// }
///
/// #[derive(Payload)]
/// struct Sketch<'a> {
///     #[ltp(len = 1..=80, accepts("name"))]
///     title: Cow<'a, str>,
///     #[ltp(default = "fast")]
///     mode: Mode,
///     levels: Vec<Level>,
///     shapes: Vec<Shape<'a>>,
///     #[ltp(open)]
///     rest: Map<'a, Json<'a>>,
/// }
///
/// let sketch = Sketch::decode(br#"{"name":"a","levels":[0.5],"shapes":[{"shape":"point","x":1,"y":2}],"by":"me"}"#).unwrap();
/// assert_eq!(sketch.mode, Mode::Fast);
/// assert_eq!(
///     sketch.to_json(),
///     r#"{"title":"a","levels":[0.5],"shapes":[{"shape":"point","x":1,"y":2}],"by":"me"}"#
/// );
/// ```
#[cfg(feature = "derive")]
pub use ltp_macros::Payload;
/// A schema, compiled where it stands: the items of its module.
///
/// The path is relative to the package; a text that declares a `protocol` is the schema itself, and what it imports is relative to the
/// package too. The crate is compiled again when a file that was read has changed. Options follow: `serde`, `owned`, `private`,
/// `crate = path`.
///
/// ```
/// mod chat {
///     ltp::schema!(r#"
///         protocol chat "1.0";
///
///         envelope Envelope tag "type" {}
///
///         message Said "said" in Envelope {
///             text: string;
///         }
///     "#);
/// }
/// let message = chat::Message::decode(br#"{"type":"said","text":"hello"}"#).unwrap();
/// assert_eq!(message.name(), "Said");
/// ```
///
/// It compiles the whole compiler for your crate. A build script does that too, and what it writes can be read and is compiled once.
#[cfg(feature = "schema")]
pub use ltp_macros::schema;
pub use ltp_runtime::*;
