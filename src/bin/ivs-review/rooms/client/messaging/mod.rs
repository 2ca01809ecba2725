//! The messaging API of IVS Chat: a WebSocket of one user in one room, as the clients of an application have it.

mod frame;
mod stream;

use std::fmt;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use ivs_chat_review::display::abridged;
use serde_json::json;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Uri};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};

pub(crate) use self::frame::Frame;
use self::stream::Stream;
use super::Token;

/// How long a connection with its handshakes may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The maximum size of a frame in bytes: many times that of the longest message.
const MAX_FRAME: usize = 256 << 10;

/// The maximum length of foreign text in an error, in characters.
const MAX_TEXT: usize = 200;

/// Where the messaging API is.
pub(crate) struct Messaging {
    url: String,
}

/// A connection of a user to a room.
pub(crate) struct Connection {
    socket: WebSocketStream<Stream>,
}

/// Why a connection failed or ended.
#[derive(Debug)]
pub(crate) enum MessagingError {
    /// The handshake was refused with this status.
    Refused(u16),
    /// The service closed the connection, with a code and a reason.
    Closed(String),
    /// Any other failure.
    Failed(String),
}

impl fmt::Display for MessagingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MessagingError::Refused(status) => {
                write!(f, "the handshake was refused: HTTP {status}")
            }
            MessagingError::Closed(how) => write!(f, "the service closed the connection{how}"),
            MessagingError::Failed(why) => f.write_str(why),
        }
    }
}

impl Messaging {
    pub(super) fn new(url: String) -> Messaging {
        Messaging { url }
    }

    /// Returns scheme, host and port: other parts of a URL may be secret.
    pub(crate) fn shown(&self) -> String {
        let url = self.url.parse::<Uri>().unwrap_or_default();
        let host = url.host().unwrap_or("a URL without a host");
        let port = url.port().map_or_else(String::new, |port| format!(":{port}"));
        format!("{}://{host}{port}", url.scheme_str().unwrap_or("wss"))
    }

    /// Connects with a token, which names the room and the user.
    pub(crate) async fn connect(&self, token: &Token) -> Result<Connection, MessagingError> {
        match timeout(CONNECT_TIMEOUT, self.handshake(token)).await {
            Ok(connected) => connected,
            Err(_) => {
                Err(MessagingError::Failed(format!("no connection after {CONNECT_TIMEOUT:?}")))
            }
        }
    }

    async fn handshake(&self, token: &Token) -> Result<Connection, MessagingError> {
        let mut request = self.url.as_str().into_client_request().map_err(failed)?;
        let stream = stream::open(request.uri()).await;
        let stream = stream.map_err(|error| MessagingError::Failed(format!("{error:#}")))?;
        let mut protocol = HeaderValue::from_str(token.expose())
            .map_err(|_| MessagingError::Failed("the token is not a header value".to_owned()))?;
        protocol.set_sensitive(true);
        request.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        let config = WebSocketConfig::default()
            .max_message_size(Some(MAX_FRAME))
            .max_frame_size(Some(MAX_FRAME));
        let connected =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await;
        let (socket, _) = connected.map_err(failed)?;
        Ok(Connection { socket })
    }
}

impl Connection {
    /// Sends a message. What the request causes has its ID.
    pub(crate) async fn send(
        &mut self,
        request_id: &str,
        content: &str,
    ) -> Result<(), MessagingError> {
        let request =
            json!({ "Action": "SEND_MESSAGE", "RequestId": request_id, "Content": content });
        self.socket.send(Message::text(request.to_string())).await.map_err(failed)
    }

    /// Waits for the next frame. Pings are answered meanwhile.
    pub(crate) async fn next(&mut self) -> Result<Frame, MessagingError> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(Frame::parse(&text)),
                Some(Ok(Message::Binary(_))) => return Ok(Frame::Other),
                Some(Ok(Message::Close(frame))) => {
                    let how = frame.map(|it| match it.reason.as_str() {
                        "" => format!(" with code {}", u16::from(it.code)),
                        reason => {
                            let reason = abridged(reason, MAX_TEXT);
                            format!(" with code {}: {reason}", u16::from(it.code))
                        }
                    });
                    return Err(MessagingError::Closed(how.unwrap_or_default()));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(failed(error)),
                None => return Err(MessagingError::Closed(String::new())),
            }
        }
    }

    /// Ends the connection, for which the service may be given a moment.
    pub(crate) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}

fn failed(error: Error) -> MessagingError {
    match error {
        Error::Http(response) => MessagingError::Refused(response.status().as_u16()),
        Error::ConnectionClosed | Error::AlreadyClosed => MessagingError::Closed(String::new()),
        error => MessagingError::Failed(abridged(&error.to_string(), MAX_TEXT)),
    }
}
