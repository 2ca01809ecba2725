//! Messages and what comes back for them: [`Exchange`].

use std::time::{Duration, Instant};

use tokio::time::{sleep, timeout};

use crate::rooms::client::{Connection, Frame, MessagingError};

/// How long an answer may take. IVS Chat waits 200 ms for the handler.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a message is sent while the rate limit of the room is reached, and how long it takes
/// until the limit has passed.
const ATTEMPTS: usize = 4;
const RATE_PERIOD: Duration = Duration::from_millis(1_100);

/// The code of an error for too many requests.
pub(super) const THROTTLED: i64 = 429;

/// What came back for a message.
#[derive(Debug)]
pub(super) enum Answer {
    Delivered {
        id: String,
        content: String,
        time: Duration,
    },
    Refused {
        code: i64,
        reason: String,
    },
    /// Nothing came within this time.
    Missing(Duration),
}

/// A connection of the test.
pub(super) struct Exchange {
    connection: Connection,
}

impl Exchange {
    pub(super) fn new(connection: Connection) -> Exchange {
        Exchange { connection }
    }

    /// Sends a message and waits for what it causes. It is sent again if the limit of the room was
    /// reached.
    pub(super) async fn send(&mut self, content: &str) -> Result<Answer, MessagingError> {
        let mut attempt = 1;
        loop {
            match self.send_once(content).await? {
                Answer::Refused { code: THROTTLED, .. } if attempt < ATTEMPTS => {
                    sleep(RATE_PERIOD).await;
                    attempt += 1;
                }
                answer => return Ok(answer),
            }
        }
    }

    async fn send_once(&mut self, content: &str) -> Result<Answer, MessagingError> {
        // All users of the room see the ID, so each is random: no one can send the next one first.
        let random = getrandom::u64().map_err(|error| MessagingError::Failed(error.to_string()))?;
        let ours = format!("ivs-review-{random:016x}");
        let start = Instant::now();
        let exchange = async {
            self.connection.send(&ours, content).await?;
            loop {
                match self.connection.next().await? {
                    Frame::Message { id, request_id, content } if request_id == ours => {
                        return Ok(Answer::Delivered { id, content, time: start.elapsed() });
                    }
                    // An error without the ID of a request is that of the only one.
                    Frame::Error { request_id, code, reason }
                        if request_id == ours || request_id.is_empty() =>
                    {
                        return Ok(Answer::Refused { code, reason });
                    }
                    _ => {}
                }
            }
        };
        timeout(ANSWER_TIMEOUT, exchange).await.unwrap_or(Ok(Answer::Missing(ANSWER_TIMEOUT)))
    }

    /// Whether the deletion of a message is announced within the time of an answer.
    pub(super) async fn deleted(&mut self, id: &str) -> bool {
        let announced = async {
            loop {
                match self.connection.next().await {
                    Ok(Frame::Deleted { message_id }) if message_id == id => return true,
                    Ok(_) => {}
                    Err(_) => return false,
                }
            }
        };
        timeout(ANSWER_TIMEOUT, announced).await.unwrap_or(false)
    }

    pub(super) async fn close(self) {
        self.connection.close().await;
    }
}
