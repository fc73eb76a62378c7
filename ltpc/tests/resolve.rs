//! Tree to model.
#![allow(clippy::disallowed_methods)]

use ltpc::check::check;
use ltpc::diagnostic;
use ltpc::load::{Loader, load};
use ltpc::model::Model;
use ltpc::resolve::resolve;

struct Files<'f>(&'f [(&'f str, &'f str)]);

impl Loader for Files<'_> {
    fn load(&self, path: &str) -> Result<String, String> {
        let found = self.0.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| (*text).to_owned()).ok_or_else(|| "no such file".to_owned())
    }
}

/// The model of a schema in which nothing is wrong.
fn model(files: &[(&str, &str)]) -> Model {
    let loaded = load(files[0].0, &Files(files));
    let (model, mut found) = resolve(&loaded);
    found.extend(loaded.diagnostics.clone());
    found.extend(check(&model));
    assert!(found.is_empty(), "{}", diagnostic::text(&found, &loaded.sources, false));
    assert!(model.whole);
    model
}

#[test]
fn the_shipped_schema_resolves() {
    let model = model(&[("ltp.ltp", include_str!("../../schema/ltp.ltp"))]);
    assert_eq!((model.protocol.name.as_str(), model.protocol.version.as_str()), ("ltp", "0.3"));
    assert_eq!((model.messages.len(), model.envelopes.len(), model.endpoints.len()), (10, 3, 2));
    assert_eq!(model.examples.len(), 4);
}
