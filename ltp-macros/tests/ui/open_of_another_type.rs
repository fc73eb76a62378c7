use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(open)]
    rest: Vec<String>,
}

fn main() {}
