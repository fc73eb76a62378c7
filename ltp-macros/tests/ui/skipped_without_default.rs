use ltp::Payload;

struct Handle;

#[derive(Payload)]
struct Log {
    #[ltp(skip)]
    handle: Handle,
}

fn main() {}
