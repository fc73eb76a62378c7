//! The two ends of a tour, and the link between them.

use std::{collections::HashMap, sync::Arc, time::Duration};

use ltp_runtime::{
    codec::Decoded,
    endpoint::Endpoint,
    net::{Caller, DialOptions, Dialer, Driver, Event, Server, ServerOptions, Session},
    session::{Action, Input, Machine as _, Now, Observer},
};
use ltpc::interpret::{Draft, Machine, Options, Program};
use tokio::sync::mpsc;

use super::proxy::Proxy;
use crate::cli::{live, output::Failure};

/// A client and a server.
pub struct Ends {
    server: Server,
    proxy: Proxy,
    programs: HashMap<String, Arc<Program>>,
    callers: HashMap<String, Caller<Machine>>,
    states: HashMap<String, String>,
    ended: HashMap<String, bool>,
    told: mpsc::UnboundedReceiver<Told>,
}

/// What happens at an end, by its role's name.
pub struct Told {
    pub role: String,
    pub what: What,
}

/// What happens at an end.
pub enum What {
    /// A connection has its session.
    Came(Caller<Machine>),
    /// A state is entered; how long a pause it waits for, if it does.
    Entered {
        state: String,
        pause: Option<Duration>,
    },
    Sends(Decoded),
    Stores(String),
    Forgets,
    Drops(String),
    Lost(String),
    Refused(String),
    Unexpected(String),
    Ended,
}

impl Ends {
    /// Starts both, the client through a link that can be cut.
    pub async fn start(client: (Arc<Program>, Options), server: (Arc<Program>, Options), endpoint: &Endpoint) -> Result<Self, Failure> {
        let (tell, told) = mpsc::unbounded_channel();
        let programs = [&client.0, &server.0].map(|program| (program.role().name.clone(), Arc::clone(program)));
        let scheme = endpoint.address.split("://").next().unwrap_or_default();
        let listening = listen(server, endpoint, format!("{scheme}://127.0.0.1:0"), tell.clone()).await?;
        let proxy = Proxy::to(listening.local_addr()).await?;
        let address = format!("{scheme}://{}", proxy.address());
        let dialer = Dialer::new(endpoint, Some(&address), DialOptions::default());
        let dialer = dialer.map_err(|error| Failure::words(error.to_string()))?;
        let (program, options) = client;
        let role = program.role().name.clone();
        let watch = Watch {
            role: role.clone(),
            tell: tell.clone(),
        };
        let session = Driver::client(program.machine(options), dialer).observer(watch).spawn();
        tokio::spawn(attend(session, role, tell));
        Ok(Self {
            server: listening,
            proxy,
            programs: programs.into(),
            callers: HashMap::new(),
            states: HashMap::new(),
            ended: HashMap::new(),
            told,
        })
    }

    /// What happens next.
    pub async fn told(&mut self) -> Option<Told> {
        self.told.recv().await
    }

    /// Remembers what happened.
    pub fn heed(&mut self, Told { role, what }: Told) {
        match what {
            What::Came(caller) => _ = self.callers.insert(role, caller),
            What::Entered { state, .. } => {
                self.ended.insert(role.clone(), false);
                self.states.insert(role, state);
            }
            What::Ended => _ = self.ended.insert(role, true),
            _ => {}
        }
    }

    /// The state of a role.
    pub fn state(&self, role: &str) -> Option<&String> {
        self.states.get(role)
    }

    /// Whether a role has a session.
    pub fn has_session(&self, role: &str) -> bool {
        self.callers.contains_key(role)
    }

    /// Whether a role's session is over.
    pub fn has_ended(&self, role: &str) -> bool {
        self.ended.get(role).copied().unwrap_or_default()
    }

    /// A role's application sends a draft.
    pub async fn send(&self, role: &str, draft: &serde_json::Value) -> Result<(), Failure> {
        let program = self
            .programs
            .get(role)
            .ok_or_else(|| Failure::words(format!("there is no role `{role}`")))?;
        let draft = program
            .draft(draft.to_string().as_bytes())
            .map_err(|violations| Failure::words(live::all_words(&violations)))?;
        self.caller(role)?
            .call(draft)
            .await
            .map_err(|failure| Failure::words(failure.to_string()))
    }

