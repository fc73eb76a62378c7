//! Work that is routed to elements of groups: what a unit of it is, and who does what when.
//!
//! Nothing here does anything by itself: a [`Scheduler`] is told what happens and when, and says what is to be done. Which messages carry
//! work, and with which codes it is refused, is a [`Table`] that the compiler writes.

use alloc::{borrow::Cow, string::String, vec::Vec};

mod element;
mod handler;
mod remembered;
mod scheduler;
mod table;
mod unit;

pub use element::{Element, Task, refused};
pub use handler::{Flow, Handler, Running, Said, Submit, submit};
pub use remembered::Remembered;
pub use scheduler::{Counts, Do, Limits, PlaceId, Scheduler};
pub use table::Members;
#[doc(hidden)]
pub use table::taken;
pub use unit::{Beat, Failure, Outcome, Unit};

/// How a group's work is routed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Route {
    /// One at a time for each submitter, in the order in which it was submitted.
    Ordered,
    /// As many at once as there is room for.
    Parallel,
    /// As `Parallel`, and before other groups.
    Urgent,
    /// As `Parallel`: between nodes.
    Network,
    /// As `Parallel`: of nodes.
    Admin,
    /// As `Parallel`: of what nodes hold.
    Memory,
}

impl Route {
    /// The route of a name in a schema.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "ordered" => Self::Ordered,
            "parallel" => Self::Parallel,
            "urgent" => Self::Urgent,
            "network" => Self::Network,
            "admin" => Self::Admin,
            "memory" => Self::Memory,
            _ => return None,
        })
    }
}

/// Everything that a schema says of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The groups.
    pub groups: Cow<'static, [Group]>,
    /// Whether elements that are not declared can be asked for.
    pub open: bool,
    /// What is answered where nothing is done.
    pub codes: Codes,
    /// Where messages say what.
    pub members: Members,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is on the wire.
    pub code: Cow<'static, str>,
    /// What it is called.
    pub title: Cow<'static, str>,
    /// How its work is routed.
    pub route: Route,
    /// What belongs to it.
    pub elements: Cow<'static, [Name]>,
}

/// An element's name with its other names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What it is on the wire.
    pub name: Cow<'static, str>,
    /// Other texts for the same.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
    /// Whether it is never begun anew where it is not known what became of it.
    pub once: bool,
}

/// What is answered where work is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Codes {
    /// Nothing handles the element.
    pub unhandled: Cow<'static, str>,
    /// What was submitted is not what it must be.
    pub invalid: Cow<'static, str>,
    /// No peer handles the element.
    pub unrouted: Cow<'static, str>,
    /// As much waits as may.
    pub overloaded: Cow<'static, str>,
    /// What it depends on was not done.
    pub blocked: Cow<'static, str>,
    /// The handler failed.
    pub failed: Cow<'static, str>,
    /// It took too long.
    pub late: Cow<'static, str>,
}

impl Table {
    /// The group of a code.
    #[must_use]
    pub fn group(&self, code: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.code == code)
    }

    /// What an element is known by, whichever of its names is used: `group:element`. None where no such element can be asked for.
    #[must_use]
    pub fn kind(&self, group: &str, element: &str) -> Option<String> {
        let of = self.group(group)?;
        let is = |known: &&Name| known.name == element || known.aliases.iter().any(|alias| alias == element);
        let name = match of.elements.iter().find(is) {
            Some(known) => &known.name,
            None if self.open => element,
            None => return None,
        };
        let mut kind = String::with_capacity(of.code.len() + name.len() + 1);
        kind.push_str(&of.code);
        kind.push(':');
        kind.push_str(name);
        Some(kind)
    }

    /// [`Self::kind`] of what stands in one text, `group:element`.
    #[must_use]
    pub fn kind_of(&self, text: &str) -> Option<String> {
        let (group, element) = text.split_once(':')?;
        self.kind(group, element)
    }

    /// Whether what a kind's element does is never begun anew where it is not known what became of it. Of what is not declared it may be.
    #[must_use]
    pub fn is_once(&self, kind: &str) -> bool {
        let Some((group, element)) = kind.split_once(':') else {
            return false;
        };
        let elements = self.group(group).map(|group| &group.elements);
        elements.is_some_and(|elements| elements.iter().any(|known| known.once && known.name == element))
    }

    /// All elements that are declared, as [`Self::kind`] says them.
    #[must_use]
    pub fn kinds(&self) -> Vec<String> {
        let elements = self
            .groups
            .iter()
            .flat_map(|group| group.elements.iter().map(move |element| (&group.code, &element.name)));
        elements.filter_map(|(group, element)| self.kind(group, element)).collect()
    }
}
