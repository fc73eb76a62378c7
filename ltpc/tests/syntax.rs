//! Text to tree.

use ltpc::source::FileId;
use ltpc::syntax::parse;
use ltpc::syntax::tree::File;

fn parse_clean(text: &str) -> File {
    let (tree, diagnostics) = parse(FileId(0), text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    assert!(tree.broken.is_empty() && !tree.incomplete);
    tree
}

#[test]
fn the_shipped_schema_parses() {
    let tree = parse_clean(include_str!("../../schema/ltp.ltp"));
    assert_eq!(tree.items.len(), 36);
}
