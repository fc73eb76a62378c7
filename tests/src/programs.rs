//! Real programs as peers: started, read line by line under a deadline, ended when dropped.

use std::{
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

/// How long any one line may take. Generous: it only bounds a test that fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The project's root.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(PathBuf::from)
        .unwrap_or_default()
}

/// A peer of `tests/peers`, run by Node.js.
#[must_use]
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(root().join("tests/peers").join(script));
    command
}

/// The `ltpc` command of this build.
///
/// # Panics
/// If it is not built.
#[must_use]
#[allow(clippy::panic)]
pub fn ltpc() -> Command {
    let tests = std::env::current_exe().unwrap_or_else(|error| panic!("where this test is: {error}"));
    let Some(binary) = tests
        .ancestors()
        .map(|folder| folder.join("ltpc"))
        .find(|candidate| candidate.is_file())
    else {
        panic!("the command is not built: cargo build -p ltpc")
    };
    let mut command = Command::new(binary);
    command.current_dir(root());
    command
}

/// A program that runs beside the test.
pub struct Program {
    child: Child,
    lines: Receiver<String>,
    errors: Receiver<String>,
}

impl Program {
    /// Starts it.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    #[allow(clippy::panic, clippy::expect_used)]
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
        let lines = read(child.stdout.take().expect("a pipe"));
        let errors = read(child.stderr.take().expect("a pipe"));
        Self { child, lines, errors }
    }

    /// Its next line on standard output; `None` at its end.
    ///
    /// # Panics
    /// If none comes in time; says what the program said on standard error.
    #[allow(clippy::panic)]
    pub fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("no line came; standard error: {:?}", self.errors.try_iter().collect::<Vec<_>>()),
        }
    }

    /// Its next line on standard output as JSON.
    ///
    /// # Panics
    /// If none comes, or it is no JSON.
    #[allow(clippy::panic)]
    pub fn json(&self) -> Value {
        let Some(line) = self.line() else {
            panic!(
                "the program ended; standard error: {:?}",
                self.errors.try_iter().collect::<Vec<_>>()
            )
        };
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"))
    }

    /// The first line that fits, on standard output.
    ///
    /// # Panics
    /// If none comes.
    #[allow(clippy::panic)]
    pub fn json_where(&self, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let value = self.json();
            if fits(&value) {
                return value;
            }
        }
        panic!("no fitting line came")
    }

    /// The first line on standard error that has `part` in it.
    ///
    /// # Panics
    /// If none comes in time.
    #[allow(clippy::panic)]
    pub fn error_line_with(&self, part: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(line) = self.errors.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            if line.contains(part) {
                return line;
            }
        }
        panic!("standard error never said {part:?}")
    }

    /// Writes a line to its standard input.
    ///
    /// # Panics
    /// If it has ended.
    #[allow(clippy::expect_used)]
    pub fn say(&mut self, line: &str) {
        let input = self.child.stdin.as_mut().expect("a pipe");
        writeln!(input, "{line}").expect("the program reads");
    }

    /// Its process number.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end; whether it ended well.
    ///
    /// # Panics
    /// If it does not end in time.
    #[allow(clippy::panic, clippy::expect_used)]
    pub fn ends_well(mut self) -> bool {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.success();
            }
            assert!(Instant::now() < deadline, "the program does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(pipe: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
