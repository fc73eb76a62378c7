//! Between lines and sessions.

use std::{
    io::{self, Write as _},
    sync::atomic::{AtomicU64, Ordering},
};

use ltp_runtime::{
    net::{Caller, Event, Session},
    session::Machine,
};
use serde_json::{Value, json};
use tokio::sync::broadcast::{self, error::RecvError};

/// How a session's messages are read from lines and written to them.
pub struct Form<M: Machine> {
    /// The state in which something can be asked for, if that is waited for.
    pub ready: Option<&'static str>,
    /// What a line asks to send; in words, why it asks for nothing.
    pub call: fn(&Value) -> Result<M::Call, String>,
    /// A message in its JSON form.
    pub shown: fn(M::Message) -> Value,
}

/// The lines of standard input, to everybody who listens, the first of whom misses none.
pub fn read() -> (broadcast::Sender<String>, broadcast::Receiver<String>) {
    let (sender, first) = broadcast::channel(256);
    let lines = sender.downgrade();
    std::thread::spawn(move || {
        for line in io::stdin().lines().map_while(Result::ok) {
            // That nobody listens yet is no reason to stop.
            let Some(sender) = lines.upgrade() else { return };
            let _ = sender.send(line);
        }
        std::process::exit(0);
    });
    (sender, first)
}

/// Writes a line.
pub fn say(value: &Value) {
    // Who does not read any more has gone.
    let _ = writeln!(io::stdout().lock(), "{value}");
}

/// Sends what lines ask for and writes what arrives, until the session ends. A server's are written with the connection's number.
pub async fn speak<M>(session: Session<M>, mut lines: broadcast::Receiver<String>, form: Form<M>, is_server: bool)
where
    M: Machine + Send + 'static,
    M::Message: Send + 'static,
    M::Call: Send + 'static,
{
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let (caller, mut events) = session.split();
    loop {
        tokio::select! {
            line = lines.recv() => {
                let asked = match line {
                    Ok(line) => serde_json::from_str(&line).map_err(|error| error.to_string()).and_then(|draft| (form.call)(&draft)),
                    Err(RecvError::Lagged(_)) => continue,
                    Err(RecvError::Closed) => return,
                };
                if let Err(words) = ask(&caller, form.ready, asked).await {
                    eprintln!("{words}");
                }
            }
            event = events.next() => match event {
                Some(Event::Message(message)) if is_server => say(&json!({ "from": number, "message": (form.shown)(message) })),
                Some(Event::Message(message)) => say(&(form.shown)(message)),
                Some(_) => {}
                None => return,
            },
        }
    }
}

async fn ask<M>(caller: &Caller<M>, ready: Option<&str>, asked: Result<M::Call, String>) -> Result<(), String>
where
    M: Machine + Send + 'static,
    M::Message: Send + 'static,
    M::Call: Send + 'static,
{
    let call = asked?;
    if let Some(state) = ready {
        caller.reached(state).await.map_err(|failure| failure.to_string())?;
    }
    caller.call(call).await.map_err(|failure| failure.to_string())
}
