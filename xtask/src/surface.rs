//! What the crates offer: every public item, listed in a file that is reviewed with the change that changes it.

use std::{collections::BTreeSet, fs};

use anyhow::{Context, Result, bail};

use crate::run;

/// The crates that programs name, with their folders.
const CRATES: [(&str, &str); 3] = [("ltp-runtime", "runtime"), ("ltp-macros", "ltp-macros"), ("ltpc", "ltpc")];

/// Writes `SURFACE.txt` of each crate, or fails where it would change.
pub fn all(check: bool) -> Result<()> {
    let mut documentation = run::cargo(&["doc", "--no-deps", "--all-features"]);
    for (name, _) in CRATES {
        documentation.args(["-p", name]);
    }
    run::step("documentation of what is offered", &mut documentation)?;
    for (name, folder) in CRATES {
        let page = run::root().join("target/doc").join(name.replace('-', "_")).join("all.html");
        let page = fs::read_to_string(&page).with_context(|| page.display().to_string())?;
        let text = items(&page).into_iter().fold(String::new(), |text, item| text + &item + "\n");
        let path = run::root().join(folder).join("SURFACE.txt");
        if fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        if check {
            bail!(
                "what {name} offers has changed: `cargo xtask surface` writes {} anew",
                path.display()
            );
        }
        fs::write(&path, text)?;
        println!("written: {}", path.display());
    }
    Ok(())
}

/// `kind path` of every item that the page of all items links to.
fn items(page: &str) -> BTreeSet<String> {
    let links = page.split("<li><a href=\"").skip(1);
    let items = links.filter_map(|link| {
        let (target, _) = link.split_once('"')?;
        let path = target.strip_suffix(".html")?;
        let (modules, file) = path.rsplit_once('/').map_or(("", path), |(modules, file)| (modules, file));
        let (kind, name) = file.split_once('.')?;
        let modules: String = modules
            .split('/')
            .filter(|module| !module.is_empty())
            .map(|module| format!("{module}::"))
            .collect();
        Some(format!("{kind} {modules}{name}"))
    });
    items.collect()
}
