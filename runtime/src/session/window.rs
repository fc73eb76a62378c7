use alloc::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

/// The last few texts that were seen, to refuse one that comes again.
///
/// Holds at most `capacity` texts, each as long as the protocol's limits let a string be; the oldest makes room for the newest.
#[derive(Debug, Clone)]
pub struct Window {
    capacity: usize,
    order: VecDeque<Arc<str>>,
    known: BTreeSet<Arc<str>>,
}

impl Window {
    /// An empty window of `capacity` texts. One of 0 remembers nothing.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self {
            capacity,
            order: VecDeque::new(),
            known: BTreeSet::new(),
        }
    }

    /// Remembers a text. `false` if it is one of those remembered: then nothing changes, and it does not become newer.
    pub fn insert(&mut self, text: &str) -> bool {
        if self.known.contains(text) {
            return false;
        }
        if self.capacity == 0 {
            return true;
        }
        if self.order.len() >= self.capacity
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        let text: Arc<str> = text.into();
        self.order.push_back(Arc::clone(&text));
        self.known.insert(text);
        true
    }

    /// Forgets all texts.
    pub fn clear(&mut self) {
        self.order.clear();
        self.known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{string::String, vec::Vec};
    use proptest::prelude::*;

    #[test]
    fn a_repeat_is_refused_until_it_has_left_the_window() {
        let mut window = Window::new(2);
        assert!(window.insert("a"));
        assert!(window.insert("b"));
        assert!(!window.insert("a"));
        assert!(window.insert("c"));
        assert!(window.insert("a"));
        assert!(!window.insert("c"));
        window.clear();
        assert!(window.insert("c"));
    }

    #[test]
    fn a_window_of_nothing_refuses_nothing() {
        let mut window = Window::new(0);
        assert!(window.insert("a") && window.insert("a"));
    }

    proptest! {
        #[test]
        fn a_window_is_the_tail_of_what_was_accepted(capacity in 0..5usize, texts in prop::collection::vec("[a-h]{0,1}", 0..60)) {
            let mut window = Window::new(capacity);
            let mut accepted: Vec<String> = Vec::new();
            for text in texts {
                let tail = &accepted[accepted.len().saturating_sub(capacity)..];
                let fresh = !tail.contains(&text);
                prop_assert_eq!(window.insert(&text), fresh);
                if fresh {
                    accepted.push(text);
                }
                prop_assert!(window.order.len() <= capacity && window.known.len() == window.order.len());
            }
        }
    }
}
