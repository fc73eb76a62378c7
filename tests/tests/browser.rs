//! The generated package in a browser, from a plain script tag, with a server that comes and goes.

#![allow(clippy::unwrap_used)]

use protocol_tests::programs::{Program, compiled, ltpc, node, root};

/// Steps of `tests/peers/browser.mjs`, each said when it is done.
const STEPS: [&str; 4] = [
    "connects and shows the state",
    "sends, and shows what comes",
    "goes on with its thread when the server was restarted",
    "goes on with its thread when the page was loaded again",
];

#[test]
fn a_page_connects_sends_and_goes_on_after_a_restart_and_a_reload() {
    // In the target folder, so that the screenshot can be looked at.
    let folder = root().join("target/browser");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut command = node("browser.mjs");
    command.arg(compiled("ltp")).arg(ltpc().get_program());
    command.arg(root().join("schema/ltp.ltp")).arg(&folder);
    let program = Program::start(&mut command);
    for step in STEPS {
        assert_eq!(program.line().as_deref(), Some(step));
    }
    assert!(program.ends_well());
    let screenshot = folder.join("page.png");
    assert!(std::fs::metadata(&screenshot).unwrap().len() > 10_000);
    println!("screenshot: {}", screenshot.display());
}
