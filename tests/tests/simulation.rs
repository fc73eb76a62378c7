//! The scenarios that the text protocol is designed for hold.
#![allow(clippy::print_stdout)]

#[test]
fn every_claim_holds() {
    let report = protocol_tests::simulation::run();
    println!("{report}");
    assert!(report.passed(), "{report}");
}
