use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(range = 1..=3)]
    name: String,
}

fn main() {}
