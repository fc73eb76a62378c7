//! Back ends: from the model to texts. None of them touches a disk.

pub mod rust;
#[cfg(feature = "build")]
pub mod template;

use std::collections::BTreeMap;

/// What a back end produces: texts by path, relative to the output directory, with `/` between folders.
pub type Files = BTreeMap<String, String>;
