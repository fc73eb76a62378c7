use std::{borrow::Cow, rc::Rc};

use ltp::{Payload, bytes::Bytes, codec::Shared};

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
    #[ltp(skip)]
    seen: Rc<()>,
}

ltp::shareable!(Note);

fn main() {
    let shared: Shared<Note<'static>> = Shared::decode(Bytes::new()).unwrap_or_else(|_| panic!());
    std::thread::spawn(move || shared.get().text.len());
}