    /// A role's application closes.
    pub fn close(&self, role: &str) -> Result<(), Failure> {
        let caller = self.caller(role)?;
        tokio::spawn(async move { caller.close().await });
        Ok(())
    }

    /// Cuts the link; it is mended after a while.
    pub fn cut(&self, duration: Duration) {
        self.proxy.cut();
        let mend = self.proxy.mender();
        tokio::spawn(async move {
            tokio::time::sleep(duration).await;
            mend();
        });
    }

    /// Ends both.
    pub async fn stop(self) {
        drop(self.callers);
        self.server.shutdown(Duration::from_secs(1)).await;
    }

    fn caller(&self, role: &str) -> Result<Caller<Machine>, Failure> {
        self.callers
            .get(role)
            .cloned()
            .ok_or_else(|| Failure::words(format!("`{role}` has no session")))
    }
}

async fn listen(
    (program, machine_options): (Arc<Program>, Options),
    endpoint: &Endpoint,
    address: String,
    tell: mpsc::UnboundedSender<Told>,
) -> Result<Server, Failure> {
    let store: Arc<dyn ltp_runtime::net::store::Store> = Arc::new(ltp_runtime::net::store::MemoryStore::new());
    let role = program.role().name.clone();
    let options = ServerOptions {
        address: Some(address),
        ..ServerOptions::default()
    };
    let machine = move |_: &_| program.machine(machine_options.clone());
    let listening = Server::listen(endpoint, options, machine, move |driver: Driver<Machine>, _| {
        let (role, tell) = (role.clone(), tell.clone());
        let watch = Watch {
            role: role.clone(),
            tell: tell.clone(),
        };
        driver
            .store(Arc::clone(&store))
            .observer(watch)
            .run(move |session| attend(session, role, tell))
    });
    listening.await.map_err(|error| Failure::words(error.to_string()))
}

async fn attend(session: Session<Machine>, role: String, tell: mpsc::UnboundedSender<Told>) {
    let (caller, mut events) = session.split();
    // Nobody is told any more once the tour is over.
    _ = tell.send(Told {
        role: role.clone(),
        what: What::Came(caller),
    });
    while let Some(event) = events.next().await {
        if let Event::Ended { .. } = event {
            _ = tell.send(Told {
                role: role.clone(),
                what: What::Ended,
            });
        }
    }
}

/// Sees what a machine does.
struct Watch {
    role: String,
    tell: mpsc::UnboundedSender<Told>,
}

impl Watch {
    fn tell(&self, what: What) {
        _ = self.tell.send(Told {
            role: self.role.clone(),
            what,
        });
    }
}

impl Observer<Machine> for Watch {
    fn input(&mut self, machine: &Machine, _: Now, input: &Input<Decoded, Draft>) {
        if let Input::Closed { reason } = input
            && !machine.is_ended()
        {
            self.tell(What::Lost(reason.clone()));
        }
    }

    fn action(&mut self, machine: &Machine, now: Now, action: &Action<Decoded>) {
        match action {
            Action::Enter { state } => {
                let due = machine.next_deadline().filter(|_| machine.waits_for_retry());
                let pause = due.map(|due| Duration::from_millis(due.saturating_sub(now.ticks)));
                self.tell(What::Entered {
                    state: state.to_string(),
                    pause,
                });
            }
            Action::Send(message) => self.tell(What::Sends((**message).clone())),
            Action::Store { place, value, .. } if machine.persistence().as_ref() == Some(place) => {
                self.tell(What::Stores(value.clone()));
            }
            Action::Forget { place } if machine.persistence().as_ref() == Some(place) => self.tell(What::Forgets),
            Action::Drop { reason } => self.tell(What::Drops(reason.to_string())),
            Action::Refuse(error) => self.tell(What::Refused(error.to_string())),
            Action::Unexpected { input, state, .. } => self.tell(What::Unexpected(format!("{input} in {state}"))),
            _ => {}
        }
    }
}
