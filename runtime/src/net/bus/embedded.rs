use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::timeout,
};

use super::{Answer, Bus, BusError, Delivered, Reply, Subscription, ready};
use crate::subject::{is_pattern, is_subject, matches};

/// A bus within the process. Clones are the same bus.
///
/// Each subscriber has a queue of [`Subscription::MOST`] messages; what finds it full is missed by that subscriber, and said in the
/// log. Publishing never waits.
#[derive(Debug, Clone, Default)]
pub struct Embedded {
    subscribers: Arc<Mutex<Vec<Subscriber>>>,
}

#[derive(Debug)]
struct Subscriber {
    pattern: String,
    queue: mpsc::Sender<Delivered>,
}

impl Embedded {
    /// A bus to which nobody listens.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Hands a message to all who listen; how many there are.
    fn deliver(&self, subject: &str, message: &Bytes, answers: Option<&mpsc::Sender<Bytes>>) -> usize {
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| !subscriber.queue.is_closed());
        let mut count = 0;
        for subscriber in subscribers.iter().filter(|subscriber| matches(&subscriber.pattern, subject)) {
            let delivered = Delivered {
                subject: subject.to_owned(),
                message: message.clone(),
                reply: answers.cloned().map(reply_to),
            };
            match subscriber.queue.try_send(delivered) {
                Ok(()) => count += 1,
                Err(TrySendError::Full(_)) => tracing::warn!(subject, pattern = subscriber.pattern, "a subscriber is too slow: missed"),
                Err(TrySendError::Closed(_)) => {}
            }
        }
        count
    }
}

impl Bus for Embedded {
    fn publish<'b>(&'b self, subject: &'b str, message: Bytes) -> Answer<'b, ()> {
        ready(checked(subject).map(|()| {
            self.deliver(subject, &message, None);
        }))
    }

    fn request<'b>(&'b self, subject: &'b str, message: Bytes, within: Duration) -> Answer<'b, Bytes> {
        Box::pin(async move {
            checked(subject)?;
            let (sender, mut answers) = mpsc::channel(1);
            if self.deliver(subject, &message, Some(&sender)) == 0 {
                return Err(BusError::NobodyListens);
            }
            // Once all who were asked have dropped their ways to answer, no answer will come.
            drop(sender);
            let answer = timeout(within, answers.recv()).await;
            answer.ok().flatten().ok_or(BusError::NoAnswer { within })
        })
    }

    fn subscribe<'b>(&'b self, pattern: &'b str) -> Answer<'b, Subscription> {
        if !is_pattern(pattern) {
            return ready(Err(BusError::Subject { text: pattern.into() }));
        }
        let (queue, mut waiting) = mpsc::channel(Subscription::MOST);
        let subscriber = Subscriber {
            pattern: pattern.into(),
            queue,
        };
        self.subscribers.lock().unwrap_or_else(PoisonError::into_inner).push(subscriber);
        ready(Ok(Subscription::new(move |context| waiting.poll_recv(context))))
    }
}

fn checked(subject: &str) -> Result<(), BusError> {
    match is_subject(subject) {
        true => Ok(()),
        false => Err(BusError::Subject { text: subject.into() }),
    }
}

fn reply_to(answers: mpsc::Sender<Bytes>) -> Reply {
    Reply {
        send: Box::new(move |message| {
            // The first answer took the only place; who asked may be gone.
            let _ = answers.try_send(message);
            Box::pin(std::future::ready(()))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WITHIN: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn a_message_goes_to_all_who_listen() {
        let bus = Embedded::new();
        let mut all = bus.subscribe("a.>").await.unwrap();
        let mut one = bus.subscribe("a.b").await.unwrap();
        bus.publish("a.c", "1".into()).await.unwrap();
        bus.publish("a.b", "2".into()).await.unwrap();
        assert_eq!(all.next().await.unwrap().message, "1");
        assert_eq!(all.next().await.unwrap().subject, "a.b");
        assert_eq!(one.next().await.unwrap().message, "2");
        let wrong = BusError::Subject { text: "a.*".into() };
        assert_eq!(bus.publish("a.*", Bytes::new()).await.unwrap_err(), wrong);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_has_one_answer_or_an_error_in_time() {
        let bus = Embedded::new();
        assert_eq!(bus.request("q", "?".into(), WITHIN).await.unwrap_err(), BusError::NobodyListens);
        let mut silent = bus.subscribe("q").await.unwrap();
        let late = bus.request("q", "?".into(), WITHIN).await;
        assert_eq!(late.unwrap_err(), BusError::NoAnswer { within: WITHIN });
        let mut speaker = bus.subscribe("q").await.unwrap();
        let answering = async {
            let asked = speaker.next().await.unwrap();
            asked.reply.unwrap().answer("!".into()).await;
        };
        let (answer, ()) = tokio::join!(bus.request("q", "?".into(), WITHIN), answering);
        assert_eq!(answer.unwrap(), "!");
        assert!(silent.next().await.unwrap().reply.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_all_throw_away_has_no_answer_at_once() {
        let bus = Embedded::new();
        let mut careless = bus.subscribe("q").await.unwrap();
        let start = tokio::time::Instant::now();
        let (answer, _) = tokio::join!(bus.request("q", "?".into(), WITHIN), async { drop(careless.next().await) });
        assert!(answer.is_err() && start.elapsed() < WITHIN);
    }

    #[tokio::test]
    async fn a_slow_subscriber_misses_what_finds_no_room_and_nobody_waits_for_it() {
        let bus = Embedded::new();
        let mut slow = bus.subscribe("a").await.unwrap();
        for _ in 0..Subscription::MOST + 10 {
            bus.publish("a", Bytes::new()).await.unwrap();
        }
        for _ in 0..Subscription::MOST {
            slow.next().await.unwrap();
        }
        bus.publish("a", "later".into()).await.unwrap();
        assert_eq!(slow.next().await.unwrap().message, "later");
    }
}
