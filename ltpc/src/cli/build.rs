//! `ltpc build`: what is generated, brought up to date.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use ltpc::build::{self, CONFIG_FILE, Config, Emitted, Entry, Layout, Options, Target, Visibility, write::Files};

use super::output::{Failure, Outcome, Output, Result};

/// Generate code from schemas
///
/// Without files, everything that ltpc.toml names is brought up to date: files that changed are written, files that an earlier run
/// generated and this one does not are removed. What is up to date is not touched.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc build                                              everything in ltpc.toml
  ltpc build --check                                      in CI: exit 1 if anything would change
  ltpc build schema/chat.ltp                              what ltpc.toml says of one schema
  ltpc build schema/chat.ltp --target rust --out src      without ltpc.toml")]
pub struct Args {
    /// Only these schemas
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The language, where ltpc.toml says nothing of the schema
    #[arg(long, value_parser = target, requires = "out", requires = "files")]
    target: Option<Target>,
    /// The directory of the output, where ltpc.toml says nothing of the schema
    #[arg(long, value_name = "DIR", requires = "target")]
    out: Option<PathBuf>,
    /// serde for every type, with --target
    #[arg(long, requires = "target")]
    serde: bool,
    /// Types that own all of their text, with --target
    #[arg(long, requires = "target")]
    owned: bool,
    /// Everything in one file, with --target
    #[arg(long, requires = "target")]
    single: bool,
    /// Only for the crate that holds the output, with --target
    #[arg(long, requires = "target")]
    private: bool,
    /// A directory of templates in place of the built-in ones, with --target
    #[arg(long, value_name = "DIR", requires = "target")]
    templates: Option<PathBuf>,
    /// What the package is called where packages are published, with --target
    #[arg(long, value_name = "NAME", requires = "target")]
    package: Option<String>,
    /// What programs import, with --target
    #[arg(long, value_name = "NAME", requires = "target")]
    module: Option<String>,
    /// Write nothing; exit 1 if something would change
    #[arg(long)]
    check: bool,
    /// Another ltpc.toml
    #[arg(long, value_name = "FILE", default_value = CONFIG_FILE)]
    config: PathBuf,
}

fn target(name: &str) -> std::result::Result<Target, String> {
    let known: Vec<&str> = Target::ALL.iter().map(|(name, _)| *name).collect();
    Target::named(name).ok_or_else(|| format!("expected one of {}", known.join(", ")))
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let entries = entries(args)?;
    let mut directories: BTreeMap<PathBuf, Directory> = BTreeMap::new();
    for entry in &entries {
        let Emitted { files, warnings, .. } = match build::emit(&entry.schema, entry.target, &entry.options)
            .and_then(|emitted| emitted.met().map_err(|error| (error, Vec::new())))
        {
            Ok(emitted) => emitted,
            Err((error, _)) => {
                output.note(&error.to_string());
                return Ok(Outcome::Found);
            }
        };
        if !warnings.is_empty() {
            output.note(warnings.trim_end());
        }
        directories.entry(entry.out.clone()).or_default().add(entry, files)?;
    }
    let whole = args.files.is_empty();
    let mut outcome = Outcome::Fine;
    for (path, directory) in &directories {
        if directory.bring_up_to_date(path, whole, args.check, output)? {
            outcome = Outcome::Found;
        }
    }
    Ok(if args.check { outcome } else { Outcome::Fine })
}

/// What is to be built: from the arguments alone, or from `ltpc.toml`.
fn entries(args: &Args) -> std::result::Result<Vec<Entry>, Failure> {
    if let (Some(target), Some(out)) = (args.target, &args.out) {
        let options = Options {
            serde: args.serde,
            owned: args.owned,
            visibility: if args.private { Visibility::Crate } else { Visibility::Public },
            layout: if args.single { Layout::Single } else { Layout::Files },
            templates: args.templates.clone(),
            package: args.package.clone(),
            module: args.module.clone(),
            ..Options::default()
        };
        let entry = |schema: &PathBuf| Entry {
            schema: schema.clone(),
            target,
            out: out.clone(),
            options: options.clone(),
        };
        return Ok(args.files.iter().map(entry).collect());
    }
    let config = config(&args.config)?;
    if args.files.is_empty() {
        return Ok(config.build);
    }
    let mut chosen = Vec::new();
    for file in &args.files {
        let before = chosen.len();
        chosen.extend(config.build.iter().filter(|entry| same(&entry.schema, file)).cloned());
        if chosen.len() == before {
            let (file, config) = (file.display(), args.config.display());
            return Err(Failure::words(format!(
                "{config} says nothing of `{file}`; say --target and --out, or add a [[build]]"
            )));
        }
    }
    Ok(chosen)
}

fn config(path: &Path) -> std::result::Result<Config, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::words(format!(
            "cannot read `{}`: {error}; it names what to build, or say FILE, --target and --out",
            path.display()
        ))
    })?;
    let directory = path.parent().unwrap_or(Path::new(""));
    Config::parse(&text, directory).map_err(|error| Failure::words(format!("{}: {}", path.display(), error.trim_end())))
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// What one directory is to hold: schemas may share it.
#[derive(Default)]
struct Directory {
    files: Files,
    /// Folders that belong to the schemas that were built.
    folders: Vec<String>,
}

impl Directory {
    fn add(&mut self, entry: &Entry, files: Files) -> std::result::Result<(), Failure> {
        for (name, text) in files {
            if let Some((folder, _)) = name.split_once('/')
                && !self.folders.iter().any(|known| known == folder)
            {
                self.folders.push(folder.to_owned());
            }
            if self.files.insert(name.clone(), text).is_some() {
                let (schema, out) = (entry.schema.display(), entry.out.display());
                return Err(Failure::words(format!(
                    "{schema} and another schema both write `{name}` in `{out}`"
                )));
            }
        }
        Ok(())
    }

    /// Writes, or with `check` says what would be written; whether anything differed.
    fn bring_up_to_date(&self, path: &Path, whole: bool, check: bool, output: &mut Output) -> std::result::Result<bool, Failure> {
        let own: Vec<&str> = if whole {
            vec![""]
        } else {
            self.folders.iter().map(String::as_str).collect()
        };
        let difference = if check {
            build::write::compare(path, &self.files, &own)?
        } else {
            build::write::update(path, &self.files, &own)?
        };
        let (written, removed) = if check {
            ("would change", "would be removed")
        } else {
            ("written", "removed")
        };
        for path in &difference.outdated {
            output.note(&format!("{written}: {}", path.display()));
        }
        for path in &difference.stale {
            output.note(&format!("{removed}: {}", path.display()));
        }
        Ok(!difference.is_empty())
    }
}
