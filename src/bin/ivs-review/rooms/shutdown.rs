//! Stopping in good order: [`Stop`].

use std::io;
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Builder;
use tokio::sync::watch;

/// `timeout`, and whoever else runs a command for somebody, may send the same signal twice at once:
/// what comes so soon after the first one is still the first one.
const SAME_REQUEST: Duration = Duration::from_millis(100);

/// Whether what is under way is to be finished, and nothing else begun. All clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Stop(watch::Sender<bool>);

impl Stop {
    /// Takes SIGINT and SIGTERM for requests from now on; before, they end the process. So does a
    /// second one, whatever is under way or cannot go on: they are waited for in a thread of their own,
    /// and `tell` is called in another when the first one comes.
    pub(crate) fn on_signals(&self, tell: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let mut signals = {
            let _context = runtime.enter();
            Signals::listen()?
        };
        let stop = self.clone();
        thread::spawn(move || {
            runtime.block_on(async {
                signals.next().await;
                let requested = Instant::now();
                stop.request();
                thread::spawn(tell);
                loop {
                    let code = signals.next().await;
                    if requested.elapsed() > SAME_REQUEST {
                        process::exit(code);
                    }
                }
            })
        });
        Ok(())
    }

    /// Requests it.
    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether it was requested.
    pub(crate) fn requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is requested.
    pub(crate) async fn wait(&self) {
        // The sender is here as long as somebody waits.
        let _ = self.0.subscribe().wait_for(|requested| *requested).await;
    }

    /// Waits for that time, or until it is requested.
    pub(crate) async fn sleep(&self, time: Duration) {
        let _ = tokio::time::timeout(time, self.wait()).await;
    }
}

/// The signals that ask a process to end.
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

    /// The exit code of a process that the next one ends, as shells have it.
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
    async fn a_request_ends_all_waiting_whenever_it_comes() {
        let stop = Stop::default();
        let begun = Instant::now();
        stop.sleep(Duration::from_millis(20)).await;
        assert!(begun.elapsed() >= Duration::from_millis(20) && !stop.requested());

        let other = stop.clone();
        let long = Duration::from_secs(600);
        tokio::join!(stop.wait(), stop.sleep(long), async { other.request() });
        assert!(stop.requested());
        tokio::join!(other.wait(), other.sleep(long));
        assert!(begun.elapsed() < long);
    }
}
