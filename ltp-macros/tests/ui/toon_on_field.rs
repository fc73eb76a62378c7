use ltp::Payload;

#[derive(Payload)]
struct Log {
    #[ltp(toon(key = "levels"))]
    levels: Vec<f64>,
}

fn main() {}
