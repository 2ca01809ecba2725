//! The WebSocket of a client.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use ivs_chat_review::chat::ConnectionId;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::hub::{Hub, Outgoing};

/// The maximum size of a request in bytes. The service does not publish its own.
pub(super) const MAX_REQUEST: usize = 64 << 10;

/// How long a client may take to accept what was sent, or to answer a closing handshake.
const PATIENCE: Duration = Duration::from_secs(10);

/// The frames that are sent at once. Without a limit, a slow client that reads could seem to be one that does not.
const BATCH: usize = 64;

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Serves a client until its connection ends.
pub(super) async fn serve(
    hub: &Arc<Hub>,
    id: ConnectionId,
    upgraded: Upgraded,
    mut outgoing: Receiver<Outgoing>,
) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_REQUEST))
        .max_frame_size(Some(MAX_REQUEST));
    let io = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
    loop {
        tokio::select! {
            next = outgoing.recv() => match next {
                Some(first) => match send(&mut socket, first, &mut outgoing).await {
                    Some(After::Continue) => {}
                    Some(After::Close) => return end(&mut socket, CloseCode::Normal).await,
                    None => return,
                },
                // The client did not keep up.
                None => return,
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => hub.received(id, &text),
                Some(Ok(Message::Binary(_))) => hub.received_invalid(id, false),
                // The answer was queued by tungstenite.
                Some(Ok(Message::Ping(_))) => {
                    if !matches!(timeout(PATIENCE, socket.flush()).await, Ok(Ok(()))) {
                        return;
                    }
                }
                Some(Ok(Message::Pong(_) | Message::Frame(_) | Message::Close(_))) => {}
                Some(Err(Error::Capacity(_))) => {
                    hub.received_invalid(id, true);
                    while let Ok(next) = outgoing.try_recv() {
                        match send(&mut socket, next, &mut outgoing).await {
                            Some(After::Continue) => {}
                            Some(After::Close) => break,
                            None => return,
                        }
                    }
                    return end(&mut socket, CloseCode::Size).await;
                }
                Some(Err(_)) | None => return,
            },
        }
    }
}

/// What to do after a batch.
enum After {
    Continue,
    Close,
}

/// Sends a frame, and what else is waiting in the same packet. Returns `None` if the client does not accept it in time.
async fn send(
    socket: &mut Socket,
    first: Outgoing,
    outgoing: &mut Receiver<Outgoing>,
) -> Option<After> {
    let batch = async {
        let more = std::iter::from_fn(|| outgoing.try_recv().ok());
        let mut after = After::Continue;
        for next in std::iter::once(first).chain(more).take(BATCH) {
            match next {
                Outgoing::Frame(frame) => socket.feed(Message::Text(frame)).await?,
                Outgoing::Close => {
                    after = After::Close;
                    break;
                }
            }
        }
        socket.flush().await?;
        Ok::<After, Error>(after)
    };
    // Not only the flush can wait for the client, but also `feed`, if its buffer is full.
    timeout(PATIENCE, batch).await.ok()?.ok()
}

/// Closes a connection, and waits until the client has closed it too.
async fn end(socket: &mut Socket, code: CloseCode) {
    let frame = CloseFrame { code, reason: "".into() };
    let _ = timeout(PATIENCE, async {
        socket.close(Some(frame)).await?;
        while let Some(message) = socket.next().await {
            message?;
        }
        Ok::<(), Error>(())
    })
    .await;
}
