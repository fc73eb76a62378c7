//! Members of any name, in the order in which they came.

use alloc::{borrow::Cow, vec::Vec};

/// Members of any name and one type. The order is kept, so that what was received is written back as it came; a look-up is a
/// linear search. What is inserted replaces a member of the same name; what is collected is not compared, and a name that stands
/// twice is found when the message is validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<'a, T>(Vec<(Cow<'a, str>, T)>);

impl<'a, T> Map<'a, T> {
    /// No members.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Sets a member: in its place if it is there, else behind the others. Gives back what it was.
    pub fn insert(&mut self, name: impl Into<Cow<'a, str>>, value: T) -> Option<T> {
        let name = name.into();
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => Some(core::mem::replace(old, value)),
            None => {
                self.push(name, value);
                None
            }
        }
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<T> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(place).1)
    }

    /// The members, in order.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// The same with names of its own, and values that `own` makes.
    #[must_use]
    pub fn into_owned<U>(self, own: impl Fn(T) -> U) -> Map<'static, U> {
        // Mostly there are none.
        if self.is_empty() {
            return Map::new();
        }
        Map(self
            .0
            .into_iter()
            .map(|(name, value)| (Cow::Owned(name.into_owned()), own(value)))
            .collect())
    }

    /// Adds a member whose name is known not to stand there yet.
    #[inline]
    pub(crate) fn push(&mut self, name: Cow<'a, str>, value: T) {
        self.0.push((name, value));
    }
}

impl<T> Default for Map<'_, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, N: Into<Cow<'a, str>>, T> FromIterator<(N, T)> for Map<'a, T> {
    fn from_iter<I: IntoIterator<Item = (N, T)>>(members: I) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
    }
}

impl<'a, T> IntoIterator for Map<'a, T> {
    type Item = (Cow<'a, str>, T);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn the_order_is_kept() {
        let mut map: Map<'_, u8> = [("b", 1), ("a", 2)].into_iter().collect();
        assert_eq!(map.insert("c", 3), None);
        assert_eq!(map.insert("b", 4), Some(1));
        assert_eq!(map.iter().collect::<Vec<_>>(), vec![("b", &4), ("a", &2), ("c", &3)]);
        assert_eq!(map.remove("a"), Some(2));
        assert_eq!(map.get("a"), None);
        assert_eq!(map.len(), 2);
    }
}
