use ltpc::build::{Builder, Error, Visibility};

fn main() -> Result<(), Error> {
    Builder::new()
        .schema("schema/chat.ltp")
        .schema("schema/clock.ltp")
        .runtime("::ltp")
        .visibility(Visibility::Crate)
        .derive("Text", "Eq")
        .compile()
}
