//! How fast schemas are read: `cargo bench -p ltpc --bench schema [-- LINES...]`.
//!
//! Prints megabytes and lines a second, for texts of several lengths: they should not depend on the length. With `--print` it prints
//! such a text instead, for the command to read.
#![allow(clippy::disallowed_methods, missing_docs)]

mod generate;

use std::hint::black_box;
use std::time::{Duration, Instant};

use ltpc::compile;
use ltpc::diagnostic;
use ltpc::load::Loader;
use ltpc::source::FileId;
use ltpc::syntax::parse;

fn main() {
    let mut sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    if std::env::args().any(|argument| argument == "--print") {
        for lines in sizes {
            print!("{}", generate::schema(lines));
        }
        return;
    }
    if sizes.is_empty() {
        sizes = vec![5_000, 10_000, 20_000, 50_000];
    }
    for lines in sizes {
        let text = generate::schema(lines);
        let (tree, diagnostics) = parse(FileId(0), &text);
        assert!(diagnostics.is_empty() && !tree.items.is_empty(), "{:?}", diagnostics.first());
        report("text to tree", &text, || drop(black_box(parse(FileId(0), &text))));

        let schema = Schema(text);
        let compilation = compile("generated.ltp", &schema);
        let errors = compilation.model.is_none();
        assert!(
            !errors,
            "{}",
            diagnostic::text(&compilation.diagnostics, &compilation.sources, false)
        );
        report("text to checked model", &schema.0, || {
            drop(black_box(compile("generated.ltp", &schema)))
        });
    }
}

struct Schema(String);

impl Loader for Schema {
    fn load(&self, _: &str) -> Result<String, String> {
        Ok(self.0.clone())
    }
}

fn report(what: &str, text: &str, run: impl Fn()) {
    let seconds = best_of(5, run).as_secs_f64();
    #[allow(clippy::cast_precision_loss)]
    let (megabytes, lines) = (text.len() as f64 / 1e6, text.lines().count() as f64);
    println!(
        "{what}: {lines:6} lines, {megabytes:.2} MB: {:.1} MB/s, {:.0} lines/s",
        megabytes / seconds,
        lines / seconds
    );
}

fn best_of(times: usize, run: impl Fn()) -> Duration {
    let once = || {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..times).map(|_| once()).min().unwrap_or_default()
}
