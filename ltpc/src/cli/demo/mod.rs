//! `ltpc demo`: a tour of a protocol.

mod ends;
mod proxy;
mod sizes;
mod teller;
mod tour;

use std::{path::PathBuf, sync::Arc, time::Duration};

use ltpc::interpret::{Options, Program};
use tokio::time::Instant;

use self::{
    ends::{Ends, Told},
    teller::Teller,
    tour::{Step, Tour},
};
use super::{
    live::{self, endpoint},
    output::{Failure, Outcome, Output, Result},
    schema,
};

/// Show a protocol at work
///
/// Compiles the schema, runs a server and a client of it on this machine by the interpreter, with a link between them that can be cut, and
/// tells what they do. What happens is declared beside the schema, in a file of the same name that ends in `.demo.jsonl`; its
/// form is described in ltpc/docs/tours.md.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  ltpc demo schema/chat.ltp
  ltpc demo schema/chat.ltp --tour my.demo.jsonl --color always | less -R")]
pub struct Args {
    /// The schema
    schema: String,
    /// What is to happen; left out, what stands beside the schema
    #[arg(long, value_name = "FILE")]
    tour: Option<PathBuf>,
}

/// How long anything may take that the tour waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long what was sent has to arrive before the next step.
const BREATH: Duration = Duration::from_millis(120);

pub fn run(args: &Args, output: &mut Output) -> Result {
    let model = schema::load(&args.schema, output)?;
    let path = args
        .tour
        .clone()
        .unwrap_or_else(|| PathBuf::from(&args.schema).with_extension("demo.jsonl"));
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::words(format!("{}: {error}", path.display())))?;
    let tour = Tour::read(&text).map_err(|error| Failure::words(format!("{}: {error}", path.display())))?;
    let program = |connects| Program::new(Arc::clone(&model), tour.session.as_deref(), None, connects);
    let (client, server) = (program(true)?, program(false)?);
    let options = |program: &Arc<Program>| {
        let given = tour.options.get(&program.role().name).cloned().unwrap_or_default();
        Options::read(program, &given).map_err(|error| Failure::words(format!("options of `{}`:\n{error}", program.role().name)))
    };
    let (client_options, server_options) = (options(&client)?, options(&server)?);
    let endpoint = endpoint(&client, None, false)?;
    live::run(async {
        let teller = Teller::new(Arc::clone(&client), &server, output);
        let ends = Ends::start((client, client_options), (server, server_options), &endpoint).await?;
        Guide { ends, teller, output }.lead(&tour).await
    })
}

/// Leads through a tour.
struct Guide<'o> {
    ends: Ends,
    teller: Teller,
    output: &'o mut Output,
}

impl Guide<'_> {
    async fn lead(mut self, tour: &Tour) -> Result {
        self.say(self.teller.title())?;
        for step in &tour.steps {
            self.take(step).await?;
        }
        let summary = self.teller.summary();
        self.say(summary)?;
        self.ends.stop().await;
        Ok(Outcome::Fine)
    }

    async fn take(&mut self, step: &Step) -> std::result::Result<(), Failure> {
        match step {
            Step::Say(words) => self.say(self.teller.heading(words)),
            Step::Wait(duration) => self.listen_for(*duration).await,
            Step::Until(wanted) => {
                let words = format!("the tour waits for {wanted:?}");
                self.listen_until(&words, |ends| wanted.iter().all(|(role, state)| ends.state(role) == Some(state)))
                    .await?;
                self.listen_for(BREATH).await
            }
            Step::Send { role, draft } => {
                self.listen_until(&format!("the tour waits for `{role}`"), |ends| ends.has_session(role))
                    .await?;
                self.ends.send(role, draft).await?;
                self.listen_for(BREATH).await
            }
            Step::Cut(duration) => {
                let line = self.teller.cut(*duration);
                self.say(line)?;
                self.ends.cut(*duration);
                self.listen_for(BREATH).await
            }
            Step::Close(role) => {
                self.ends.close(role)?;
                let role = role.clone();
                self.listen_until("the tour waits for the end", move |ends| ends.has_ended(&role))
                    .await?;
                self.listen_for(BREATH).await
            }
        }
    }

    async fn listen_for(&mut self, duration: Duration) -> std::result::Result<(), Failure> {
        let by = Instant::now() + duration;
        while let Ok(Some(told)) = tokio::time::timeout_at(by, self.ends.told()).await {
            self.hear(told)?;
        }
        Ok(())
    }

    async fn listen_until(&mut self, words: &str, so: impl Fn(&Ends) -> bool) -> std::result::Result<(), Failure> {
        let by = Instant::now() + PATIENCE;
        while !so(&self.ends) {
            match tokio::time::timeout_at(by, self.ends.told()).await {
                Ok(Some(told)) => self.hear(told)?,
                _ => return Err(Failure::words(format!("{words}, in vain"))),
            }
        }
        Ok(())
    }

    fn hear(&mut self, told: Told) -> std::result::Result<(), Failure> {
        let lines = self.teller.tell(&told);
        self.ends.heed(told);
        lines.into_iter().try_for_each(|line| self.say(line))
    }

    fn say(&mut self, line: String) -> std::result::Result<(), Failure> {
        self.output.line(&line)?;
        self.output.flush()
    }
}
