use ltp::Payload;

#[derive(Payload)]
enum Never {}

fn main() {}
