//! A machine by which all is done in place that can be.

use std::{cell::Cell, rc::Rc};

use ltp_runtime::{
    session::{Action, Context, InPlace, Input, Machine, Place, Refusal},
    text::Splitter,
};

/// How often something was done in place, and how often it was not.
#[derive(Clone, Default)]
pub struct Count {
    admitted: Rc<Cell<u32>>,
    taken: Rc<Cell<u32>>,
    sent: Rc<Cell<u32>>,
    refused: Rc<Cell<u32>>,
    called: Rc<Cell<u32>>,
}

impl Count {
    /// A comparison in which one of them never happens would say little.
    pub fn assert_all(&self) {
        let all = [&self.admitted, &self.taken, &self.sent, &self.refused, &self.called].map(|count| count.get());
        assert!(all.iter().all(|count| *count >= 5), "{all:?}");
    }
}

fn one_more(count: &Cell<u32>) {
    count.set(count.get() + 1);
}

/// Messages are read from their texts, and calls are texts before they are messages.
pub struct Placed<M> {
    machine: M,
    count: Count,
}

impl<M> Placed<M> {
    pub fn new(machine: M, count: Count) -> Self {
        Self { machine, count }
    }
}

impl<M: InPlace> Machine for Placed<M>
where
    M::Draft<'static>: From<M::Call>,
{
    type Message = M::Message;
    type Call = M::Call;

    fn max_size(&self) -> usize {
        self.machine.max_size()
    }

    fn splitter(&self) -> Option<Splitter> {
        self.machine.splitter()
    }

    fn decode(&mut self, frame: &[u8]) -> Result<Box<Self::Message>, Refusal> {
        self.machine.decode(frame)
    }

    fn encode(&self, message: &Self::Message, out: &mut Vec<u8>) {
        self.machine.encode(message, out);
    }

    fn message_name<'m>(&'m self, message: &'m Self::Message) -> &'m str {
        self.machine.message_name(message)
    }

    fn handle(&mut self, input: Input<Self::Message, Self::Call>, context: &mut Context<'_>, actions: &mut Vec<Action<Self::Message>>) {
        match input {
            Input::Message(message) => {
                let mut text = Vec::new();
                self.machine.encode(&message, &mut text);
                let read = self.machine.read(&text).unwrap();
                assert_eq!(M::name_of(&read), self.machine.message_name(&message));
                if self.machine.admit(&read, context) {
                    one_more(&self.count.admitted);
                    actions.push(Action::Deliver(M::own(read)));
                } else {
                    one_more(&self.count.taken);
                    self.machine.handle(Input::Message(message), context, actions);
                }
            }
            Input::Call(call) => {
                let mut text = b"before".to_vec();
                let draft = M::Draft::from(call);
                if !self.machine.sends(&draft) {
                    one_more(&self.count.called);
                    let call = M::call(draft).unwrap();
                    return self.machine.handle(Input::Call(call), context, actions);
                }
                match self.machine.say(draft, context, &mut text) {
                    Ok(name) => {
                        one_more(&self.count.sent);
                        let message = self.machine.decode(text.strip_prefix(b"before").unwrap()).unwrap();
                        assert_eq!(self.machine.message_name(&message), name);
                        actions.push(Action::Send(message));
                    }
                    Err(error) => {
                        one_more(&self.count.refused);
                        assert_eq!(text, b"before");
                        actions.push(Action::Refuse(error));
                    }
                }
            }
            other => self.machine.handle(other, context, actions),
        }
    }

    fn next_deadline(&self) -> Option<u64> {
        self.machine.next_deadline()
    }

    fn state(&self) -> &str {
        self.machine.state()
    }

    fn is_ended(&self) -> bool {
        self.machine.is_ended()
    }

    fn persistence(&self) -> Option<Place> {
        self.machine.persistence()
    }
}
