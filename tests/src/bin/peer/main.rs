//! Generated Rust as a program, with the manners of the peers in `tests/peers`: drafts come in as JSON lines, messages go out.
//!
//! Usage: `peer ltp server ADDRESS | ltp client URL STORE CLIENT_ID | ctp server ADDRESS | ctp client URL AGENT | packetflow node ADDRESS |
//! packetflow reactor URL`; `advisory` for `ctp` where lengths that disagree with the text are reported, not refused.

mod ctp;
mod lines;
mod ltp;
mod packetflow;

use ltp_runtime::schema::Mismatch;

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["ltp", "server", address] => ltp::server(address).await,
        ["ltp", "client", url, store, client_id] => ltp::client(url, store, client_id).await,
        ["ctp", "server", address] => ctp::server(address, Mismatch::Strict).await,
        ["ctp", "client", url, agent] => ctp::client(url, agent, Mismatch::Strict).await,
        ["advisory", "server", address] => ctp::server(address, Mismatch::Advisory).await,
        ["advisory", "client", url, agent] => ctp::client(url, agent, Mismatch::Advisory).await,
        ["packetflow", "node", address] => packetflow::node(address).await,
        ["packetflow", "reactor", url] => packetflow::reactor(url).await,
        _ => Err("no such peer: see the documentation of this program".into()),
    }
}
