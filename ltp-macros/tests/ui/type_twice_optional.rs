use ltp::Payload;

#[derive(Payload)]
struct Log {
    names: Vec<Option<Option<String>>>,
}

fn main() {}
