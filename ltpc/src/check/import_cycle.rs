//! E0120: files that import each other in a circle.

use super::Rule;
use crate::diagnostic::Diagnostic;
use crate::load::LoadedFile;
use crate::source::Sources;

/// The rule.
pub const RULE: Rule = Rule {
    code: "E0120",
    name: "import-cycle",
    summary: "files do not import each other in a circle",
    page: r#"Generated modules depend on each other as their files do, and not every language allows a circle. So that a schema is the same everywhere,
no file imports itself, be it by way of others.

```ltp wrong
protocol demo "1.0";

import "demo.ltp" as myself;
```

```ltp right
protocol demo "1.0";

record Point {
    x: float;
}
```

Move what both need into a file of its own that both import.
"#,
};

/// Finds every import that closes a circle.
pub fn check(files: &[LoadedFile], sources: &Sources, found: &mut Vec<Diagnostic>) {
    let mut done = vec![false; files.len()];
    for root in 0..files.len() {
        if done[root] {
            continue;
        }
        // Files on the way from the root, each with the next of its imports to follow.
        let mut way = vec![(root, 0)];
        while let Some((file, next)) = way.last_mut() {
            let file = *file;
            let Some(import) = files[file].imports.get(*next) else {
                done[file] = true;
                way.pop();
                continue;
            };
            *next += 1;
            if let Some(begin) = way.iter().position(|(on_way, _)| *on_way == import.file) {
                found.push(circle(&way[begin..], files, sources));
            } else if !done[import.file] {
                way.push((import.file, 0));
            }
        }
    }
}

/// The circle that the last import of `way`, each with the import behind the one that is followed, closes.
fn circle(way: &[(usize, usize)], files: &[LoadedFile], sources: &Sources) -> Diagnostic {
    let path = |file: usize| &*sources.get(files[file].id).path;
    let names: Vec<&str> = way.iter().map(|(file, _)| path(*file)).collect();
    let spans: Vec<_> = way
        .iter()
        .filter_map(|(file, next)| files[*file].imports.get(next.checked_sub(1)?))
        .collect();
    let message = if let [own] = names[..] {
        format!("`{own}` imports itself")
    } else {
        format!("these files import each other in a circle: {} -> {}", names.join(" -> "), names[0])
    };
    let Some((last, others)) = spans.split_last() else {
        return Diagnostic::error(RULE.code, Default::default(), message);
    };
    let mut diagnostic = Diagnostic::error(RULE.code, last.span, message).label("this closes the circle");
    for import in others {
        diagnostic = diagnostic.related(import.span, format!("`{}` is imported here", path(import.file)));
    }
    diagnostic.help("move what both need into a file of its own that both import")
}
