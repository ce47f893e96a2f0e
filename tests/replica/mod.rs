//! A server on the loopback that plays a source, down to the bytes: it can break off, drip, lie
//! about lengths, hang, and count who asked when.
//!
//! What it answers is a function of the request and of how many came before; `body` makes the
//! bodies that hurt, the tests hold the sources' own formats.

pub mod body;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When.
    pub at: Instant,
    /// Path and query.
    pub target: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or("")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter of the query, as it is written.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let query = self.target.split_once('?')?.1;
        query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then_some(value)
        })
    }
}

/// What the server does with a connection, one step after the other; then it closes it.
#[derive(Debug, Clone)]
pub enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Waits.
    Wait(Duration),
    /// Breaks the connection instead of closing it.
    Reset,
}

/// Answers a request; the number counts the requests for the same path before it.
pub type Handler = dyn Fn(&Seen, usize) -> Vec<Act> + Send + Sync;

/// A running server; it ends when it is dropped.
pub struct Replica {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Replica {
    pub fn start(handler: impl Fn(&Seen, usize) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let stop = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = Arc::new(handler);
        let thread = std::thread::spawn({
            let (seen, stop) = (Arc::clone(&seen), Arc::clone(&stop));
            move || {
                for stream in listener.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let Ok(stream) = stream else { continue };
                    let (seen, handler) = (Arc::clone(&seen), Arc::clone(&handler));
                    std::thread::spawn(move || serve(stream, &seen, &*handler));
                }
            }
        });
        Self {
            address,
            seen,
            stop,
            thread: Some(thread),
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All requests so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().expect("no panic").clone()
    }

    /// The times between neighbouring requests.
    pub fn gaps(&self) -> Vec<Duration> {
        let seen = self.seen();
        seen.windows(2)
            .map(|pair| pair[1].at - pair[0].at)
            .collect()
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(mut stream: TcpStream, seen: &Mutex<Vec<Seen>>, handler: &Handler) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let Some((request, length)) = peek(&stream) else {
        return;
    };
    let nth = {
        let mut seen = seen.lock().expect("no panic");
        let before = seen.iter().filter(|s| s.path() == request.path());
        let nth = before.count();
        seen.push(request.clone());
        nth
    };
    let acts = handler(&request, nth);
    // A connection that is closed with unread bytes is reset, so that they are read only where
    // it shall end well.
    if !acts.iter().any(|act| matches!(act, Act::Reset)) {
        let _ = stream.read_exact(&mut vec![0; length]);
    }
    for act in acts {
        let done = match act {
            Act::Send(bytes) => stream.write_all(&bytes).and_then(|()| stream.flush()),
            Act::Wait(time) => {
                std::thread::sleep(time);
                Ok(())
            }
            Act::Reset => {
                // What was sent shall arrive before the break.
                std::thread::sleep(Duration::from_millis(20));
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
    let _ = stream.shutdown(std::net::Shutdown::Write);
    // Not closed before the client has read all.
    let _ = stream.read(&mut [0; 64]);
}

/// The head of a request without taking it from the connection, and its length.
fn peek(stream: &TcpStream) -> Option<(Seen, usize)> {
    let mut buffer = vec![0; 16 << 10];
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        let n = stream.peek(&mut buffer).ok()?;
        if n == 0 {
            return None;
        }
        if let Some(end) = buffer[..n].windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            return Some((parse(&head)?, end + 4));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

fn parse(head: &str) -> Option<Seen> {
    let mut lines = head.split("\r\n");
    let target = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
    });
    Some(Seen {
        at: Instant::now(),
        target,
        headers: headers.collect(),
    })
}

/// A complete reply.
pub fn reply(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<Act> {
    let body = body.as_ref();
    let mut bytes = head(status, headers, Some(body.len()));
    bytes.extend_from_slice(body);
    vec![Act::Send(bytes)]
}

/// A reply of status 200, of the type that it says.
pub fn ok(content_type: &str, body: impl AsRef<[u8]>) -> Vec<Act> {
    reply(200, &[("content-type", content_type)], body)
}

/// The head of a reply; `length` need not be the body's.
pub fn head(status: u16, headers: &[(&str, &str)], length: Option<usize>) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Replica\r\nconnection: close\r\n");
    if let Some(length) = length {
        text.push_str(&format!("content-length: {length}\r\n"));
    }
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// A reply whose length says more than comes; the connection is closed in good order.
pub fn cut_short(body: &[u8], sent: usize) -> Vec<Act> {
    let mut bytes = head(200, &[], Some(body.len()));
    bytes.extend_from_slice(&body[..sent]);
    vec![Act::Send(bytes)]
}

/// A reply that breaks off in the middle of its body.
pub fn reset_midway(body: &[u8], sent: usize) -> Vec<Act> {
    let mut acts = cut_short(body, sent);
    acts.push(Act::Reset);
    acts
}

/// A reply that comes a byte at a time.
pub fn drip(body: &[u8], pause: Duration) -> Vec<Act> {
    let mut acts = vec![Act::Send(head(200, &[], Some(body.len())))];
    for byte in body {
        acts.push(Act::Wait(pause));
        acts.push(Act::Send(vec![*byte]));
    }
    acts
}

/// A redirect.
pub fn redirect(location: &str) -> Vec<Act> {
    reply(302, &[("location", location)], "")
}
