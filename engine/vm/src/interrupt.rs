//! Ending a running program from another thread, at once or after a time. Embedders and the command
//! line use it; the isolate looks at the flag whenever a slice of ticks is over.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// Ends the program of one engine. Clones do the same; any thread may use them, and may outlive the
/// engine.
#[derive(Clone, Debug)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    pub(crate) fn new(flag: Arc<AtomicBool>) -> Interrupt {
        Interrupt(flag)
    }

    /// The running program ends soon with `Termination::Interrupted`, whatever handlers it has; when
    /// none is running, the next one does.
    pub fn interrupt(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether a request has had no effect yet.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes a request back that has had no effect yet.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Interrupts after `limit`, unless the result is dropped before.
    pub fn after(&self, limit: Duration) -> Watchdog {
        let (sender, dropped) = channel::<()>();
        let interrupt = self.clone();
        let thread = std::thread::spawn(move || {
            if dropped.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
                interrupt.interrupt();
            }
        });
        Watchdog { sender: Some(sender), thread: Some(thread) }
    }
}

/// See [`Interrupt::after`].
#[derive(Debug)]
pub struct Watchdog {
    sender: Option<Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            // it has nothing to panic about
            let _ = thread.join();
        }
    }
}
