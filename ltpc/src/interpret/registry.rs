//! Registries of agents, as people write them: an object of agents by name, each with its tier and its key.
//!
//! ```text
//! {"alpha": {"tier": "INTERNAL", "key": "correct horse"}, "beta": {"tier": "UNTRUSTED"}}
//! ```

use std::fmt;

use ltp_runtime::policy::{Agent, Registry};
use serde::{
    Deserialize,
    de::{Deserializer, Error, MapAccess, Visitor},
};

use crate::diagnostic::did_you_mean;
use crate::model::{Model, Tiers};

/// Reads a registry for the tiers of a model, from any format that serde reads.
///
/// # Errors
/// What is none; an agent that stands twice, whose tier no declaration has, or who needs a key for it and has none.
pub fn read<'d, D: Deserializer<'d>>(model: &Model, from: D) -> Result<Registry, D::Error> {
    from.deserialize_map(Agents(model))
}

/// One agent as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    tier: String,
    key: Option<String>,
}

struct Agents<'m>(&'m Model);

impl<'d> Visitor<'d> for Agents<'_> {
    type Value = Registry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("agents by name, each with `tier` and, where it needs one, `key`")
    }

    fn visit_map<A: MapAccess<'d>>(self, mut agents: A) -> Result<Registry, A::Error> {
        let mut registry = Registry::default();
        while let Some(name) = agents.next_key::<String>()? {
            let written: Written = agents.next_value()?;
            let wrong = |problem: String| A::Error::custom(format!("the agent `{name}`: {problem}"));
            check(self.0, &written).map_err(wrong)?;
            if registry.has(&name) {
                return Err(wrong("it stands here twice: remove one".to_owned()));
            }
            let Written { tier, key } = written;
            registry.insert(name, Agent { tier, key });
        }
        Ok(registry)
    }
}

fn check(model: &Model, agent: &Written) -> Result<(), String> {
    let tier = &agent.tier;
    let level = |tiers: &Tiers| model[tiers.of].variants.iter().position(|variant| variant.name == *tier);
    let Some((tiers, level)) = model.tiers.iter().find_map(|tiers| Some((tiers, level(tiers)?))) else {
        return Err(unknown(model, tier));
    };
    let takes_key = tiers.levels.iter().skip(level).any(|tier| tier.by_key);
    match &agent.key {
        None if takes_key => Err(format!("`{tier}` is claimed by key: give it one, `key`, or a lower tier")),
        Some(key) if key.is_empty() => Err("its key is empty, which anyone could show: give it another".to_owned()),
        _ => Ok(()),
    }
}

fn unknown(model: &Model, tier: &str) -> String {
    let variants = model.tiers.iter().flat_map(|tiers| &model[tiers.of].variants);
    let known: Vec<&str> = variants.map(|variant| variant.name.as_str()).collect();
    if known.is_empty() {
        return format!("there is no tier `{tier}`: the schema declares no tiers");
    }
    match did_you_mean(tier, known.iter().copied()) {
        Some(near) => format!("there is no tier `{tier}`: did you mean `{near}`?"),
        None => format!("there is no tier `{tier}`: there is {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn model() -> Model {
        struct Text;
        impl crate::load::Loader for Text {
            fn load(&self, _: &str) -> Result<String, String> {
                Ok("protocol demo \"1\"; tiers Rank { HIGH { claimed by key; } LOW {} }".to_owned())
            }
        }
        crate::compile("demo.ltp", &Text).model.unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: Result<usize, &str>) {
        let model = model();
        let mut from = serde_json::Deserializer::from_str(text);
        let found = read(&model, &mut from)
            .map(|registry| registry.len())
            .map_err(|error| error.to_string());
        assert_eq!(found, expected.map_err(str::to_owned), "{text}");
    }

    #[test]
    fn a_registry_is_read_and_judged_by_the_schema() {
        check("{}", Ok(0));
        check(r#"{"a": {"tier": "HIGH", "key": "k"}, "b": {"tier": "LOW"}}"#, Ok(2));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_what_to_do() {
        check(
            "{\"a\":\n{\"tier\": \"HIGT\"}}",
            Err("the agent `a`: there is no tier `HIGT`: did you mean `HIGH`? at line 2 column 17"),
        );
        check(
            r#"{"a": {"tier": "X"}}"#,
            Err("the agent `a`: there is no tier `X`: there is HIGH, LOW at line 1 column 20"),
        );
        check(
            r#"{"a": {"tier": "HIGH"}}"#,
            Err("the agent `a`: `HIGH` is claimed by key: give it one, `key`, or a lower tier at line 1 column 23"),
        );
        check(
            r#"{"a": {"tier": "LOW", "key": ""}}"#,
            Err("the agent `a`: its key is empty, which anyone could show: give it another at line 1 column 33"),
        );
        check(
            r#"{"a": {"tier": "LOW"}, "a": {"tier": "LOW"}}"#,
            Err("the agent `a`: it stands here twice: remove one at line 1 column 44"),
        );
        check(
            r#"{"a": {"tire": "LOW"}}"#,
            Err("unknown field `tire`, expected `tier` or `key` at line 1 column 13"),
        );
        check(
            "[]",
            Err("invalid type: sequence, expected agents by name, each with `tier` and, where it needs one, `key` at line 1 column 0"),
        );
    }
}
