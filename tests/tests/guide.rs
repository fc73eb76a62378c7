//! What `ltpc/docs/rust.md` says beside Rust: its Rust is compiled with the documentation.

use std::path::Path;

use ltpc::build::Config;

const GUIDE: &str = include_str!("../../ltpc/docs/rust.md");

#[test]
fn what_it_says_of_ltpc_toml_is_read() {
    let blocks = GUIDE.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let configs: Vec<&str> = blocks.filter(|block| block.starts_with("# ltpc.toml")).collect();
    assert_eq!(configs.len(), 1);
    let config = Config::parse(configs[0], Path::new("")).unwrap();
    assert_eq!(config.build[0].schema, Path::new("schema/ltp.ltp"));
}
