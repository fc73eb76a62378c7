use ltp::Payload;

#[derive(Payload)]
struct Log<'a> {
    text: &'a str,
}

fn main() {}
