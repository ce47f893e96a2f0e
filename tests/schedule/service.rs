//! `schedule run` as a service: a process that the system starts, listens to, and stops.

use super::{Desk, closes, time_series};
use crate::replica::{Act, Replica};
use crate::support::Run;
use std::os::unix::net::UnixDatagram;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// After this, a service that says nothing says nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that believes systemd has started it.
struct Service {
    child: Child,
    /// All that it said; a thread listens, because a full socket would hold it up.
    said: Arc<Mutex<Vec<String>>>,
    n_heard: usize,
}

impl Service {
    fn start(desk: &Desk, now: &str) -> Self {
        let path = desk.sandbox.path("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = Arc::clone(&said);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n) = socket.recv(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..n]).into_owned();
                let mut said = lines.lock().expect("no panic");
                said.extend(text.lines().map(str::to_owned));
            }
        });
        let mut command = desk.command(&["run", "schedule.toml", "--now", now]);
        command
            .env("NOTIFY_SOCKET", &path)
            .env("WATCHDOG_USEC", "400000");
        let child = started_as_by_systemd(&command)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        Self {
            child,
            said,
            n_heard: 0,
        }
    }

    /// Waits until the service says something that it has not said so far.
    fn hears(&mut self, what: &str) {
        until(what, || {
            let said = self.said.lock().expect("no panic");
            let at = said.iter().skip(self.n_heard).position(|line| line == what);
            self.n_heard += at.map_or(0, |at| at + 1);
            at.is_some()
        });
    }

    /// Sends SIGTERM, and returns how the process ended and how long that took.
    fn stops(mut self) -> (Run, Duration) {
        let asked = Instant::now();
        let kill = format!("kill -TERM {}", self.child.id());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell").success());
        self.hears("STOPPING=1");
        let output = self.child.wait_with_output().expect("an end");
        (Run::of(output), asked.elapsed())
    }
}

/// Waits for something that must come.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what} does not come");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The same command, with the id of its process in the environment.
fn started_as_by_systemd(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "WATCHDOG_PID=$$ exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args())
        .current_dir(command.get_current_dir().expect("a folder"))
        .stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}

#[test]
fn a_service_says_how_it_is_and_runs_when_a_session_is_due() {
    let desk = Desk::new();
    desk.once("2025-01-24T23:30:00Z").ends(1);
    let mut service = Service::start(&desk, "2025-01-27T23:29:55Z");
    service.hears("READY=1");
    service.hears("STATUS=next run 2025-01-27T23:30:00Z");
    // The clock goes on, and the moment comes.
    service.hears("STATUS=running for 2025-01-27");
    service.hears("STATUS=next run 2025-01-28T23:30:00Z");
    let watchdog = Instant::now();
    for _ in 0..3 {
        service.hears("WATCHDOG=1");
    }
    assert!(watchdog.elapsed() < Duration::from_secs(10));

    let owner = format!("process {} (schedule run)", service.child.id());
    let second = desk.run(&["run", "schedule.toml"]).ends(4);
    assert!(second.stderr.contains(&owner), "{}", second.stderr);

    let (ended, took) = service.stops();
    ended.ends(0);
    assert!(took < Duration::from_secs(8), "{took:?}");
    let status = desk.json("reports/status.json");
    assert_eq!(status["session"], "2025-01-27");
    assert!(status["run_at"].as_str() >= Some("2025-01-27T23:30:00Z"));
    let page = desk.sandbox.path("reports/watch/2025-01-27/changes.html");
    assert!(page.exists());
    desk.once("2025-01-27T23:31:00Z").ends(1);
}

#[test]
fn a_service_that_is_stopped_while_it_fetches_leaves_the_session_for_the_next_one() {
    let hangs = Arc::new(AtomicBool::new(true));
    let (flag, figures) = (Arc::clone(&hangs), closes());
    let source = Replica::start(move |seen, _| {
        let wait = if flag.load(Ordering::SeqCst) { 60 } else { 0 };
        vec![
            Act::Wait(Duration::from_secs(wait)),
            Act::Send(time_series(&figures, seen)),
        ]
    });
    let desk = Desk::facing(source);
    let mut service = Service::start(&desk, "2025-01-27T23:31:00Z");
    service.hears("STATUS=running for 2025-01-27");
    until("a request", || desk.source_requests() > 0);
    let (ended, took) = service.stops();
    ended.ends(0);
    assert!(took < Duration::from_secs(6), "{took:?}");
    assert!(desk.ledger().iter().all(|row| !row.starts_with("runs ")));
    hangs.store(false, Ordering::SeqCst);
    let next = desk.once("2025-01-27T23:32:00Z").ends(1).json();
    assert_eq!(next["outcome"], "updated");
}

#[test]
fn a_step_that_does_not_end_is_broken_off_and_done_by_the_next_run() {
    let hangs = Arc::new(AtomicBool::new(true));
    let flag = Arc::clone(&hangs);
    let hook = Replica::start(move |_, _| {
        let wait = if flag.load(Ordering::SeqCst) { 60 } else { 0 };
        let taken = b"HTTP/1.1 204 Taken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        vec![
            Act::Wait(Duration::from_secs(wait)),
            Act::Send(taken.to_vec()),
        ]
    });
    let desk = Desk::new();
    let url = format!("{}/hook", hook.url());
    desk.notify(&format!("to = \"webhook\"\nurl = \"{url}\"\n"));
    desk.once("2025-01-24T23:30:00Z").ends(1);
    let mut service = Service::start(&desk, "2025-01-27T23:31:00Z");
    service.hears("READY=1");
    until("a message", || !hook.seen().is_empty());
    let (ended, took) = service.stops();
    ended.ends(0);
    assert!(took < Duration::from_secs(12), "{took:?}");
    let offered = hook.seen().len();
    hangs.store(false, Ordering::SeqCst);
    desk.once("2025-01-27T23:32:00Z").ends(1);
    let again = hook.seen();
    assert!(again.len() > offered);
    // Nothing was marked as sent that was not taken: the same key comes again.
    assert_eq!(
        again[0].header("idempotency-key"),
        again[offered].header("idempotency-key")
    );
}
