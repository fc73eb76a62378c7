//! The report: as a table, as JSON.

use std::fmt::{self, Display};

use serde::Serialize;

/// All scenarios.
#[derive(Debug, Serialize)]
pub struct Report {
    /// In the order in which they ran.
    pub scenarios: Vec<Scenario>,
}

/// A question about the design, and what answers it.
#[derive(Debug, Serialize)]
pub struct Scenario {
    /// What it is called.
    pub name: &'static str,
    /// What was tried.
    pub checks: Vec<Check>,
}

/// Something that holds, or does not.
#[derive(Debug, Serialize)]
pub struct Check {
    /// What should hold.
    pub claim: &'static str,
    /// Whether it does.
    pub pass: bool,
    /// What was counted and measured.
    pub figures: Vec<Figure>,
}

/// A number, with what it is of.
#[derive(Debug, Serialize)]
pub struct Figure {
    /// What was counted.
    pub what: String,
    /// How much; times are in nanoseconds.
    pub value: f64,
}

impl Check {
    /// A claim, with whether it holds.
    #[must_use]
    pub const fn new(claim: &'static str, pass: bool) -> Self {
        Self {
            claim,
            pass,
            figures: Vec::new(),
        }
    }

    /// With a figure.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // no count here comes near 2^52
    pub fn with(self, what: impl Into<String>, count: usize) -> Self {
        self.measured(what, count as f64)
    }

    /// With a figure that was measured.
    #[must_use]
    pub fn measured(mut self, what: impl Into<String>, value: f64) -> Self {
        self.figures.push(Figure { what: what.into(), value });
        self
    }
}

impl Report {
    /// Whether every claim holds.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.scenarios.iter().flat_map(|scenario| &scenario.checks).all(|check| check.pass)
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for scenario in &self.scenarios {
            writeln!(f, "{}", scenario.name)?;
            for check in &scenario.checks {
                writeln!(f, "  {}  {}", if check.pass { "pass" } else { "FAIL" }, check.claim)?;
                for figure in &check.figures {
                    let digits = if figure.value.fract() == 0.0 || figure.value >= 100.0 {
                        0
                    } else {
                        2
                    };
                    writeln!(f, "        {:>14.digits$}  {}", figure.value, figure.what)?;
                }
            }
        }
        Ok(())
    }
}
