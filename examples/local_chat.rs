//! Chats with `ivs-review chat` as an application does: tokens from the AWS SDK, messages over a WebSocket.

use aws_config::BehaviorVersion;
use aws_sdk_ivschat::Client;
use aws_sdk_ivschat::types::ChatTokenCapability;
use aws_smithy_http_client::Builder;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Error = Box<dyn std::error::Error>;

struct Connection(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Connection {
    /// Connects a user to the lobby. The token is the subprotocol.
    async fn join(ivschat: &Client, user_id: &str) -> Result<Connection, Error> {
        let answer = ivschat.list_rooms().name("lobby").send().await?;
        let lobby = answer.rooms().iter().find(|room| room.name() == Some("lobby"));
        let room = lobby.and_then(|room| room.arn()).ok_or("no lobby")?;
        let token = ivschat
            .create_chat_token()
            .room_identifier(room)
            .user_id(user_id)
            .capabilities(ChatTokenCapability::SendMessage)
            .send()
            .await?;
        let mut request = std::env::var("CHAT_URL")?.into_client_request()?;
        let protocol = token.token().unwrap_or_default().parse()?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        Ok(Connection(connect_async(request).await?.0))
    }

    async fn send(&mut self, content: &str) -> Result<(), Error> {
        let frame = json!({ "Action": "SEND_MESSAGE", "RequestId": "1", "Content": content });
        Ok(self.0.send(Message::text(frame.to_string())).await?)
    }

    async fn receive(&mut self) -> Result<Value, Error> {
        let message = self.0.next().await.ok_or("the connection ended")??;
        Ok(serde_json::from_str(message.to_text()?)?)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    // Endpoint, Region and credentials are those of the environment. Without TLS, for loopback.
    let config = aws_config::defaults(BehaviorVersion::latest());
    let config = config.http_client(Builder::new().build_http()).load().await;
    let ivschat = Client::new(&config);

    let mut ann = Connection::join(&ivschat, "ann").await?;
    let mut vic = Connection::join(&ivschat, "vic").await?;
    ann.send("you muppet").await?;
    assert_eq!(ann.receive().await?["Content"], "you ******");
    assert_eq!(vic.receive().await?["Content"], "you ******");

    ann.send("i will hurt you").await?;
    let error = ann.receive().await?;
    assert_eq!(error["ErrorCode"], 406);
    assert_eq!(error["ErrorMessage"], "Threats are not allowed here, not even as a joke.");
    Ok(())
}
