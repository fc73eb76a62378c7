//! Where results and complaints go, and how they look.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use clap::{Args, ValueEnum};

/// How output looks.
#[derive(Debug, Clone, Copy, Args)]
pub struct Style {
    /// How diagnostics are written
    #[arg(long, value_enum, default_value_t = Format::Text, global = true)]
    pub format: Format,
    /// Whether colours are used; `auto`: on a terminal, unless NO_COLOR is set
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true)]
    pub color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Format {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

/// What a command found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing wrong.
    Fine,
    /// What it looks for.
    Found,
}

/// Why a command could not be run to its end.
#[derive(Debug)]
pub enum Failure {
    /// Nobody reads the output any more.
    Closed,
    /// In words.
    Words(String),
}

/// What a command gives back.
pub type Result = std::result::Result<Outcome, Failure>;

/// Standard output and standard error.
pub struct Output {
    style: Style,
    out: BufWriter<StdoutLock<'static>>,
}

impl Output {
    pub fn new(style: Style) -> Self {
        Self {
            style,
            out: BufWriter::new(io::stdout().lock()),
        }
    }

    /// Whether diagnostics are JSON.
    pub fn is_json(&self) -> bool {
        self.style.format == Format::Json
    }

    /// Whether standard output has colours.
    pub fn is_colourful(&self) -> bool {
        self.colours(io::stdout().is_terminal())
    }

    /// Whether standard error has colours.
    pub fn is_error_colourful(&self) -> bool {
        self.colours(io::stderr().is_terminal())
    }

    fn colours(&self, terminal: bool) -> bool {
        match self.style.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Writes a result, with a line end.
    pub fn line(&mut self, text: &str) -> std::result::Result<(), Failure> {
        Ok(writeln!(self.out, "{text}")?)
    }

    /// Writes a result as it is.
    pub fn text(&mut self, text: &str) -> std::result::Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes())?)
    }

    /// Lets the reader see what was written so far.
    pub fn flush(&mut self) -> std::result::Result<(), Failure> {
        Ok(self.out.flush()?)
    }

    /// Says on standard error what is wrong. There is nobody to tell if that fails.
    pub fn note(&mut self, text: &str) {
        _ = self.out.flush();
        _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Says why the command could not be run.
    pub fn complain(&mut self, text: &str) {
        let (on, off) = if self.is_error_colourful() {
            ("\x1b[1;31m", "\x1b[0m")
        } else {
            ("", "")
        };
        self.note(&format!("{on}error{off}: {text}"));
    }
}

impl Failure {
    /// In words.
    pub fn words(words: impl Into<String>) -> Self {
        Self::Words(words.into())
    }
}

impl From<ltpc::interpret::NoRole> for Failure {
    fn from(error: ltpc::interpret::NoRole) -> Self {
        Self::Words(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Words(error.to_string()),
        }
    }
}
