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
                Some(Outgoing::Frame(first)) => {
                    let mut result = socket.feed(Message::Text(first)).await;
                    // What else is waiting goes into the same packet.
                    let mut close = false;
                    while let (Ok(()), Ok(next)) = (&result, outgoing.try_recv()) {
                        match next {
                            Outgoing::Frame(frame) => result = socket.feed(Message::Text(frame)).await,
                            Outgoing::Close => {
                                close = true;
                                break;
                            }
                        }
                    }
                    let flushed = timeout(PATIENCE, socket.flush()).await;
                    if result.is_err() || !matches!(flushed, Ok(Ok(()))) {
                        return;
                    }
                    if close {
                        return end(&mut socket, CloseCode::Normal).await;
                    }
                }
                Some(Outgoing::Close) => return end(&mut socket, CloseCode::Normal).await,
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
                    while let Ok(Outgoing::Frame(frame)) = outgoing.try_recv() {
                        let _ = timeout(PATIENCE, socket.send(Message::Text(frame))).await;
                    }
                    return end(&mut socket, CloseCode::Size).await;
                }
                Some(Err(_)) | None => return,
            },
        }
    }
}

/// Closes a connection, and waits until the client has closed it too.
async fn end(socket: &mut WebSocketStream<TokioIo<Upgraded>>, code: CloseCode) {
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
