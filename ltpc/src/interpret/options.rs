//! What an application chooses, checked against what the role declares.

use std::fmt;

use ltp_runtime::{
    codec::{self, Value, Violation},
    policy::Memory,
    session::{Entropy, Now},
};
use serde_json::{Map, Value as Json};

use super::{
    Program, clock,
    eval::{Came, Scope, Variables, number},
};
use crate::model::{Type, TypeKind, Var};

/// The options of a role, each with a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    values: Vec<Value>,
}

/// Options that do not conform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionError {
    /// All that is wrong, in the order of the declarations; never empty.
    pub problems: Vec<OptionProblem>,
}

/// What is wrong with one option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionProblem {
    /// Where: a JSON pointer into the object of options.
    pub pointer: String,
    /// What the schema allows, in words.
    pub expected: String,
    /// What stood there.
    pub actual: String,
}

impl Options {
    /// Reads an object of options by name. Durations are text as a schema writes them (`"45 s"`) or numbers of milliseconds; all else
    /// is as on the wire. What is left out has its declared value.
    ///
    /// # Errors
    /// All options that are unknown, missing, or not of their types.
    pub fn read(program: &Program, given: &Map<String, Json>) -> Result<Self, OptionError> {
        let declared = &program.role().options;
        let mut problems = Vec::new();
        let mut values = Vec::with_capacity(declared.len());
        for var in declared {
            let value = match given.get(&var.name) {
                Some(json) => value(program, var, json, &mut problems),
                None => left_out(program, var, &values, &mut problems),
            };
            values.push(value);
        }
        for name in given.keys().filter(|name| !declared.iter().any(|var| var.name == **name)) {
            let known: Vec<_> = declared.iter().map(|var| var.name.as_str()).collect();
            problems.push(OptionProblem::at(
                name,
                format!("one of {}", known.join(", ")),
                format!("the unknown option `{name}`"),
            ));
        }
        if problems.is_empty() {
            Ok(Self { values })
        } else {
            Err(OptionError { problems })
        }
    }

    /// Reads options from a command line's `name=value`: the value as JSON if that is of the option's type, else as text.
    ///
    /// # Errors
    /// As [`Options::read`]; also a pair without `=`.
    pub fn from_pairs<'p>(program: &Program, pairs: impl IntoIterator<Item = &'p str>) -> Result<Self, OptionError> {
        let mut given = Map::new();
        for pair in pairs {
            let Some((name, text)) = pair.split_once('=') else {
                let problem = OptionProblem::at(pair, "name=value".to_owned(), pair.to_owned());
                return Err(OptionError { problems: vec![problem] });
            };
            let var = program.role().options.iter().find(|var| var.name == name);
            let as_json = serde_json::from_str(text).ok().filter(|json| {
                let mut problems = Vec::new();
                var.is_none_or(|var| {
                    value(program, var, json, &mut problems);
                    problems.is_empty() || matches!(json, Json::Object(_) | Json::Array(_))
                })
            });
            given.insert(name.to_owned(), as_json.unwrap_or_else(|| Json::String(text.to_owned())));
        }
        Self::read(program, &given)
    }

    pub(super) fn into_values(self) -> Vec<Value> {
        self.values
    }
}

fn value(program: &Program, var: &Var, json: &Json, problems: &mut Vec<OptionProblem>) -> Value {
    match (&var.ty.kind, json) {
        (_, Json::Null) if var.ty.nullable => Value::Null,
        (TypeKind::Duration, Json::Number(milliseconds)) if milliseconds.is_u64() => Value::Number(milliseconds.to_string()),
        (TypeKind::Duration, json) => match json.as_str().and_then(clock::duration) {
            Some(milliseconds) => number::number(milliseconds),
            None => {
                problems.push(OptionProblem::at(&var.name, DURATION.to_owned(), json.to_string()));
                Value::Null
            }
        },
        _ => {
            let text = json.to_string();
            let Some(ty) = program.tables().type_id(&var.ty) else {
                return Value::Null;
            };
            codec::decode_value(program.schema(), ty, text.as_bytes()).unwrap_or_else(|violations| {
                problems.extend(violations.into_iter().map(|violation| OptionProblem::within(&var.name, violation)));
                Value::Null
            })
        }
    }
}

/// The value of an option of which nothing is said. It may name options before it.
fn left_out(program: &Program, var: &Var, before: &[Value], problems: &mut Vec<OptionProblem>) -> Value {
    match &var.init {
        Some(init) => {
            let variables = Variables {
                options: before.to_vec(),
                ..Variables::default()
            };
            let (came, now, entropy, policy) = (&Came::Nothing, Now::default(), &mut Unneeded, &mut Memory::default());
            Scope {
                model: program.model(),
                program: Some(program),
                variables: &variables,
                came,
                now,
                entropy,
                peer: "",
                policy,
            }
            .eval(init)
        }
        None => {
            if !var.ty.nullable {
                problems.push(OptionProblem::at(&var.name, words(&var.ty).to_owned(), "nothing".to_owned()));
            }
            Value::Null
        }
    }
}

/// Options are chosen before anything happens: their values are drawn from nothing.
struct Unneeded;

impl Entropy for Unneeded {
    fn next_u32(&mut self) -> u32 {
        0
    }
}

const DURATION: &str = "a duration such as \"45 s\", or milliseconds";

fn words(ty: &Type) -> &'static str {
    match ty.kind {
        TypeKind::Bool => "true or false",
        TypeKind::Int(_) | TypeKind::Uint(_) => "an integer",
        TypeKind::Float(_) => "a number",
        TypeKind::List { .. } => "a list",
        TypeKind::Duration => DURATION,
        TypeKind::Json => "a value",
        TypeKind::Object | TypeKind::Map { .. } | TypeKind::Record(_) | TypeKind::Union(_) => "an object",
        _ => "a text",
    }
}

impl OptionProblem {
    fn at(name: &str, expected: String, actual: String) -> Self {
        Self {
            pointer: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            expected,
            actual,
        }
    }

    fn within(name: &str, violation: Violation) -> Self {
        let mut problem = Self::at(name, violation.expected.into_owned(), violation.actual);
        problem.pointer += &violation.pointer;
        problem
    }
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, OptionProblem { pointer, expected, actual }) in self.problems.iter().enumerate() {
            let line_end = if index > 0 { "\n" } else { "" };
            write!(f, "{line_end}{pointer}: expected {expected}, got {actual}")?;
        }
        Ok(())
    }
}

impl std::error::Error for OptionError {}
