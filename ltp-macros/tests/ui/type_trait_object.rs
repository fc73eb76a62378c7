use ltp::Payload;

#[derive(Payload)]
struct Log {
    any: Vec<dyn Fn()>,
}

fn main() {}
