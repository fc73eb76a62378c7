//! Coverage-guided fuzzing by libFuzzer, on the stable toolchain.

use anyhow::Result;

use crate::run;

/// What makes LLVM count edges and report comparisons, which is all that libFuzzer needs to be guided.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Cdebug-assertions -Ccodegen-units=1";

/// Where a target's inputs begin, beside its own seeds: what the project has of its kind, from the root.
fn seeds(target: &str) -> &'static [&'static str] {
    match target {
        "schema" => &["ltpc/tests/check"],
        _ => &[],
    }
}

/// Builds a target of `tests/fuzz` and runs it; a finding is left in `tests/fuzz/artifacts/TARGET`.
pub fn run(target: &str, seconds: u64) -> Result<()> {
    let fuzz = run::root().join("tests/fuzz");
    // A named target triple keeps the flags from build scripts and macros, which run without libFuzzer.
    let host = env!("XTASK_HOST");
    run::step(
        "building the fuzz target",
        run::cargo(&["build", "--release", "--bin", target, "--target", host])
            .env("RUSTFLAGS", COVERAGE)
            .current_dir(&fuzz),
    )?;
    for folder in ["corpus", "artifacts"] {
        std::fs::create_dir_all(fuzz.join(folder).join(target))?;
    }
    let seeds: Vec<_> = seeds(target).iter().map(|folder| run::root().join(folder)).collect();
    let binary = fuzz.join("target").join(host).join("release").join(target);
    run::step(
        "fuzzing",
        std::process::Command::new(binary)
            .args([&format!("corpus/{target}"), &format!("seeds/{target}")])
            .args(seeds)
            .args([
                &format!("-max_total_time={seconds}"),
                &format!("-artifact_prefix=artifacts/{target}/"),
                "-rss_limit_mb=2048",
                "-timeout=10",
                "-max_len=65536",
                "-print_final_stats=1",
            ])
            .current_dir(&fuzz),
    )
}
