use std::{borrow::Cow, cell::Cell};

use ltp::Payload;

#[derive(Payload)]
struct Note<'a> {
    text: Cow<'a, str>,
    #[ltp(skip)]
    last: Cell<&'a str>,
}

ltp::shareable!(Note);

fn main() {}
