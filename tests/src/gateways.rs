//! `ltpc gateway` as a process, with what it needs beside it: a schema with a short window, and a real NATS server.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::programs::{PATIENCE, Program, ltpc, root};

/// A gateway at work.
pub struct Gateway {
    process: Program,
    /// Where it listens.
    pub address: SocketAddr,
    metrics: SocketAddr,
}

impl Gateway {
    /// Starts one on free ports.
    ///
    /// # Panics
    /// If it does not say where it listens.
    #[must_use]
    #[allow(clippy::panic)]
    pub fn start(schema: &Path, arguments: &[&str]) -> Self {
        let mut command = ltpc();
        command
            .arg("gateway")
            .arg(schema)
            .args(["--listen", "tcp://127.0.0.1:0", "--metrics", "127.0.0.1:0", "--log", "json"])
            .args(arguments);
        let process = Program::start(&mut command);
        let at = || {
            let line = process.line().unwrap_or_else(|| panic!("the gateway has ended"));
            let text = line.split("://").nth(1).unwrap_or_default().trim_end_matches("/metrics").to_owned();
            text.parse().unwrap_or_else(|error| panic!("{error} in {line}"))
        };
        let (address, metrics) = (at(), at());
        Self { process, address, metrics }
    }

    /// The schema that ships.
    #[must_use]
    pub fn shipped() -> PathBuf {
        root().join("schema/ctp.ltp")
    }

    /// Its process number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// A line of its metrics, by what stands before the value; 0 if there is none.
    ///
    /// # Panics
    /// If it does not answer.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn metric(&self, name: &str) -> f64 {
        let mut stream = TcpStream::connect(self.metrics).expect("metrics are served");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n")
            .expect("metrics are served");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("metrics are text");
        let values = text.lines().filter_map(|line| line.rsplit_once(' '));
        values
            .filter(|(known, _)| *known == format!("ltpc_gateway_{name}"))
            .find_map(|(_, value)| value.parse().ok())
            .unwrap_or(0.0)
    }

    /// Kilobytes of memory that the process has.
    ///
    /// # Panics
    /// If the system does not say.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).expect("a process on Linux");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("it has memory");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Asks it to stop; whether it ends well.
    #[must_use]
    pub fn stops(self) -> bool {
        let asked = Command::new("kill").args(["-TERM", &self.id().to_string()]).status();
        asked.is_ok_and(|status| status.success()) && self.process.ends_well()
    }
}

/// A device of `tests/peers`, run by Python.
#[must_use]
pub fn device(gateway: &Gateway, agent: &str) -> Program {
    let script = root().join("tests/peers/ctp-device.py");
    Program::start(
        Command::new("python3")
            .arg(script)
            .arg(gateway.address.port().to_string())
            .arg(agent),
    )
}

/// Copies the schema that ships, with another window of its limits.
///
/// # Panics
/// If that cannot be done.
#[must_use]
#[allow(clippy::expect_used)]
pub fn with_window(folder: &Path, window: &str) -> PathBuf {
    for name in ["ctp.ltp", "telepathy.ltp"] {
        let text = std::fs::read_to_string(root().join("schema").join(name)).expect("it ships");
        std::fs::write(folder.join(name), text.replace("per 60 s", &format!("per {window}"))).expect("a folder of the test");
    }
    folder.join("ctp.ltp")
}

/// A NATS server that can be killed and started again.
pub struct NatsServer {
    process: Option<Program>,
    port: u16,
    /// Where it keeps its streams, if it has any.
    streams: Option<PathBuf>,
}

impl NatsServer {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// If there is no `nats-server`.
    #[must_use]
    #[allow(clippy::expect_used)]
    pub fn start() -> Self {
        Self::started(None)
    }

    /// Starts one that keeps streams in a folder.
    #[must_use]
    pub fn with_streams(folder: &Path) -> Self {
        Self::started(Some(folder.to_owned()))
    }

    #[allow(clippy::expect_used)]
    fn started(streams: Option<PathBuf>) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("it has a port").port();
        drop(free);
        let mut server = Self {
            process: None,
            port,
            streams,
        };
        server.restart();
        server
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Kills it: nothing is said to anybody.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Starts it where it was.
    ///
    /// # Panics
    /// If it does not answer in time.
    pub fn restart(&mut self) {
        let mut command = Command::new("nats-server");
        // Debian has it where only the administrator looks.
        let path = std::env::var("PATH").unwrap_or_default();
        command.env("PATH", format!("{path}:/usr/sbin"));
        command.args(["-a", "127.0.0.1", "-p", &self.port.to_string()]);
        if let Some(streams) = &self.streams {
            command.arg("-js").arg("-sd").arg(streams);
        }
        self.process = Some(Program::start(&mut command));
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "the NATS server does not answer");
            thread::sleep(Duration::from_millis(20));
        }
    }
}
