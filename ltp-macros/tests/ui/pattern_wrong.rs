use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(pattern = "[a-z")]
    name: String,
}

fn main() {}
