//! What the last build saw and wrote, so that the next one can tell that nothing changed without compiling anything.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

/// The facts of one finished build.
#[derive(Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Stamp {
    /// What compiled: the version, the running program and the options.
    compiler: u64,
    /// Every file that was read, with its contents' hash.
    pub inputs: Vec<(PathBuf, u64)>,
    /// Every file that was written, with its contents' hash.
    outputs: Vec<(PathBuf, u64)>,
    /// See [`super::Emitted::unmet`].
    pub unmet: Vec<(String, String)>,
}

impl Stamp {
    /// The stamp of a build that just ended. `None` if a file cannot be read back: then the next build compiles again.
    pub fn new(compiler: u64, inputs: &[PathBuf], outputs: &[PathBuf], unmet: &[(String, String)]) -> Option<Self> {
        let hashed = |paths: &[PathBuf]| {
            paths
                .iter()
                .map(|path| Some((path.clone(), hash_file(path)?)))
                .collect::<Option<Vec<_>>>()
        };
        Some(Self {
            compiler,
            inputs: hashed(inputs)?,
            outputs: hashed(outputs)?,
            unmet: unmet.to_vec(),
        })
    }

    /// The stamp at a path, if it is there and everything that it names is still as it was.
    pub fn if_fresh(path: &Path, compiler: u64) -> Option<Self> {
        let stamp: Self = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let unchanged = |(path, hash): &(PathBuf, u64)| hash_file(path) == Some(*hash);
        (stamp.compiler == compiler && stamp.inputs.iter().all(unchanged) && stamp.outputs.iter().all(unchanged)).then_some(stamp)
    }

    /// Keeps it for the next build. Failing only costs that build its short cut.
    pub fn save(&self, path: &Path) {
        if let Ok(text) = serde_json::to_string(self) {
            let _ = super::write::write_atomically(path, &text);
        }
    }
}

/// A number that changes with the compiler and the options. The running program counts too: in a workspace that develops the
/// compiler, its version stays while what it generates does not.
pub fn compiler(options: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    env!("CARGO_PKG_VERSION").hash(&mut hasher);
    options.hash(&mut hasher);
    if let Ok(program) = std::env::current_exe()
        && let Ok(facts) = fs::metadata(program)
    {
        facts.len().hash(&mut hasher);
        facts.modified().ok().hash(&mut hasher);
    }
    hasher.finish()
}

fn hash_file(path: &Path) -> Option<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(path).ok()?.hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_makes_it_stale() {
        let directory = std::env::temp_dir().join(format!("ltpc-stamp-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        let (input, output, path) = (directory.join("in"), directory.join("out"), directory.join("stamp"));
        fs::write(&input, "schema").unwrap();
        fs::write(&output, "code").unwrap();
        let stamp = Stamp::new(1, std::slice::from_ref(&input), std::slice::from_ref(&output), &[]).unwrap();
        stamp.save(&path);
        assert_eq!(Stamp::if_fresh(&path, 1), Some(stamp));
        assert_eq!(Stamp::if_fresh(&path, 2), None);
        fs::write(&output, "edited").unwrap();
        assert_eq!(Stamp::if_fresh(&path, 1), None);
        fs::write(&output, "code").unwrap();
        assert!(Stamp::if_fresh(&path, 1).is_some());
        fs::remove_file(&input).unwrap();
        assert_eq!(Stamp::if_fresh(&path, 1), None);
        fs::remove_dir_all(directory).unwrap();
    }
}
