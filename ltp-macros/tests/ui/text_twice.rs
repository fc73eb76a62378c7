use ltp::Payload;

#[derive(Payload)]
enum Mode {
    Fast,
    #[ltp(rename = "Fast")]
    Quick,
}

fn main() {}
