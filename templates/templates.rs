//! The templates of packages in other languages, as they come with the compiler: a folder a language.
//!
//! What ends in `.j2` is rendered with the view that `ltpc/docs/templates.md` describes, all else is copied.

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// Every file, by its path in this folder, in their order.
        pub const FILES: &[(&str, &str)] = &[
            $(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/", $path)))),*
        ];
    };
}

files! {
    "elixir/.formatter.exs",
    "elixir/README.md.j2",
    "elixir/lib/_docs.ex.j2",
    "elixir/lib/decoder.ex.j2",
    "elixir/lib/endpoints.ex.j2",
    "elixir/lib/file_store.ex.j2",
    "elixir/lib/memory_store.ex.j2",
    "elixir/lib/messages.ex.j2",
    "elixir/lib/protocol.ex.j2",
    "elixir/lib/refused.ex.j2",
    "elixir/lib/runtime/acting.ex.j2",
    "elixir/lib/runtime/binding.ex.j2",
    "elixir/lib/runtime/codec.ex.j2",
    "elixir/lib/runtime/decoded.ex.j2",
    "elixir/lib/runtime/digest.ex.j2",
    "elixir/lib/runtime/documents.ex.j2",
    "elixir/lib/runtime/drafts.ex.j2",
    "elixir/lib/runtime/encode.ex.j2",
    "elixir/lib/runtime/endpoint.ex.j2",
    "elixir/lib/runtime/entropy.ex.j2",
    "elixir/lib/runtime/evaluate.ex.j2",
    "elixir/lib/runtime/fast.ex.j2",
    "elixir/lib/runtime/fast_scan.ex.j2",
    "elixir/lib/runtime/findings.ex.j2",
    "elixir/lib/runtime/formats.ex.j2",
    "elixir/lib/runtime/framed.ex.j2",
    "elixir/lib/runtime/framed_encode.ex.j2",
    "elixir/lib/runtime/framed_stream.ex.j2",
    "elixir/lib/runtime/frames.ex.j2",
    "elixir/lib/runtime/framing.ex.j2",
    "elixir/lib/runtime/handlers.ex.j2",
    "elixir/lib/runtime/json.ex.j2",
    "elixir/lib/runtime/lines.ex.j2",
    "elixir/lib/runtime/machine.ex.j2",
    "elixir/lib/runtime/numbers.ex.j2",
    "elixir/lib/runtime/pattern.ex.j2",
    "elixir/lib/runtime/pending.ex.j2",
    "elixir/lib/runtime/policy.ex.j2",
    "elixir/lib/runtime/positions.ex.j2",
    "elixir/lib/runtime/reactor.ex.j2",
    "elixir/lib/runtime/refusals.ex.j2",
    "elixir/lib/runtime/remembered.ex.j2",
    "elixir/lib/runtime/requests.ex.j2",
    "elixir/lib/runtime/roles.ex.j2",
    "elixir/lib/runtime/scalars.ex.j2",
    "elixir/lib/runtime/scan.ex.j2",
    "elixir/lib/runtime/scheduler.ex.j2",
    "elixir/lib/runtime/schema.ex.j2",
    "elixir/lib/runtime/script.ex.j2",
    "elixir/lib/runtime/server.ex.j2",
    "elixir/lib/runtime/session.ex.j2",
    "elixir/lib/runtime/shapes.ex.j2",
    "elixir/lib/runtime/socket.ex.j2",
    "elixir/lib/runtime/split.ex.j2",
    "elixir/lib/runtime/stamping.ex.j2",
    "elixir/lib/runtime/table.ex.j2",
    "elixir/lib/runtime/tape.ex.j2",
    "elixir/lib/runtime/terms.ex.j2",
    "elixir/lib/runtime/timers.ex.j2",
    "elixir/lib/runtime/toon.ex.j2",
    "elixir/lib/runtime/toon_line.ex.j2",
    "elixir/lib/runtime/transport.ex.j2",
    "elixir/lib/runtime/upgrade.ex.j2",
    "elixir/lib/runtime/values.ex.j2",
    "elixir/lib/runtime/walk.ex.j2",
    "elixir/lib/runtime/web_socket.ex.j2",
    "elixir/lib/runtime/window.ex.j2",
    "elixir/lib/runtime/words.ex.j2",
    "elixir/lib/runtime/work.ex.j2",
    "elixir/lib/sessions.ex.j2",
    "elixir/lib/store.ex.j2",
    "elixir/lib/tables.ex.j2",
    "elixir/lib/types.ex.j2",
    "elixir/lib/violation.ex.j2",
    "elixir/lib/works.ex.j2",
    "elixir/mix.exs.j2",
    "elixir/test/frames_test.exs.j2",
    "elixir/test/store_test.exs.j2",
    "elixir/test/test_helper.exs",
    "elixir/test/upgrade_test.exs.j2",
    "python/README.md.j2",
    "python/pyproject.toml.j2",
    "python/src/__module__/__init__.py.j2",
    "python/src/__module__/_docs.py.j2",
    "python/src/__module__/endpoints.py.j2",
    "python/src/__module__/messages.py.j2",
    "python/src/__module__/py.typed",
    "python/src/__module__/runtime/__init__.py",
    "python/src/__module__/runtime/actions.py",
    "python/src/__module__/runtime/binding.py",
    "python/src/__module__/runtime/context.py",
    "python/src/__module__/runtime/drafts.py",
    "python/src/__module__/runtime/encode.py",
    "python/src/__module__/runtime/evaluate.py",
    "python/src/__module__/runtime/findings.py",
    "python/src/__module__/runtime/formats.py",
    "python/src/__module__/runtime/machine.py",
    "python/src/__module__/runtime/numbers.py",
    "python/src/__module__/runtime/policy.py",
    "python/src/__module__/runtime/refusals.py",
    "python/src/__module__/runtime/roles.py",
    "python/src/__module__/runtime/schema.py",
    "python/src/__module__/runtime/script.py",
    "python/src/__module__/runtime/server.py",
    "python/src/__module__/runtime/session.py",
    "python/src/__module__/runtime/stamping.py",
    "python/src/__module__/runtime/store.py",
    "python/src/__module__/runtime/table.py",
    "python/src/__module__/runtime/tape.py",
    "python/src/__module__/runtime/timers.py",
    "python/src/__module__/runtime/toon.py",
    "python/src/__module__/runtime/transport.py",
    "python/src/__module__/runtime/values.py",
    "python/src/__module__/runtime/walk.py",
    "python/src/__module__/runtime/words.py",
    "python/src/__module__/sessions.py.j2",
    "python/src/__module__/tables.py.j2",
    "python/src/__module__/types.py.j2",
    "typescript/README.md.j2",
    "typescript/package.json.j2",
    "typescript/src/_docs.ts.j2",
    "typescript/src/binding.ts.j2",
    "typescript/src/decoders.ts.j2",
    "typescript/src/encoders.ts.j2",
    "typescript/src/endpoints.ts.j2",
    "typescript/src/index.ts.j2",
    "typescript/src/messages.ts.j2",
    "typescript/src/node.ts.j2",
    "typescript/src/runtime/actions.ts",
    "typescript/src/runtime/binding.ts",
    "typescript/src/runtime/codec.ts",
    "typescript/src/runtime/drafts.ts",
    "typescript/src/runtime/encode.ts",
    "typescript/src/runtime/evaluate.ts",
    "typescript/src/runtime/findings.ts",
    "typescript/src/runtime/formats.ts",
    "typescript/src/runtime/framed-encode.ts",
    "typescript/src/runtime/framed.ts",
    "typescript/src/runtime/framing.ts",
    "typescript/src/runtime/handlers.ts",
    "typescript/src/runtime/heap.ts",
    "typescript/src/runtime/machine.ts",
    "typescript/src/runtime/node.ts",
    "typescript/src/runtime/octets.ts",
    "typescript/src/runtime/pending.ts",
    "typescript/src/runtime/policy.ts",
    "typescript/src/runtime/pool.ts",
    "typescript/src/runtime/positions.ts",
    "typescript/src/runtime/reactor.ts",
    "typescript/src/runtime/reader.ts",
    "typescript/src/runtime/refusals.ts",
    "typescript/src/runtime/remembered.ts",
    "typescript/src/runtime/requests.ts",
    "typescript/src/runtime/roles.ts",
    "typescript/src/runtime/scan.ts",
    "typescript/src/runtime/scanner.ts",
    "typescript/src/runtime/scheduler.ts",
    "typescript/src/runtime/schema.ts",
    "typescript/src/runtime/script.ts",
    "typescript/src/runtime/session.ts",
    "typescript/src/runtime/split.ts",
    "typescript/src/runtime/stamping.ts",
    "typescript/src/runtime/store.ts",
    "typescript/src/runtime/stream.ts",
    "typescript/src/runtime/table.ts",
    "typescript/src/runtime/tape.ts",
    "typescript/src/runtime/texts.ts",
    "typescript/src/runtime/timers.ts",
    "typescript/src/runtime/toon.ts",
    "typescript/src/runtime/transport.ts",
    "typescript/src/runtime/values.ts",
    "typescript/src/runtime/walk.ts",
    "typescript/src/runtime/walker.ts",
    "typescript/src/runtime/words.ts",
    "typescript/src/runtime/work.ts",
    "typescript/src/runtime/writer.ts",
    "typescript/src/sessions.ts.j2",
    "typescript/src/tables.ts.j2",
    "typescript/src/types.ts.j2",
    "typescript/tsconfig.json",
}

#[cfg(test)]
mod tests {
    #![allow(clippy::disallowed_methods, clippy::unwrap_used)]

    use std::path::Path;

    use super::FILES;

    /// Every file below a directory, by its path in it.
    fn below(directory: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                below(&entry.path(), &format!("{name}/"), found);
            } else if name.contains('/') {
                found.push(name);
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_list() {
        let mut found = Vec::new();
        below(Path::new(env!("CARGO_MANIFEST_DIR")), "", &mut found);
        found.sort();
        assert_eq!(FILES.iter().map(|(path, _)| *path).collect::<Vec<_>>(), found);
    }
}
