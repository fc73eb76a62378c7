//! `ltpc new`: a project to start from.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::output::{Failure, Outcome, Output, Result};

/// Where this command was built; the crates are beside it if that was a checkout that is still there.
const BUILT_AT: &str = env!("CARGO_MANIFEST_DIR");

/// What a project holds: the file, and its text. `{{...}}` stands for what differs from project to project.
const FILES: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("project/Cargo.toml.in")),
    ("build.rs", include_str!("project/build.rs.in")),
    ("schema/greeting.ltp", include_str!("project/greeting.ltp.in")),
    ("src/main.rs", include_str!("project/main.rs.in")),
    ("README.md", include_str!("project/README.md.in")),
    (".gitignore", "/target\n"),
];

/// Names of packages that cargo refuses, or that the project itself needs.
const TAKEN: [&str; 9] = ["test", "core", "std", "alloc", "proc_macro", "deps", "ltpc", "ltp-runtime", "tokio"];

/// Start a project: a schema with a session, and a program that runs it
///
/// The project is a Rust package. It takes the compiler and the runtime from the checkout that this command was built in, if that is
/// still there, else from the registry, in this command's version.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc new greetings && cd greetings && cargo run
  ltpc new . --name greetings           into the current folder, which is empty
  ltpc new greetings --path ../ltpc     with the crates of another checkout")]
pub struct Args {
    /// The folder: new, or empty
    dir: PathBuf,
    /// The package's name; the folder's, if nothing is said
    #[arg(long)]
    name: Option<String>,
    /// A checkout of the compiler to take the crates from
    #[arg(long, value_name = "CHECKOUT")]
    path: Option<PathBuf>,
    /// Take the crates from the registry
    #[arg(long, conflicts_with = "path")]
    registry: bool,
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let dir = args.dir.display().to_string();
    let cannot = |path: &Path, error: &std::io::Error| Failure::words(format!("{}: {error}", path.display()));
    match fs::read_dir(&args.dir).map(|mut entries| entries.next().is_some()) {
        Ok(true) => {
            return Err(Failure::words(format!(
                "`{dir}` is not empty, and a project would mix with what is there; name a new folder"
            )));
        }
        Err(_) if args.dir.exists() => return Err(Failure::words(format!("`{dir}` is no folder; name a new one"))),
        _ => {}
    }
    // Everything is decided before anything is written.
    let root = std::path::absolute(&args.dir).map_err(|error| cannot(&args.dir, &error))?;
    let checkout = checkout(args)?;
    let name = package_name(args, &root)?;
    let values = [
        ("name", name),
        ("ltpc", source(checkout.as_deref(), "ltpc")),
        ("ltp-runtime", source(checkout.as_deref(), "runtime")),
        ("workspace", workspace(&root)),
    ];
    for (file, template) in FILES {
        let text = values.iter().fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{{{name}}}}}"), value)
        });
        let path = root.join(file);
        let folder = path.parent().unwrap_or(&root);
        fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
        fs::write(&path, text).map_err(|error| cannot(&path, &error))?;
        output.line(&args.dir.join(file).display().to_string())?;
    }
    output.note(&format!("\nIt is there. See it run:\n  cd {dir}\n  cargo run"));
    Ok(Outcome::Fine)
}

/// The package's name: one that cargo takes.
fn package_name(args: &Args, root: &Path) -> std::result::Result<String, Failure> {
    let folder = root
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let name = args.name.clone().unwrap_or(folder);
    let problem = if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        "does not begin with a letter"
    } else if name.contains(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')) {
        "holds something else than letters, digits, `-` and `_`"
    } else if TAKEN.contains(&name.as_str()) || syn::parse_str::<syn::Ident>(&name.replace('-', "_")).is_err() {
        "is taken"
    } else {
        return Ok(name);
    };
    Err(Failure::words(format!(
        "the package cannot be named `{name}`, which {problem}; say another name with --name"
    )))
}

/// The checkout that the crates come from; `None`: the registry.
fn checkout(args: &Args) -> std::result::Result<Option<PathBuf>, Failure> {
    let is_checkout = |path: &Path| path.join("ltpc/Cargo.toml").is_file() && path.join("runtime/Cargo.toml").is_file();
    match &args.path {
        _ if args.registry => Ok(None),
        None => Ok(Path::new(BUILT_AT).parent().filter(|path| is_checkout(path)).map(Path::to_path_buf)),
        Some(path) if is_checkout(path) => Ok(Some(path.canonicalize()?)),
        Some(path) => Err(Failure::words(format!(
            "`{}` is no checkout of the compiler: it has no ltpc/Cargo.toml and runtime/Cargo.toml",
            path.display()
        ))),
    }
}

/// Where a dependency comes from, as it stands in `Cargo.toml`.
fn source(checkout: Option<&Path>, folder: &str) -> String {
    match checkout {
        None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
        Some(checkout) => {
            let path = checkout.join(folder).to_string_lossy().into_owned();
            format!("path = {}", toml::Value::String(path))
        }
    }
}

/// A package below another one's workspace has to say that it is none of its.
fn workspace(root: &Path) -> String {
    let is_below = root.ancestors().skip(1).any(|folder| folder.join("Cargo.toml").is_file());
    if is_below {
        "\n# Not a member of the workspace that the folder lies in.\n[workspace]\n".to_owned()
    } else {
        String::new()
    }
}
