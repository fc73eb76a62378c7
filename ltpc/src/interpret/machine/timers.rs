//! What runs by time: `every` and `after` of the state, its timers, and the role's retries.

use ltp_runtime::session::{Backoff, BackoffPlan, Entropy, Interval, Timer, TimerQueue};

use super::{Step, What};
use crate::model::{Role, State, StateKind, Trigger};

/// All clocks of a machine.
#[derive(Debug, Default)]
pub(super) struct Timers {
    /// One for each of the state's transitions.
    of_transitions: Vec<Option<Clock>>,
    /// One for each of the state's timers.
    of_state: Vec<Armed>,
    /// One for each of the role's retries.
    retries: Vec<(Backoff, Timer)>,
    /// Whether a state was entered whose `enter` was not looked for yet.
    pub entered: bool,
}

/// What runs from a state's entry.
#[derive(Debug)]
enum Clock {
    Every(Interval),
    After(Timer),
}

/// What transitions arm.
#[derive(Debug)]
enum Armed {
    One(Timer),
    Queue(TimerQueue),
}

/// Whose deadline it is; in the order in which those of one tick are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Whose {
    Transition(usize),
    Timer(usize),
    Retry(usize),
}

impl Timers {
    pub fn new(role: &Role) -> Self {
        let retries = role.retries.iter().map(|retry| {
            let plan = BackoffPlan {
                first: retry.first,
                cap: retry.cap,
                factor: retry.factor,
                jitter_percent: retry.jitter,
                tries: Some(retry.tries),
            };
            (Backoff::new(plan), Timer::new())
        });
        Self {
            retries: retries.collect(),
            ..Self::default()
        }
    }

    /// Ends all timers of the state that is left; those of the one that is entered are not armed. At an end retries end too.
    pub fn leave(&mut self, next: &State) {
        self.of_transitions = next.transitions.iter().map(|_| None).collect();
        let armed = next.timers.iter().map(|timer| match timer.queue {
            Some(most) => Armed::Queue(TimerQueue::new(most as usize)),
            None => Armed::One(Timer::new()),
        });
        self.of_state = armed.collect();
        if next.kind == StateKind::End {
            self.clear_retries();
        }
    }

    /// The earliest deadline, and whose it is.
    pub fn earliest(&self) -> Option<(u64, Whose)> {
        let of_transitions = self.of_transitions.iter().enumerate().filter_map(|(index, clock)| {
            let at = match clock.as_ref()? {
                Clock::Every(interval) => interval.deadline(),
                Clock::After(timer) => timer.deadline(),
            };
            Some((at?, Whose::Transition(index)))
        });
        let of_state = self.of_state.iter().enumerate().filter_map(|(index, armed)| {
            let at = match armed {
                Armed::One(timer) => timer.deadline(),
                Armed::Queue(queue) => queue.deadline(),
            };
            Some((at?, Whose::Timer(index)))
        });
        let retries = self
            .retries
            .iter()
            .enumerate()
            .filter_map(|(index, (_, timer))| Some((timer.deadline()?, Whose::Retry(index))));
        of_transitions.chain(of_state).chain(retries).min()
    }

    /// Takes the earliest deadline that is due away.
    fn take_due(&mut self, now: u64) -> Option<Whose> {
        let (_, whose) = self.earliest().filter(|(at, _)| *at <= now)?;
        _ = match whose {
            Whose::Transition(index) => match self.of_transitions.get_mut(index)?.as_mut()? {
                Clock::Every(interval) => interval.take_due(now),
                Clock::After(timer) => timer.take_due(now),
            },
            Whose::Timer(index) => match self.of_state.get_mut(index)? {
                Armed::One(timer) => timer.take_due(now),
                Armed::Queue(queue) => queue.take_due(now),
            },
            Whose::Retry(index) => self.retries.get_mut(index)?.1.take_due(now),
        };
        Some(whose)
    }

    fn clear_retries(&mut self) {
        for (_, timer) in &mut self.retries {
            timer.disarm();
        }
    }
}

impl Step<'_, '_> {
    /// All that is due now, one transition each.
    pub(super) fn due(&mut self) {
        let now = self.context.now.ticks;
        loop {
            // Of equal deadlines, those of requests come last.
            let waiting = self.machine.pendings.iter().enumerate();
            let waiting = waiting.filter_map(|(index, pending)| Some((pending.deadline().filter(|at| *at <= now)?, index)));
            let first = waiting.min();
            let earlier = |at| self.machine.timers.earliest().is_none_or(|(timer, _)| at < timer);
            if let Some((at, index)) = first
                && earlier(at)
            {
                self.overdue(index);
                continue;
            }
            let Some(whose) = self.machine.timers.take_due(now) else { break };
            match whose {
                Whose::Transition(index) => self.clocked(index),
                Whose::Timer(index) => _ = self.transition(&What::Timeout(index)),
                Whose::Retry(index) => _ = self.transition(&What::Due(index)),
            }
        }
    }

    fn clocked(&mut self, index: usize) {
        let guard = self.state().transitions[index].guard.as_ref();
        if guard.is_none_or(|guard| self.scope().holds(guard)) {
            self.take(index);
            self.settle();
        }
    }

    /// Arms what runs from a state's entry.
    pub(super) fn arm_entered(&mut self, state: &State) {
        let now = self.context.now.ticks;
        for (index, transition) in state.transitions.iter().enumerate() {
            let clock = match &transition.trigger {
                Trigger::Every(period) => {
                    let mut interval = Interval::new();
                    interval.start(now, self.scope().milliseconds(period));
                    Clock::Every(interval)
                }
                Trigger::After(duration) => {
                    let mut timer = Timer::new();
                    timer.arm(now.saturating_add(self.scope().milliseconds(duration).max(1)));
                    Clock::After(timer)
                }
                _ => continue,
            };
            self.machine.timers.of_transitions[index] = Some(clock);
        }
    }

    /// Arms a timer of the state.
    pub(super) fn arm(&mut self, index: usize) {
        let duration = &self.state().timers[index].duration;
        let now = self.context.now.ticks;
        let at = now.saturating_add(self.scope().milliseconds(duration).max(1));
        match self.machine.timers.of_state.get_mut(index) {
            Some(Armed::One(timer)) => timer.arm(at),
            Some(Armed::Queue(queue)) => queue.arm(now, at),
            None => {}
        }
    }

    /// Disarms a timer of the state; of a queue, takes the oldest deadline away.
    pub(super) fn disarm(&mut self, index: usize) {
        match self.machine.timers.of_state.get_mut(index) {
            Some(Armed::One(timer)) => timer.disarm(),
            Some(Armed::Queue(queue)) => _ = queue.disarm(),
            None => {}
        }
    }

    /// Gives a retry its tries back.
    pub(super) fn reset(&mut self, index: usize) {
        if let Some((backoff, timer)) = self.machine.timers.retries.get_mut(index) {
            backoff.reset();
            timer.disarm();
        }
    }

    /// Arms a retry, and no other, if it has tries left; whether it has.
    pub(super) fn retry(&mut self, index: usize) -> bool {
        self.machine.timers.clear_retries();
        let Some((backoff, timer)) = self.machine.timers.retries.get_mut(index) else {
            return false;
        };
        let entropy: &mut dyn Entropy = self.context.entropy;
        let Some(pause) = backoff.next(entropy) else { return false };
        timer.arm(self.context.now.ticks.saturating_add(pause));
        true
    }
}
