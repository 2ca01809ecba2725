//! A placeholder.
#[derive(Clone)]
pub(crate) struct Stop;
impl Stop {
    pub(crate) fn requested(&self) -> bool {
        false
    }
    pub(crate) async fn wait(&self) {
        std::future::pending().await
    }
    pub(crate) async fn sleep(&self, time: std::time::Duration) {
        tokio::time::sleep(time).await;
    }
}
