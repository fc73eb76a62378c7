//! Framed text: our decoder and encoder, against `httparse` on a request of HTTP with the same headers and body, and `write!`.

use std::io::Write;

use liminal_protocols::ctp::{Message, SCHEMA};
use ltp_runtime::{codec, schema::Mismatch, text};

use crate::race::{Contender, Job, contender};

const BODY: &str = "type: pattern_detected\npattern: recursive_improvement_cycle\nconfidence: 0.94";

/// Names and values of the headers, in the declared order.
const HEADERS: [(&str, &str); 6] = [
    ("Agent-ID", "ghost-v8-alpha"),
    ("Intent", "INSIGHT"),
    ("Context-Hash", "0x7f3a9c2e1b4d8f6a"),
    ("Content-Type", "text/ascii"),
    ("Session-ID", "sess_0123456789ab"),
    ("Content-Length", "76"),
];

/// Another order, as another sender may keep to.
const SHUFFLED: [usize; 6] = [4, 1, 5, 0, 3, 2];

/// The same content as one message of each protocol.
pub struct Texts {
    names: [&'static str; 2],
    ours: String,
    http: String,
}

impl Texts {
    pub fn declared() -> Self {
        Self::new(["decode framed text", "encode framed text"], [0, 1, 2, 3, 4, 5])
    }

    pub fn shuffled() -> Self {
        let names = [
            "decode framed text, headers in another order",
            "encode framed text, headers in another order",
        ];
        Self::new(names, SHUFFLED)
    }

    fn new(names: [&'static str; 2], order: [usize; 6]) -> Self {
        let lines = |newline: &str| -> String {
            let line = |index: &usize| format!("{}: {}{newline}", HEADERS[*index].0, HEADERS[*index].1);
            order.iter().map(line).collect()
        };
        Self {
            names,
            ours: format!("CTP/1.0 STREAM\n{}---CTP-PAYLOAD---\n{BODY}\n---CTP-END---\n", lines("\n")),
            http: format!("POST /stream HTTP/1.1\r\n{}\r\n{BODY}", lines("\r\n")),
        }
    }
}

/// What a program makes of the request: the texts of its headers, its intent and its body, without constraints.
#[allow(dead_code)] // made to be made
struct Request<'a> {
    version: u8,
    path: &'a str,
    agent_id: &'a str,
    intent: Intent,
    context_hash: &'a str,
    content_type: &'a str,
    session_id: Option<&'a str>,
    body: &'a str,
}

enum Intent {
    Insight,
    Query,
}

fn by_httparse(octets: &[u8]) -> Option<Request<'_>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut request = httparse::Request::new(&mut headers);
    let head = request.parse(octets).ok()?;
    let httparse::Status::Complete(head) = head else { return None };
    let (mut agent_id, mut intent, mut context_hash, mut content_type, mut session_id, mut length) = (None, None, None, None, None, 0);
    for header in request.headers.iter() {
        let value = std::str::from_utf8(header.value).ok()?;
        let name = header.name;
        if name.eq_ignore_ascii_case("Agent-ID") {
            agent_id = Some(value);
        } else if name.eq_ignore_ascii_case("Intent") {
            intent = Some(match value {
                "INSIGHT" => Intent::Insight,
                "QUERY" => Intent::Query,
                _ => return None,
            });
        } else if name.eq_ignore_ascii_case("Context-Hash") {
            context_hash = Some(value);
        } else if name.eq_ignore_ascii_case("Content-Type") {
            content_type = Some(value);
        } else if name.eq_ignore_ascii_case("Session-ID") {
            session_id = Some(value);
        } else if name.eq_ignore_ascii_case("Content-Length") {
            length = value.parse::<usize>().ok()?;
        }
    }
    Some(Request {
        version: request.version?,
        path: request.path?,
        agent_id: agent_id?,
        intent: intent?,
        context_hash: context_hash?,
        content_type: content_type?,
        session_id,
        body: std::str::from_utf8(octets.get(head..head + length)?).ok()?,
    })
}

/// The head alone, nothing looked up.
fn bare_httparse(octets: &[u8]) -> bool {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    httparse::Request::new(&mut headers).parse(octets).is_ok()
}

/// Decoding and encoding.
pub fn jobs(texts: &Texts) -> Result<[Job<'_>; 2], Box<dyn std::error::Error>> {
    let [decoding, encoding] = texts.names;
    let job = |what, contenders| Job {
        what,
        octets: texts.ours.len(),
        contenders,
    };
    Ok([job(decoding, decode(texts)), job(encoding, encode(texts)?)])
}

fn decode(texts: &Texts) -> Vec<Contender<'_>> {
    let (ours, http) = (texts.ours.as_bytes(), texts.http.as_bytes());
    vec![
        contender("httparse, values found, no constraints", move || by_httparse(http)),
        contender("httparse alone", move || bare_httparse(http)),
        contender("ours, borrowed, all constraints", move || Message::decode(ours)),
        contender("ours, owned, all constraints", move || {
            Message::decode(ours).map(Message::into_owned)
        }),
        contender("ours, by tables", move || text::decode(&SCHEMA, Mismatch::Strict, ours)),
    ]
}

fn encode(texts: &Texts) -> Result<Vec<Contender<'_>>, Box<dyn std::error::Error>> {
    let frame = texts.ours.as_bytes();
    let ours = Message::decode(frame).map_err(|refusal| format!("{refusal:?}"))?;
    let decoded = codec::decode(&SCHEMA, frame).map_err(|refusal| format!("{refusal:?}"))?;
    let (mut a, mut b, mut c) = (Vec::new(), Vec::new(), Vec::new());
    let version = "1.0".to_owned();
    let [agent_id, intent, context_hash, content_type, session_id, _] = HEADERS.map(|(_, value)| value.to_owned());
    Ok(vec![
        contender("write!", move || {
            a.clear();
            write!(
                a,
                "CTP/{version} STREAM\nAgent-ID: {agent_id}\nIntent: {intent}\nContext-Hash: {context_hash}\nContent-Type: {content_type}\n\
                 Session-ID: {session_id}\nContent-Length: {}\n---CTP-PAYLOAD---\n{BODY}\n---CTP-END---\n",
                BODY.len()
            )
            .is_ok()
        }),
        contender("ours", move || {
            b.clear();
            ours.encode(&mut b);
            b.len()
        }),
        contender("ours, by tables", move || {
            c.clear();
            codec::encode(&SCHEMA, &decoded, &mut c);
            c.len()
        }),
    ])
}
