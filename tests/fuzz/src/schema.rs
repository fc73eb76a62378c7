//! Any text as a schema: no panic, no hang, and an error wherever there is no model.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ltpc::load::Loader;

struct Only<'a>(&'a str);

impl Loader for Only<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        if path == "fuzz.ltp" { Ok(self.0.to_owned()) } else { Err("there is no other file".to_owned()) }
    }
}

fuzz_target!(|text: &str| {
    let compilation = ltpc::compile("fuzz.ltp", &Only(text));
    assert!(compilation.model.is_some() || !compilation.diagnostics.is_empty(), "no model, and nothing said");
});
