//! `ltpc work node`: takes work in, and has it done.

use std::{collections::BTreeSet, fs::File, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use ltp_runtime::{
    net::{
        Driver, Server, ServerOptions,
        work::{Node, NodeOptions, Shared, SharedOptions, attend, attend_shared},
    },
    work::{Flow as _, Limits},
};
use ltpc::interpret::{Machine, clock, work::Routed};

use super::{demonstration, table};
use crate::cli::{
    live::{self, Common, GRACE, Live},
    output::{Failure, Outcome, Output, Result},
};

/// Run a node: work that clients submit is done by its demonstration handlers, or by workers that are connected
///
/// Its handlers do what the input asks for: {"operation": "uppercase", "input": "hello"}; other operations are lowercase, reverse, sum, sleep,
/// block, fail, panic, large and never; all else is given back as it is. Ctrl-C lets it finish what it holds.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc work node schema/jobs.ltp
  ltpc work node schema/jobs.ltp --listen ws://127.0.0.1:0 --capacity 100 --table
  ltpc work node schema/jobs.ltp --handle data:resize --parallel 8
  ltpc work node schema/jobs.ltp --workers-only
  ltpc work node schema/jobs.ltp --bus nats://localhost:4222")]
pub struct Args {
    #[command(flatten)]
    common: Common,
    /// Where to listen; left out, the endpoint's own address; port 0 takes any that is free
    #[arg(long, value_name = "URL")]
    listen: Option<String>,
    /// An element that is handled here, as group:element; left out, all that the schema declares
    #[arg(long = "handle", value_name = "ELEMENT")]
    handle: Vec<String>,
    /// Handle nothing here: all is done by workers
    #[arg(long, conflicts_with = "handle")]
    workers_only: bool,
    /// Submits that may wait at once; further ones are refused
    #[arg(long, value_name = "COUNT", default_value_t = Limits::default().capacity)]
    capacity: usize,
    /// Units that are worked on here at once; left out, the number of processors
    #[arg(long, value_name = "COUNT")]
    parallel: Option<usize>,
    /// How long a unit may take that says nothing of it
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "30 s")]
    timeout: Duration,
    /// Share work with other nodes: the addresses of NATS servers with JetStream, joined by commas
    #[arg(long, value_name = "BUS")]
    bus: Option<String>,
    /// After how long of silence what a node was handed by the bus is handed to another
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "60 s", requires = "bus")]
    ack_wait: Duration,
    /// Append a line of JSON for each unit that a handler begins here, with its id and its element
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Show on standard error what is handled, what waits and how long it takes, every second
    #[arg(long)]
    table: bool,
}

fn duration(text: &str) -> std::result::Result<Duration, String> {
    clock::duration(text)
        .map(Duration::from_millis)
        .ok_or_else(|| "expected a duration such as `30 s`".to_owned())
}

pub fn run(args: &Args, output: &mut Output) -> Result {
    let live = Live::new(&args.common, false, args.listen.as_deref(), output)?;
    live::run(serve(args, live, output))
}

async fn serve(args: &Args, live: Live, output: &mut Output) -> Result {
    let routed = Routed::new(Arc::clone(&live.program)).ok_or_else(|| Failure::words(super::NO_WORK))?;
    let (routed, table_of) = (Arc::new(routed.clone()), routed.table());
    let kinds = if args.workers_only {
        Vec::new()
    } else if args.handle.is_empty() {
        table_of.kinds()
    } else {
        let known = |text: &String| {
            let none = || {
                Failure::words(format!(
                    "there is no element `{text}`; write `group:element`, of a group that the schema declares"
                ))
            };
            table_of.kind_of(text).ok_or_else(none)
        };
        args.handle
            .iter()
            .map(known)
            .collect::<std::result::Result<BTreeSet<_>, _>>()?
            .into_iter()
            .collect()
    };
    let journal = args.journal.as_ref().map(|path| {
        let opened = File::options().create(true).append(true).open(path);
        opened
            .map(Arc::new)
            .map_err(|error| Failure::words(format!("{}: {error}; name a file that can be written", path.display())))
    });
    let journal = journal.transpose()?;
    let handlers = demonstration::handlers(kinds, &routed, &table_of, journal.as_ref());
    let mut options = NodeOptions {
        limits: Limits {
            capacity: args.capacity,
            timeout: u64::try_from(args.timeout.as_millis()).unwrap_or(u64::MAX),
            ..Limits::default()
        },
        ..NodeOptions::default()
    };
    options.parallel = args.parallel.unwrap_or(options.parallel);
    let node = Node::new(table_of, handlers, options);
    let shared = match &args.bus {
        Some(bus) => {
            let name = format!("{}_{}", live.program.model().protocol.name, live.program.session().decl.name);
            let options = SharedOptions {
                ack_wait: args.ack_wait,
                ..SharedOptions::new(name)
            };
            let shared = Shared::connect(bus, node.clone(), options).await;
            let remedy = "is a NATS server there, with JetStream (`nats-server -js`)?";
            Some(shared.map_err(|error| Failure::words(format!("{bus}: {error}; {remedy}")))?)
        }
        None => None,
    };
    let server = listen(args, &live, &node, shared.clone(), &routed).await?;
    let scheme = args
        .listen
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map_or("ws", |(scheme, _)| scheme);
    output.note(&format!("listening on {scheme}://{}", server.local_addr()));
    let mut stop = pin!(live::stopped());
    let mut table = table::Table::new();
    loop {
        tokio::select! {
            () = &mut stop => break,
            () = tokio::time::sleep(Duration::from_secs(1)) => if args.table {
                table.show(&node, shared.as_deref(), server.connections());
            },
        }
    }
    live::insist();
    node.shut_down(GRACE).await;
    server.shutdown(GRACE).await;
    Ok(Outcome::Fine)
}

async fn listen(
    args: &Args,
    live: &Live,
    node: &Node,
    shared: Option<Arc<Shared>>,
    routed: &Arc<Routed>,
) -> std::result::Result<Server, Failure> {
    let server_options = ServerOptions {
        address: args.listen.clone(),
        allow_plaintext: args.common.allow_plaintext,
        ..ServerOptions::default()
    };
    let (program, options, driver_options) = (Arc::clone(&live.program), live.options.clone(), live.driver_options());
    let (node, routed) = (node.clone(), Arc::clone(routed));
    let machine = move |_: &_| program.machine(options.clone());
    let server = Server::listen(&live.endpoint, server_options, machine, move |driver: Driver<Machine>, _| {
        let (node, shared, routed) = (node.clone(), shared.clone(), Arc::clone(&routed));
        let driver = driver.options(driver_options.clone());
        driver.run(async move |session| match shared {
            Some(shared) => attend_shared(shared, routed, session).await,
            None => attend(node, routed, session).await,
        })
    });
    server.await.map_err(|error| Failure::words(error.to_string()))
}
