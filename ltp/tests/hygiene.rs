//! Derives where the names that they rely on mean something else, with raw identifiers, and within functions.
#![allow(dead_code, non_upper_case_globals, unused_macros, clippy::unwrap_used)]

mod shadowed {
    //! Every name of the language's library and of the runtime that generated code could say is another thing here.

    pub mod std {}
    pub mod core {}
    pub mod alloc {}
    pub mod codec {}
    pub mod schema {}
    pub mod write {}
    pub mod tables {}
    pub mod derived {}

    pub struct Result;
    pub struct Option;
    pub struct String;
    pub struct Vec;
    pub struct Box;
    pub struct Cow;
    pub struct Reader;
    pub struct Refused;
    pub struct Schema;
    pub struct Type;
    pub struct Member;
    pub enum Rule {}
    pub enum Presence {}
    pub trait Default {}
    pub trait From {}
    pub trait AsRef {}
    pub trait Wire {}
    pub const Ok: u8 = 0;
    pub const Err: u8 = 0;
    pub const Some: u8 = 0;
    pub const None: u8 = 0;

    macro_rules! assert {
        () => {};
    }
    macro_rules! matches {
        () => {};
    }

    #[derive(::ltp::Payload)]
    #[ltp(rename_all = "lowercase")]
    pub enum Mode {
        Fast,
        #[ltp(open)]
        Other(::std::string::String),
    }

    #[derive(::ltp::Payload)]
    #[ltp(rename_all = "lowercase")]
    pub enum Sort {
        One,
        Two,
    }

    #[derive(::ltp::Payload)]
    pub struct Inner {
        #[ltp(range(1..=3, 7))]
        pub number: u8,
    }

    #[derive(::ltp::Payload)]
    #[ltp(tag = "sort")]
    pub enum Either<'x> {
        Inner(Inner),
        Some,
        None {
            value: u8,
            out: ::std::option::Option<::std::vec::Vec<u8>>,
            r#type: ::std::borrow::Cow<'x, str>,
        },
        #[ltp(open)]
        Other(::ltp::codec::Object<'x>),
    }

    #[derive(::ltp::Payload)]
    #[ltp(kind = "all_v1")]
    pub struct All<'x, T> {
        #[ltp(len = 1.., pattern = "[a-z]+")]
        pub text: ::std::borrow::Cow<'x, str>,
        pub mode: ::std::option::Option<Mode>,
        #[ltp(default = "two")]
        pub sort: Sort,
        #[ltp(default = [1, 2], len = ..=3)]
        pub list: ::std::vec::Vec<u8>,
        #[ltp(datetime)]
        pub at: ::std::option::Option<::std::string::String>,
        pub either: ::std::vec::Vec<Either<'x>>,
        pub generic: T,
        #[ltp(skip)]
        pub skipped: u8,
        #[ltp(open)]
        pub rest: ::ltp::codec::Map<'x, ::ltp::codec::Json<'x>>,
    }
}

#[test]
fn shadowed_names() {
    use ltp::codec::Wire as _;

    use shadowed::All;

    let text = br#"{"text":"abc","mode":"odd","either":[{"sort":"Inner","number":7},{"sort":"?"},{"sort":"Some"},{"sort":"None","value":1,"out":[2],"type":"t"}],"generic":true,"more":1}"#;
    let all = All::<bool>::decode(text).unwrap();
    assert_eq!(all.list, [1, 2]);
    assert_eq!(all.to_json().as_bytes(), text);
    let wrong = All::<u8>::explain(br#"{"text":"","list":[1,2,3,4],"at":"x","either":[{"sort":"Inner","number":4}],"generic":256}"#);
    let wrong: Vec<_> = wrong.iter().map(|one| format!("{} {}", one.pointer, one.rule.name())).collect();
    assert_eq!(
        wrong,
        [
            "/at format",
            "/either/0/number range",
            "/generic range",
            "/list length",
            "/text length",
            "/text pattern"
        ]
    );
}

#[test]
fn raw_identifiers() {
    use ltp::{Payload, codec::Wire as _};

    #[derive(Payload, Debug, PartialEq)]
    #[allow(non_camel_case_types)]
    enum r#match {
        r#Else,
        r#If,
    }

    #[derive(Payload, Debug, PartialEq)]
    struct r#Where {
        r#type: u8,
        r#match: r#match,
        r#fn: Option<Box<r#Where>>,
        // Names that the loops of generated code have for themselves.
        reader: bool,
        object: bool,
        key: bool,
        out: bool,
        value: bool,
        rest: bool,
        start: bool,
        tagged: bool,
        text: String,
    }

    let text = concat!(
        r#"{"type":1,"match":"Else","reader":true,"object":true,"key":true,"out":true,"#,
        r#""value":true,"rest":true,"start":true,"tagged":true,"text":""}"#
    );
    let read = r#Where::decode(text.as_bytes()).unwrap();
    assert_eq!(read.to_json(), text);
    assert_eq!(read.r#match, r#match::r#Else);
}

/// What is declared in a function is in no module that a path could lead to.
#[test]
fn within_a_function() {
    use ltp::{Payload, codec::Wire as _};

    #[derive(Payload)]
    struct Outer {
        inner: Vec<Inner>,
    }

    #[derive(Payload)]
    struct Inner {
        outer: Option<Box<Outer>>,
    }

    assert!(Outer::decode(br#"{"inner":[{"outer":{"inner":[{}]}}]}"#).is_ok());
    assert_eq!(Outer::explain(br#"{"inner":[{"outer":{}}]}"#)[0].pointer, "/inner/0/outer/inner");
}

/// The crate by another path.
#[test]
fn elsewhere() {
    #[derive(ltp::Payload)]
    #[ltp(crate = ::ltp_runtime)]
    struct Point {
        #[allow(dead_code)]
        x: f64,
    }

    fn is_wire<'a, T: ltp::codec::Wire<'a>>() {}
    is_wire::<Point>();
}
