//! Tells the program which machine it was built on: fuzzing names it to cargo.

fn main() {
    println!("cargo::rustc-env=XTASK_HOST={}", std::env::var("HOST").unwrap_or_default());
    println!("cargo::rerun-if-changed=build.rs");
}
