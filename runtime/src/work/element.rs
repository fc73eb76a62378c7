use alloc::{format, string::String, vec::Vec};

use super::Failure;
use crate::codec::Violation;

/// An element whose input and output have types. The compiler implements it.
pub trait Element {
    /// The group's code.
    const GROUP: &'static str;
    /// The element's name.
    const NAME: &'static str;
    /// The code with which a value of the wrong type is refused.
    const REFUSED: &'static str;
    /// What it takes.
    type Input: Send + 'static;
    /// What it gives.
    type Output: Send + 'static;

    /// Reads what it takes.
    ///
    /// # Errors
    /// All that is wrong with the text.
    fn read_input(json: &str) -> Result<Self::Input, Vec<Violation>>;

    /// Writes what it takes.
    ///
    /// # Errors
    /// All for which a receiver would refuse it.
    fn write_input(input: &Self::Input) -> Result<String, Vec<Violation>>;

    /// Reads what it gives.
    ///
    /// # Errors
    /// All that is wrong with the text.
    fn read_output(json: &str) -> Result<Self::Output, Vec<Violation>>;

    /// Writes what it gives.
    ///
    /// # Errors
    /// All for which a receiver would refuse it.
    fn write_output(output: &Self::Output) -> Result<String, Vec<Violation>>;
}

/// What a handler is given beside its input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The unit's id.
    pub id: String,
    /// The element, as `group:element`.
    pub kind: String,
    /// How urgent it is.
    pub priority: u64,
}

/// A value of the wrong type, with all that is wrong with it.
#[must_use]
pub fn refused(code: &'static str, violations: &[Violation]) -> Failure {
    let mut message = String::from("the value does not conform");
    for violation in violations {
        message.push_str(&format!("; {violation}"));
    }
    Failure::new(code, message)
}
