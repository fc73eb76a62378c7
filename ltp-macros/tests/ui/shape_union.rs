use ltp::Payload;

#[derive(Payload)]
union Both {
    a: u64,
    b: f64,
}

fn main() {}
