//! `ltpc gateway`: a bridge of a schema, at work.

mod answer;
mod attend;
mod bus;
mod hub;
mod log;
mod metrics;
mod scrape;

use std::{
    path::PathBuf,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use ltp_runtime::{
    net::{Driver, Server, ServerOptions, ServerTls, bus::Bus},
    policy::Registry,
    schema::Mismatch,
    session::Machine as _,
};
use ltpc::interpret::{Bridge, Machine, Options, clock};
use tokio::net::TcpListener;

use self::{answer::Answer, attend::attend, hub::Gateway, metrics::Watch};
use super::{
    live::{self, GRACE},
    output::{Failure, Outcome, Output, Result},
    registry::Agents,
    schema,
};

/// Run a bridge of a schema: devices on one side, a bus on the other, by the interpreter
///
/// Listens for the role that the bridge serves, carries what it delivers to the bus as the bridge's rules say, brings answers back and
/// pushes what comes. Says on standard output where it listens, and on standard error what happens. Ctrl-C closes all sessions in good
/// order.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc gateway schema/chat.ltp --answer chat.question=answer.json
  ltpc gateway schema/chat.ltp --bus nats://localhost:4222 --metrics localhost:9090 --log json
  ltpc gateway schema/chat.ltp --listen tls://0.0.0.0:8443 --cert server.pem --key server.key --registry agents.json --set idle='5 min'")]
pub struct Args {
    /// The schema
    schema: String,
    /// Which bridge; may be left out where there is only one
    #[arg(long, value_name = "NAME")]
    bridge: Option<String>,
    /// Where to listen; left out, the endpoint's own address; port 0 takes any that is free
    #[arg(long, value_name = "URL")]
    listen: Option<String>,
    /// The bus: `embedded`, or the addresses of NATS servers, joined by commas
    #[arg(long, value_name = "BUS", default_value = "embedded")]
    bus: String,
    /// Answer requests on a subject with what a file holds, as a subscriber would: for trying out
    #[arg(long = "answer", value_name = "SUBJECT=FILE")]
    answers: Vec<Answer>,
    /// Where metrics can be read (Prometheus text), such as localhost:9090
    #[arg(long, value_name = "ADDRESS")]
    metrics: Option<String>,
    #[command(flatten)]
    agents: Agents,
    /// An option of the role: JSON, or text; durations as `15 s`
    #[arg(long = "set", value_name = "NAME=VALUE")]
    options: Vec<String>,
    /// Listen without TLS for other machines, though the endpoint says otherwise
    #[arg(long)]
    allow_plaintext: bool,
    /// The gateway's certificate (PEM), for wss:// and tls://
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Connections at once; further ones wait in the system's queue
    #[arg(long, value_name = "COUNT", default_value_t = 10_000)]
    connections: usize,
    /// How long a message of framed text may take from its first octet to its last
    #[arg(long, value_name = "DURATION", value_parser = parse_duration, default_value = "30 s")]
    message_time: Duration,
    /// Read declared lengths that disagree with the text by advice: only where every peer is trusted
    #[arg(long)]
    advisory: bool,
    /// How the log is written
    #[arg(long, value_enum, default_value_t = log::Form::Text)]
    log: log::Form,
    /// What is logged
    #[arg(long, value_enum, default_value_t = log::Level::Info)]
    log_level: log::Level,
}

fn parse_duration(text: &str) -> std::result::Result<Duration, String> {
    clock::duration(text)
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a duration such as `30 s`".to_owned())
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let model = schema::load(&args.schema, output)?;
    let bridge = Bridge::new(&model, args.bridge.as_deref()).map_err(|error| Failure::words(error.to_string()))?;
    let registry = args.agents.load(&model)?;
    log::start(args.log, args.log_level)?;
    live::run(gateway(args, bridge, registry, output))
}

async fn gateway(args: &Args, bridge: Bridge, registry: Registry, output: &mut Output) -> Result {
    raise_file_limit(args.connections);
    let program = Arc::clone(bridge.program());
    let options = Options::from_pairs(&program, args.options.iter().map(String::as_str));
    let options = options.map_err(|error| Failure::words(format!("options of the role `{}`:\n{error}", program.role().name)))?;
    let bus = bus::open(&args.bus, bridge.name()).await?;
    let gateway = Arc::new(Gateway::new(bridge, Arc::clone(&bus)));
    let server = listen(args, &gateway, options, registry).await?;
    let scheme = args
        .listen
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map_or("tcp", |(scheme, _)| scheme);
    output.line(&format!("listening on {scheme}://{}", server.local_addr()))?;
    if let Some(address) = &args.metrics {
        let problem = |error| Failure::words(format!("{address} cannot be listened on: {error}"));
        let listener = TcpListener::bind(address).await.map_err(problem)?;
        output.line(&format!("metrics on http://{}/metrics", listener.local_addr().map_err(problem)?))?;
        tokio::spawn(scrape::serve(listener, Arc::clone(&gateway), Arc::clone(server.policy())));
    }
    output.flush()?;
    let mut listening = pushes(&gateway, &bus).await?;
    for answer in &args.answers {
        listening.push(answer.start(&bus).await?);
    }

    live::stopped().await;
    live::insist();
    tracing::info!(connections = server.connections(), "stopping");
    for task in listening {
        task.abort();
    }
    pin!(server.shutdown(GRACE)).await;
    tracing::info!("stopped");
    Ok(Outcome::Fine)
}

async fn listen(args: &Args, gateway: &Arc<Gateway>, options: Options, registry: Registry) -> std::result::Result<Server, Failure> {
    let program = Arc::clone(gateway.bridge.program());
    let endpoint = live::endpoint(&program, args.listen.as_deref(), args.allow_plaintext)?;
    let tls = args
        .cert
        .as_deref()
        .zip(args.key.as_deref())
        .map(|(cert, key)| ServerTls::from_files(cert, key))
        .transpose();
    let server_options = ServerOptions {
        address: args.listen.clone(),
        allow_plaintext: args.allow_plaintext,
        tls: tls.map_err(|error| Failure::words(error.to_string()))?,
        registry,
        max_connections: args.connections,
        message_time: args.message_time,
        ..ServerOptions::default()
    };
    let driver_options = live::driver_options(&program);
    let (gateway, advisory, count) = (Arc::clone(gateway), args.advisory, AtomicU64::new(0));
    let machine = move |_: &_| {
        let mut machine = program.machine(options.clone());
        if advisory {
            machine.set_mismatch(Mismatch::Advisory);
        }
        machine
    };
    let server = Server::listen(&endpoint, server_options, machine, move |driver: Driver<Machine>, peer| {
        let number = 1 + count.fetch_add(1, Ordering::Relaxed);
        let gateway = Arc::clone(&gateway);
        let driver = driver.options(driver_options.clone()).observer(Watch::new(Arc::clone(&gateway)));
        driver.run(move |session| attend(gateway, session, number, peer))
    });
    server.await.map_err(|error| Failure::words(error.to_string()))
}

/// A task for each subject that is listened to.
async fn pushes(gateway: &Arc<Gateway>, bus: &Arc<dyn Bus>) -> std::result::Result<Vec<tokio::task::JoinHandle<()>>, Failure> {
    let mut tasks = Vec::new();
    for (rule, pattern) in gateway.bridge.patterns() {
        let subscription = bus.subscribe(pattern).await;
        let subscription = subscription.map_err(|error| Failure::words(format!("{pattern}: {error}")))?;
        tracing::debug!(pattern, "listening to the bus");
        tasks.push(tokio::spawn(Arc::clone(gateway).pump(rule, subscription)));
    }
    Ok(tasks)
}

/// Asks the system for a file descriptor for each connection, and some more.
fn raise_file_limit(connections: usize) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        const OTHERS: u64 = 64;
        let limit = getrlimit(Resource::Nofile);
        let wanted = connections as u64 + OTHERS;
        if limit.current.is_some_and(|current| current < wanted) {
            let current = limit.maximum.map_or(wanted, |most| most.min(wanted));
            let raised = Rlimit {
                current: Some(current),
                ..limit
            };
            if setrlimit(Resource::Nofile, raised).is_err() || current < wanted {
                tracing::warn!(files = current, wanted, "the system allows fewer connections than were asked for");
            }
        }
    }
    #[cfg(not(unix))]
    let _ = connections;
}
