//! A placeholder.
use std::time::Duration;
use tokio::sync::watch;

#[derive(Clone)]
pub(crate) struct Stop(watch::Sender<bool>);
impl Stop {
    pub(crate) fn on_signals() -> std::io::Result<Stop> {
        use tokio::signal::unix::{SignalKind, signal};
        let stop = Stop(watch::Sender::new(false));
        for (kind, code) in [(SignalKind::interrupt(), 130), (SignalKind::terminate(), 143)] {
            let mut signals = signal(kind)?;
            let stop = stop.clone();
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    if stop.requested() {
                        std::process::exit(code);
                    }
                    stop.request();
                }
            });
        }
        Ok(stop)
    }
    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }
    pub(crate) fn requested(&self) -> bool {
        *self.0.borrow()
    }
    pub(crate) async fn wait(&self) {
        let _ = self.0.subscribe().wait_for(|stop| *stop).await;
    }
    pub(crate) async fn sleep(&self, time: Duration) {
        let _ = tokio::time::timeout(time, self.wait()).await;
    }
}
