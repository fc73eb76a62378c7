use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(pattern("a"))]
    name: String,
}

fn main() {}
