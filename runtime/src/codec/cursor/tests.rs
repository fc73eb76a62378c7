//! What a cursor reads is what the reader reads.

use alloc::{string::String, vec::Vec};

use super::*;

const LIMITS: Limits = Limits {
    message: 4096,
    depth: 4,
    string: 64,
    list: 3,
    members: 3,
};

#[derive(Debug, PartialEq)]
struct Row {
    id: u64,
    name: String,
    marks: Vec<f64>,
    late: Option<u64>,
}

fn row<'a, R: Source<'a>>(reader: &mut R) -> Result<Row, R::Refused> {
    static NAMES: &Names = &Names::of(["id", "name", "marks", "late"]);
    let (mut id, mut name, mut marks, mut late) = (None, None, None, None);
    let mut object = reader.begin_object()?;
    'declared: {
        if !reader.name_is(&mut object, r#","id":"#) {
            break 'declared;
        }
        id = Some(reader.u64()?);
        if !reader.name_is(&mut object, r#","name":"#) {
            break 'declared;
        }
        name = Some(reader.string()?);
        if reader.name_is(&mut object, r#","marks":"#) {
            marks = Some(reader.list(|reader| reader.f64())?);
        }
        if !reader.ends(&mut object) {
            break 'declared;
        }
        let (Some(id), Some(name)) = (id, name) else {
            return Err(reader.refuse(Rule::Required));
        };
        let (name, marks) = (name.into_owned(), marks.unwrap_or_default());
        return Ok(Row {
            id,
            name,
            marks,
            late: None,
        });
    }
    loop {
        match reader.member(&mut object, NAMES)? {
            Member::Known(0) if id.is_none() => id = Some(reader.u64()?),
            Member::Known(1) if name.is_none() => name = Some(reader.string()?),
            Member::Known(2) if marks.is_none() => marks = Some(reader.list(|reader| reader.f64())?),
            Member::Known(3) if late.is_none() => late = Some(reader.set_aside()?),
            Member::Known(_) => return Err(reader.refuse(Rule::Duplicate)),
            Member::Unknown(key) => _ = reader.unknown(key)?,
            Member::End => break,
        }
    }
    let (Some(id), Some(name)) = (id, name) else {
        return Err(reader.refuse(Rule::Required));
    };
    let late = match late {
        Some(place) => Some(reader.again(place)?.u64()?),
        None => None,
    };
    let (name, marks) = (name.into_owned(), marks.unwrap_or_default());
    Ok(Row { id, name, marks, late })
}

fn ahead(text: &str) -> Option<Row> {
    let mut cursor = Cursor::new(text.as_bytes(), &LIMITS)?;
    row(&mut cursor).ok().filter(|_| cursor.is_done())
}

#[test]
fn it_reads_what_the_reader_reads_and_nothing_else() {
    let texts = [
        (r#"{"id":1,"name":"a","marks":[0.5,-1,2.25]}"#, true),
        (r#"{"id":1,"name":"a"}"#, true),
        (r#"{"name":"a","marks":[],"id":1}"#, true),
        (" { \n\t\"name\" : \"a\" ,\r\n \"marks\": [ 1 , 2 ] , \"id\":1 } ", true),
        (
            r#"{"marks":[0.010000000000000009],"id":1731700000,"name":"Сегодня был длинный день"}"#,
            true,
        ),
        (r#"{"id":1,"name":"a\nb","late":7}"#, true),
        (r#"{"late":12,"id":1,"name":"a"}"#, true),
        (r#"{"id":1,"marks":[],"name":"a"}"#, true),
        ("{\"id\":1,\"name\":\"a\" }", true),
        ("{\"id\":1,\"name\" :\"a\",\"marks\" : []\n}", true),
        (r#"{"\u0069d":1,"name":"a"}"#, true),
        (r#"{"id":1,"name":"a","marks":[],"name":"b"}"#, false),
        ("{}", false),
        ("{ }", false),
        (r#"{"late":12x,"id":1,"name":"a"}"#, false),
        (r#"{"late":[1},"id":1,"name":"a"}"#, false),
        (r#"{"late":"a\"","id":1,"name":"a"}"#, false),
        (r#"{"late":12.5,"id":1,"name":"a"}"#, false),
        (r#"{"late":1e3,"id":1,"name":"a"}"#, false),
        (r#"{"late":[1],"id":1,"name":"a"}"#, false),
        (r#"{"id":1,"name":"a","id":1}"#, false),
        (r#"{"id":1,"name":"a",}"#, false),
        (r#"{,"id":1,"name":"a"}"#, false),
        (r#"{"id":1 "name":"a"}"#, false),
        (r#"{"id":01,"name":"a"}"#, false),
        (r#"{"id":1.0,"name":"a"}"#, false),
        (r#"{"id":1,"name":"a","marks":[1,]}"#, false),
        (r#"{"id":1,"name":"a","marks":[1,2,3,4]}"#, false),
        (r#"{"id":1,"name":"a","marks":[1.5.5]}"#, false),
        (r#"{"id":1,"name":"a\ud800"}"#, false),
        (r#"{"id":1,"name":"a"} x"#, false),
        (r#"{"id":1,"name":"a"}{"#, false),
        (r#"{"id":1}"#, false),
        ("", false),
        ("{", false),
    ];
    for (text, conforms) in texts {
        let read = Reader::whole(text.as_bytes(), &LIMITS, row).ok();
        assert_eq!(read.is_some(), conforms, "{text}");
        assert_eq!(ahead(text), read, "{text}");
    }
}

#[test]
fn what_it_gives_up_on_may_conform() {
    let unknown = r#"{"id":1,"name":"a","x":null}"#;
    assert!(Reader::whole(unknown.as_bytes(), &LIMITS, row).is_ok());
    assert_eq!(ahead(unknown), None);
}

#[test]
fn limits_hold() {
    let long = alloc::format!(r#"{{"id":1,"name":"{}"}}"#, "x".repeat(65));
    assert_eq!(ahead(&long), None);
    assert_eq!(ahead(r#"{"id":1,"name":"a","marks":[],"late":1}"#), None);
    let wrong: &[u8] = b"{\"id\":1,\"name\":\"a\xff\"}";
    assert!(Cursor::new(wrong, &LIMITS).is_some_and(|mut cursor| row(&mut cursor).is_err()));
}

#[test]
fn carried_values_are_checked() {
    let read = |text: &str| {
        let mut cursor = Cursor::new(text.as_bytes(), &LIMITS)?;
        let json = cursor.json().ok().filter(|_| cursor.is_done())?;
        Some(String::from(json.as_str()))
    };
    for text in [
        "null",
        "1.5e3",
        r#""a\n""#,
        r#"{"a":[true,false,{"b":""}],"c":"тёплый свет"}"#,
        "[ 1 , [ ] , { } ]",
        "{ \"a\" : 1 , \"b\" : 2 }",
    ] {
        assert_eq!(read(text).as_deref(), Some(text));
        assert!(Reader::whole(text.as_bytes(), &LIMITS, Reader::skip).is_ok(), "{text}");
    }
    for text in [
        r#"{"a":1,"a":2}"#,
        "[1,2,3,4]",
        "[[[[[]]]]]",
        r#"{"a":1,"b":2,"c":3,"d":4}"#,
        "[1,]",
        r#"{"a"}"#,
        r#""a"#,
        "tru",
        "01",
    ] {
        assert_eq!(read(text), None, "{text}");
        assert!(Reader::whole(text.as_bytes(), &LIMITS, Reader::skip).is_err(), "{text}");
    }
}
