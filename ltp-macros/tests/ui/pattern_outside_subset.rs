use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(pattern = "(?i)abc")]
    name: String,
}

fn main() {}
