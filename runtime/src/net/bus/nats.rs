use std::{pin::Pin, time::Duration};

use async_nats::{Client, ConnectOptions, Event, Request, RequestErrorKind, Subscriber};
use bytes::Bytes;
use futures_util::Stream;
use tokio::{sync::watch, time::timeout};

use super::{Answer, Bus, BusError, Delivered, Reply, Subscription, ready};
use crate::subject::{is_pattern, is_subject};

/// A mesh of NATS servers.
///
/// The connection is made in the background, and made again whenever it is lost; subscriptions go on. While there is none, and for
/// requests whose connection is lost while they wait, everything fails at once with [`BusError::Down`]: nothing is kept to be sent
/// later, for who asked has been told that it was not.
#[derive(Debug, Clone)]
pub struct Nats {
    client: Client,
    is_connected: watch::Receiver<bool>,
}

/// How often a silent server is asked whether it is there; after two such without an answer it is not.
const PING: Duration = Duration::from_secs(5);

/// The longest pause before another try to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// How long a message may wait for the connection's task.
const HANDING_OVER: Duration = Duration::from_secs(2);

impl Nats {
    /// A connection to one of the servers at an address: `nats://host:port`, `tls://host:port`, several joined by commas, each with
    /// `user:password@` or `token@` before the host if it asks for that. Does not wait until it is there.
    ///
    /// # Errors
    /// An address that is none.
    pub async fn connect(address: &str, name: &str) -> Result<Self, BusError> {
        let (connected, is_connected) = watch::channel(false);
        let options = ConnectOptions::new()
            .name(name)
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(|tries| Duration::from_millis(50 << tries.min(6)).min(LONGEST_PAUSE))
            .connection_timeout(PING)
            .ping_interval(PING)
            .subscription_capacity(Subscription::MOST)
            .event_callback(move |event| {
                told(&event, &connected);
                std::future::ready(())
            });
        let addresses: Vec<&str> = address.split(',').collect();
        let client = options.connect(addresses).await.map_err(other)?;
        Ok(Self { client, is_connected })
    }

    /// Waits until there is a connection.
    ///
    /// # Errors
    /// If there is none in time.
    pub async fn connected(&self, within: Duration) -> Result<(), BusError> {
        let mut is_connected = self.is_connected.clone();
        let connected = timeout(within, is_connected.wait_for(|is| *is)).await;
        connected.ok().and_then(Result::ok).map(|_| ()).ok_or(BusError::Down)
    }

    fn check(&self, subject: &str) -> Result<(), BusError> {
        if !is_subject(subject) {
            return Err(BusError::Subject { text: subject.into() });
        }
        if !*self.is_connected.borrow() {
            return Err(BusError::Down);
        }
        Ok(())
    }
}

impl Bus for Nats {
    fn publish<'b>(&'b self, subject: &'b str, message: Bytes) -> Answer<'b, ()> {
        Box::pin(async move {
            self.check(subject)?;
            let published = timeout(HANDING_OVER, self.client.publish(subject.to_owned(), message)).await;
            published.map_err(|_| BusError::Down)?.map_err(other)
        })
    }

    fn request<'b>(&'b self, subject: &'b str, message: Bytes, within: Duration) -> Answer<'b, Bytes> {
        Box::pin(async move {
            let mut is_connected = self.is_connected.clone();
            self.check(subject)?;
            let request = Request::new().payload(message).timeout(Some(within));
            let asked = timeout(within, self.client.send_request(subject.to_owned(), request));
            tokio::select! {
                answer = asked => match answer {
                    Ok(Ok(answer)) => Ok(answer.payload),
                    Ok(Err(error)) => Err(match error.kind() {
                        RequestErrorKind::NoResponders => BusError::NobodyListens,
                        RequestErrorKind::TimedOut => BusError::NoAnswer { within },
                        _ => other(error),
                    }),
                    Err(_) => Err(BusError::NoAnswer { within }),
                },
                _ = is_connected.wait_for(|is| !is) => Err(BusError::Down),
            }
        })
    }

    fn subscribe<'b>(&'b self, pattern: &'b str) -> Answer<'b, Subscription> {
        if !is_pattern(pattern) {
            return ready(Err(BusError::Subject { text: pattern.into() }));
        }
        Box::pin(async move {
            let subscribed = timeout(HANDING_OVER, self.client.subscribe(pattern.to_owned())).await;
            let mut subscriber: Subscriber = subscribed.map_err(|_| BusError::Down)?.map_err(other)?;
            let client = self.client.clone();
            Ok(Subscription::new(move |context| {
                let next = Pin::new(&mut subscriber).poll_next(context);
                next.map(|message| message.map(|message| delivered(&client, message)))
            }))
        })
    }
}

fn delivered(client: &Client, message: async_nats::Message) -> Delivered {
    let reply = message.reply.map(|inbox| {
        let client = client.clone();
        Reply {
            send: Box::new(move |answer| {
                Box::pin(async move {
                    if let Err(error) = client.publish(inbox, answer).await {
                        tracing::warn!(%error, "an answer is lost");
                    }
                })
            }),
        }
    });
    Delivered {
        subject: message.subject.to_string(),
        message: message.payload,
        reply,
    }
}

/// What the client says of its connection.
fn told(event: &Event, connected: &watch::Sender<bool>) {
    match event {
        Event::Connected => {
            tracing::info!("the bus is there");
            connected.send_replace(true);
        }
        Event::Disconnected | Event::Closed => {
            tracing::warn!("the bus is gone");
            connected.send_replace(false);
        }
        event => tracing::warn!(%event, "of the bus"),
    }
}

fn other(error: impl std::fmt::Display) -> BusError {
    BusError::Other {
        problem: error.to_string(),
    }
}
