//! Which agents an endpoint knows: `--registry`.

use std::path::{Path, PathBuf};

use ltp_runtime::policy::Registry;
use ltpc::{interpret::registry, model::Model};

use super::output::Failure;

/// The agents that are known.
#[derive(Debug, clap::Args)]
pub struct Agents {
    /// The agents that are known, as JSON or TOML: each by its name, with its tier and the key that it shows
    #[arg(long, value_name = "FILE")]
    registry: Option<PathBuf>,
}

impl Agents {
    /// The registry for a schema's tiers; without a file nobody is known.
    pub fn load(&self, model: &Model) -> Result<Registry, Failure> {
        let Some(path) = &self.registry else {
            return Ok(Registry::default());
        };
        let name = path.display();
        if model.tiers.is_empty() {
            return Err(Failure::words(format!(
                "{name}: the schema declares no tiers that agents could be of: leave out --registry"
            )));
        }
        let text = std::fs::read_to_string(path).map_err(|error| Failure::words(format!("{name}: {error}")))?;
        read(model, path, &text).map_err(|error| Failure::words(format!("{name}: {error}")))
    }
}

/// What a file says: JSON if it is called so, else TOML. What is wrong is said with its place.
fn read(model: &Model, path: &Path, text: &str) -> Result<Registry, String> {
    if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json")) {
        let mut from = serde_json::Deserializer::from_str(text);
        let registry = registry::read(model, &mut from).map_err(|error| error.to_string())?;
        from.end().map_err(|error| error.to_string())?;
        return Ok(registry);
    }
    let from = toml::Deserializer::parse(text).map_err(|error| error.to_string())?;
    registry::read(model, from).map_err(|error| error.to_string().trim_end().to_owned())
}
