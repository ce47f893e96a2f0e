//! Ctrl-C and SIGTERM as a request to stop in good order; the second ends the program at once.

use crate::error::{Error, Result};
use crate::fetch::Stop;
use std::sync::mpsc;

/// Listens from now on, for as long as the process lives: once it returns, no signal is lost.
///
/// # Errors
/// A system without threads or signals.
pub fn listen() -> Result<Stop> {
    let (switch, stop) = Stop::new();
    let (ready, is_ready) = mpsc::channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|e| Error::io("signals", &e))?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let mut signals = match Signals::new() {
                Ok(signals) => signals,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            let _ = ready.send(Ok(()));
            signals.next().await;
            let _ = switch.send(true);
            signals.next().await;
            std::process::exit(130);
        });
    });
    let listening = is_ready.recv().unwrap_or(Ok(()));
    listening.map_err(|e| Error::io("signals", &e))?;
    Ok(stop)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn next(&mut self) {
        let _ = self.0.recv().await;
    }
}
