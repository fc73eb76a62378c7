use ltp::{Payload, codec::{Json, Map}};

#[derive(Payload)]
struct Log<'a> {
    #[ltp(open)]
    rest: Map<'a, Json<'a>>,
    #[ltp(open)]
    more: Map<'a, Json<'a>>,
}

fn main() {}
