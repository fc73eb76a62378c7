use ltp::Payload;

#[derive(Payload)]
struct Log<'a> {
    count: &'a u64,
}

fn main() {}
