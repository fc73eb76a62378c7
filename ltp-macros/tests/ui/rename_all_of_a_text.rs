use ltp::Payload;

#[derive(Payload)]
enum Mode {
    #[ltp(rename_all = "camelCase")]
    Fast,
}

fn main() {}
