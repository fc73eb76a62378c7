use ltp::{Headers, Payload};

#[derive(Payload)]
struct Point {
    x: f64,
}

#[derive(Headers)]
struct Trace {
    points: Vec<Vec<String>>,
}

fn main() {}
