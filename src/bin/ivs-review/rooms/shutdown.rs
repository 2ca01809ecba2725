//! Graceful shutdown on signals: [`Shutdown`].

use std::io;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::sync::watch;

/// Signals within this time after the first one are duplicates of it: `timeout` and other
/// supervisors may send the same signal twice at once.
const DUPLICATE_WINDOW: Duration = Duration::from_millis(100);

/// A request to finish what is in flight and start nothing new. Clones share one request.
#[derive(Clone, Default)]
pub(crate) struct Shutdown(watch::Sender<bool>);

impl Shutdown {
    /// From now on, SIGINT and SIGTERM request a shutdown instead of ending the process. A second
    /// signal ends the process even if everything else is blocked: signals are awaited on a
    /// separate thread, and `notify` runs on another one after the first signal.
    pub(crate) fn on_signals(&self, notify: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let mut signals = {
            let _context = runtime.enter();
            Signals::listen()?
        };
        let shutdown = self.clone();
        thread::spawn(move || {
            runtime.block_on(async {
                signals.next().await;
                let requested = Instant::now();
                shutdown.request();
                thread::spawn(notify);
                loop {
                    let code = signals.next().await;
                    if requested.elapsed() > DUPLICATE_WINDOW {
                        process::exit(code);
                    }
                }
            })
        });
        Ok(())
    }

    /// Requests a shutdown.
    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether a shutdown was requested.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until a shutdown is requested.
    pub(crate) async fn wait(&self) {
        // Cannot fail: `self` keeps the sender alive.
        let _ = self.0.subscribe().wait_for(|requested| *requested).await;
    }

    /// Waits for a duration, or until a shutdown is requested.
    pub(crate) async fn sleep(&self, duration: Duration) {
        let _ = tokio::time::timeout(duration, self.wait()).await;
    }
}

/// SIGINT and SIGTERM.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        let (interrupt, terminate) = (SignalKind::interrupt(), SignalKind::terminate());
        Ok(Signals { interrupt: signal(interrupt)?, terminate: signal(terminate)? })
    }

    /// Waits for the next signal and returns the exit code that shells use for it.
    async fn next(&mut self) -> i32 {
        tokio::select! {
            _ = self.interrupt.recv() => 130,
            _ = self.terminate.recv() => 143,
        }
    }
}

/// Ctrl-C.
#[cfg(windows)]
struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    fn listen() -> io::Result<Signals> {
        tokio::signal::windows::ctrl_c().map(Signals)
    }

    async fn next(&mut self) -> i32 {
        self.0.recv().await;
        130
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_request_ends_all_waits() {
        let shutdown = Shutdown::default();
        let started = Instant::now();
        shutdown.sleep(Duration::from_millis(20)).await;
        assert!(started.elapsed() >= Duration::from_millis(20) && !shutdown.is_requested());

        let other = shutdown.clone();
        let long = Duration::from_secs(600);
        tokio::join!(shutdown.wait(), shutdown.sleep(long), async { other.request() });
        assert!(shutdown.is_requested());
        tokio::join!(other.wait(), other.sleep(long));
        assert!(started.elapsed() < long);
    }
}
