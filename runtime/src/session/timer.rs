use alloc::collections::VecDeque;

/// One deadline, in [`Now::ticks`](super::Now::ticks). Arming it again replaces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Timer {
    due: Option<u64>,
}

impl Timer {
    /// A timer that is not armed.
    #[must_use]
    pub const fn new() -> Self {
        Self { due: None }
    }

    /// Makes it due at a time.
    pub const fn arm(&mut self, at: u64) {
        self.due = Some(at);
    }

    /// Makes it never due.
    pub const fn disarm(&mut self) {
        self.due = None;
    }

    /// When it is due, if it is armed.
    #[must_use]
    pub const fn deadline(&self) -> Option<u64> {
        self.due
    }

    /// Whether it is due; if so it is no longer armed.
    pub fn take_due(&mut self, now: u64) -> bool {
        let is_due = self.due.is_some_and(|due| due <= now);
        if is_due {
            self.due = None;
        }
        is_due
    }
}

/// Deadlines that are met in the order in which they were set: one for each request that waits for its answer.
///
/// At most `capacity` of them are kept. Arming a full queue makes the oldest due at once, for a peer that owes that many
/// answers is late whatever its deadline says: its deadline becomes the time of that arming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimerQueue {
    /// How many are due at once, because newer ones took their places. They are older than all in `deadlines`.
    overdue: u64,
    /// Since when they are due.
    overdue_since: u64,
    /// Oldest first; never more than `capacity`.
    deadlines: VecDeque<u64>,
    capacity: usize,
}

impl TimerQueue {
    /// An empty queue of at most `capacity` deadlines; a capacity of 0 counts as 1.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self {
            overdue: 0,
            overdue_since: 0,
            deadlines: VecDeque::new(),
            capacity: if capacity == 0 { 1 } else { capacity },
        }
    }

    /// Adds a deadline; `now` is the present time.
    pub fn arm(&mut self, now: u64, at: u64) {
        if self.deadlines.len() >= self.capacity {
            self.deadlines.pop_front();
            if self.overdue == 0 {
                self.overdue_since = now;
            }
            self.overdue += 1;
        }
        self.deadlines.push_back(at);
    }

    /// Removes the oldest deadline; whether there was one.
    pub fn disarm(&mut self) -> bool {
        if self.overdue > 0 {
            self.overdue -= 1;
            return true;
        }
        self.deadlines.pop_front().is_some()
    }

    /// Removes all deadlines.
    pub fn clear(&mut self) {
        self.overdue = 0;
        self.deadlines.clear();
    }

    /// The oldest deadline, even if a newer one is earlier.
    #[must_use]
    pub fn deadline(&self) -> Option<u64> {
        if self.overdue > 0 {
            Some(self.overdue_since)
        } else {
            self.deadlines.front().copied()
        }
    }

    /// Whether the oldest is due; if so it is removed.
    pub fn take_due(&mut self, now: u64) -> bool {
        self.deadline().is_some_and(|due| due <= now) && self.disarm()
    }

    /// How many answers are awaited.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.overdue + self.deadlines.len() as u64
    }

    /// Whether none is awaited.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What falls due again and again: the `every` of a state.
///
/// Each due time is the one before plus the period, however late it was noticed, so that nothing drifts. Where whole periods
/// were missed (a machine that slept), it is due once for all of them and then a period from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interval {
    timer: Timer,
    period: u64,
}

impl Interval {
    /// An interval that does not run.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            timer: Timer::new(),
            period: 0,
        }
    }

    /// Runs it, first due one period from now. A period of 0 counts as 1, so that time always moves on.
    pub fn start(&mut self, now: u64, period: u64) {
        self.period = period.max(1);
        self.timer.arm(now.saturating_add(self.period));
    }

    /// Makes it never due.
    pub const fn stop(&mut self) {
        self.timer.disarm();
    }

    /// When it is due next, if it runs.
    #[must_use]
    pub const fn deadline(&self) -> Option<u64> {
        self.timer.deadline()
    }

    /// Whether it is due; if so its next due time is set.
    pub fn take_due(&mut self, now: u64) -> bool {
        let Some(due) = self.timer.deadline().filter(|due| *due <= now) else {
            return false;
        };
        let next = due.saturating_add(self.period);
        self.timer.arm(if next <= now { now.saturating_add(self.period) } else { next });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    #[test]
    fn a_timer_is_due_once_and_arming_replaces() {
        let mut timer = Timer::new();
        timer.arm(10);
        timer.arm(20);
        assert!(!timer.take_due(19));
        assert_eq!(timer.deadline(), Some(20));
        assert!(timer.take_due(20));
        assert!(!timer.take_due(99));
        timer.arm(5);
        timer.disarm();
        assert_eq!(timer.deadline(), None);
    }

    #[test]
    fn an_answer_meets_the_oldest_deadline_only() {
        let mut queue = TimerQueue::new(4);
        queue.arm(0, 10);
        queue.arm(0, 20);
        assert!(queue.disarm());
        assert_eq!(queue.deadline(), Some(20));
        assert!(!queue.take_due(19));
        assert!(queue.take_due(20));
        assert!(!queue.disarm());
        assert!(queue.is_empty());
    }

    #[test]
    fn arming_a_full_queue_makes_the_oldest_due_at_once() {
        let mut queue = TimerQueue::new(2);
        for at in [10, 20, 30] {
            queue.arm(7, at);
        }
        assert_eq!(queue.deadline(), Some(7));
        assert!(!queue.take_due(6) && queue.take_due(7));
        assert_eq!(queue.deadline(), Some(20));
    }

    #[test]
    fn an_interval_does_not_drift() {
        let mut interval = Interval::new();
        interval.start(100, 10);
        assert!(!interval.take_due(109));
        assert!(interval.take_due(113));
        assert_eq!(interval.deadline(), Some(120));
    }

    #[test]
    fn an_interval_that_missed_periods_is_due_once_and_realigns() {
        let mut interval = Interval::new();
        interval.start(0, 10);
        assert!(interval.take_due(57));
        assert_eq!(interval.deadline(), Some(67));
        interval.stop();
        assert!(!interval.take_due(1_000));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Arm(u64),
        Disarm,
        TakeDue(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (1..100u64).prop_map(Step::Arm),
            Just(Step::Disarm),
            (0..100u64).prop_map(Step::TakeDue)
        ]
    }

    proptest! {
        /// The model: an unbounded list in which all but the newest `capacity` have become due at once.
        #[test]
        fn a_queue_is_a_list_of_which_only_the_newest_keep_their_deadlines(
            capacity in 1..6usize,
            steps in prop::collection::vec(step(), 0..60),
        ) {
            let mut queue = TimerQueue::new(capacity);
            let mut model: Vec<u64> = Vec::new();
            for step in steps {
                match step {
                    Step::Arm(at) => {
                        queue.arm(0, at);
                        model.push(at);
                        let older = model.len().saturating_sub(capacity);
                        model[..older].fill(0);
                    }
                    Step::Disarm => {
                        prop_assert_eq!(queue.disarm(), !model.is_empty());
                        if !model.is_empty() {
                            model.remove(0);
                        }
                    }
                    Step::TakeDue(now) => {
                        let due = model.first().is_some_and(|due| *due <= now);
                        prop_assert_eq!(queue.take_due(now), due);
                        if due {
                            model.remove(0);
                        }
                    }
                }
                prop_assert_eq!(queue.deadline(), model.first().copied());
                prop_assert_eq!(queue.len(), model.len() as u64);
                prop_assert!(queue.deadlines.len() <= capacity);
            }
        }
    }
}
