//! The load generator: connections that keep so many messages in flight, in one thread, with as few calls of the system as there can be.

use std::{
    collections::VecDeque,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use rustix::event::epoll;

use crate::{
    Result,
    frames::{HELLO, SESSION, THREAD, Updates, frame, member},
};

const UPGRADE: &str = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: ltp.v0.3\r\n\r\n";

/// A client's connection, and the frames that it sends again and again with fresh nonces.
pub struct Connection {
    stream: TcpStream,
    updates: Updates,
    ping: Vec<u8>,
    /// When what is in flight was sent, and how many.
    in_flight: VecDeque<(Instant, u32)>,
    answers: Answers,
}

/// Counts frames of a server, and sees to it that all are alike.
#[derive(Default)]
struct Answers {
    /// Octets of each.
    expected: usize,
    /// Of the present one.
    seen: usize,
}

impl Answers {
    /// How many frames end in these octets.
    fn count(&mut self, octets: usize) -> usize {
        self.seen += octets;
        let count = self.seen / self.expected;
        self.seen %= self.expected;
        count
    }
}

/// A server's text frame: its payload, and the octets of all of it.
fn read_frame(stream: &mut TcpStream) -> Result<(String, usize)> {
    let mut head = [0; 2];
    stream.read_exact(&mut head)?;
    let (length, octets) = match head[1] {
        126 => {
            let mut long = [0; 2];
            stream.read_exact(&mut long)?;
            (usize::from(u16::from_be_bytes(long)), 4)
        }
        short => (usize::from(short), 2),
    };
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload)?;
    Ok((String::from_utf8(payload)?, octets + length))
}

impl Connection {
    /// Connects, shakes hands, and has one message answered.
    ///
    /// # Errors
    /// A server that answers with something else than the update.
    pub fn open(address: SocketAddr, has_session: bool, in_flight: usize) -> Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.write_all(UPGRADE.as_bytes())?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            stream.read_exact(&mut octet)?;
            head.extend(octet);
        }
        let (thread, session) = if has_session {
            stream.write_all(&frame(HELLO))?;
            let (ack, _) = read_frame(&mut stream)?;
            (member(&ack, "thread_id")?, member(&ack, "session_id")?)
        } else {
            (THREAD.to_owned(), SESSION.to_owned())
        };
        let updates = Updates::new(&thread, &session, in_flight)?;
        let ping = format!(r#"{{"type":"ping","thread_id":"{thread}","session_id":"{session}","timestamp":1731700000}}"#);
        let mut connection = Self {
            stream,
            updates,
            ping: frame(&ping),
            in_flight: VecDeque::with_capacity(in_flight),
            answers: Answers::default(),
        };
        connection.stream.write_all(connection.updates.first())?;
        let (answer, octets) = read_frame(&mut connection.stream)?;
        if !answer.contains(r#""type":"state_update""#) || !answer.contains(r#""valence":-0.99,"arousal":-0.01}]"#) {
            return Err(format!("this is no echo: {answer}").into());
        }
        connection.answers.expected = octets;
        Ok(connection)
    }

    /// Sends a ping, and reads the answer to it.
    pub fn ping(&mut self) -> Result<()> {
        self.stream.write_all(&self.ping)?;
        let (pong, _) = read_frame(&mut self.stream)?;
        if member(&pong, "type")? != "pong" {
            return Err(format!("this is no pong: {pong}").into());
        }
        Ok(())
    }

    fn send(&mut self, count: usize) -> Result<()> {
        let mut rest = self.updates.next(count);
        while !rest.is_empty() {
            match self.stream.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => std::thread::yield_now(),
                Err(error) => return Err(error.into()),
            }
        }
        self.in_flight.push_back((Instant::now(), count as u32));
        Ok(())
    }

    /// Takes what was answered, and notes how long it took.
    fn receive(&mut self, buffer: &mut [u8], latencies: &mut Vec<Duration>) -> Result<usize> {
        let octets = self.stream.read(buffer)?;
        if octets == 0 {
            return Err("the server closed the connection".into());
        }
        let count = self.answers.count(octets);
        let (now, mut left) = (Instant::now(), count as u32);
        while left > 0 {
            let (sent, waiting) = self.in_flight.front_mut().ok_or("more answers than messages")?;
            let taken = left.min(*waiting);
            latencies.extend(std::iter::repeat_n(now - *sent, taken as usize));
            *waiting -= taken;
            left -= taken;
            if *waiting == 0 {
                self.in_flight.pop_front();
            }
        }
        Ok(count)
    }
}

/// What a round gave.
pub struct Round {
    pub messages: usize,
    pub time: Duration,
    /// Of each message.
    pub latencies: Vec<Duration>,
}

/// Many connections to one server.
pub struct Load {
    connections: Vec<Connection>,
    in_flight: usize,
    epoll: rustix::fd::OwnedFd,
    buffer: Vec<u8>,
}

impl Load {
    pub fn open(address: SocketAddr, has_session: bool, connections: usize, in_flight: usize) -> Result<Self> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let connections: Vec<Connection> = (0..connections)
            .map(|_| Connection::open(address, has_session, in_flight))
            .collect::<Result<_>>()?;
        for (index, connection) in connections.iter().enumerate() {
            connection.stream.set_nonblocking(true)?;
            epoll::add(
                &epoll,
                &connection.stream,
                epoll::EventData::new_u64(index as u64),
                epoll::EventFlags::IN,
            )?;
        }
        Ok(Self {
            connections,
            in_flight,
            epoll,
            buffer: vec![0; 64 * 1024],
        })
    }

    /// Keeps all connections busy for a time, then waits for what is still in flight.
    pub fn run(&mut self, time: Duration) -> Result<Round> {
        let begun = Instant::now();
        let mut latencies = Vec::with_capacity(1 << 20);
        let mut open = 0;
        for connection in &mut self.connections {
            connection.send(self.in_flight)?;
            open += self.in_flight;
        }
        let mut messages = 0;
        let mut events = Vec::with_capacity(256);
        while open > 0 {
            events.clear();
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), None)?;
            let is_over = begun.elapsed() >= time;
            for event in &events {
                let data = event.data;
                let connection = &mut self.connections[data.u64() as usize];
                let count = connection.receive(&mut self.buffer, &mut latencies)?;
                messages += count;
                if count == 0 {
                    continue;
                }
                if is_over {
                    open -= count;
                } else {
                    connection.send(count)?;
                }
            }
        }
        Ok(Round {
            messages,
            time: begun.elapsed(),
            latencies,
        })
    }
}
