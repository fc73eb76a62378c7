//! The schemas of the tests, compiled as a user's build script would.

use ltpc::build::{Builder, Error};

fn main() -> Result<(), Error> {
    Builder::new()
        .schema("schemas/derived.ltp")
        .schema("schemas/sessions.ltp")
        .schema("schemas/policy.ltp")
        .schema("schemas/pending.ltp")
        .schema("schemas/thumbs.ltp")
        .compile()
}
