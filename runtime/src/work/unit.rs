use alloc::{borrow::Cow, string::String, vec::Vec};

/// A unit of work, as it is submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Which it is.
    pub id: String,
    /// The group's code.
    pub group: String,
    /// The element, by any of its names.
    pub element: String,
    /// What the element takes: JSON text.
    pub input: String,
    /// The greater the sooner.
    pub priority: u64,
    /// How long it may take from when it is submitted, in milliseconds.
    pub timeout: Option<u64>,
    /// What must have been done before: ids.
    pub after: Vec<String>,
    /// What else a request says: members by their names on the wire, and their JSON.
    pub more: Vec<(String, String)>,
}

impl Unit {
    /// A unit of which only the necessary is said.
    #[must_use]
    pub fn new(id: impl Into<String>, group: impl Into<String>, element: impl Into<String>, input: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            group: group.into(),
            element: element.into(),
            input: input.into(),
            priority: 0,
            timeout: None,
            after: Vec::new(),
            more: Vec::new(),
        }
    }

    /// The octets that it holds.
    #[must_use]
    pub fn size(&self) -> usize {
        let after: usize = self.after.iter().map(String::len).sum();
        let more: usize = self.more.iter().map(|(name, json)| name.len() + json.len()).sum();
        more + self.id.len() + self.group.len() + self.element.len() + self.input.len() + after
    }
}

/// What became of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Which.
    pub id: String,
    /// What the element gave, JSON text; or why nothing was done.
    pub result: Result<String, Failure>,
    /// How long it was worked on, in milliseconds.
    pub took: u64,
}

/// Why a unit was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// A code of the schema.
    pub code: Cow<'static, str>,
    /// In words.
    pub message: String,
}

impl Failure {
    /// A failure with a code and words.
    #[must_use]
    pub fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
        }
    }
}

impl core::fmt::Display for Failure {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl core::error::Error for Failure {}

/// What a peer says of itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Beat {
    /// What it handles, as `group:element`; none: nothing is said.
    pub handlers: Option<Vec<String>>,
    /// How busy it is, from 0 to 1.
    pub load: Option<f64>,
}
