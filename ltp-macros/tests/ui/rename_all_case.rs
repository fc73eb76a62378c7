use ltp::Payload;

#[derive(Payload)]
#[ltp(rename_all = "snake")]
enum Mode {
    Fast,
}

fn main() {}
