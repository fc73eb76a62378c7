use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(separated = ",")]
    names: Vec<String>,
}

fn main() {}
