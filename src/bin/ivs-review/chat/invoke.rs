//! Invocations of a function by HTTP, as the runtime interface emulator, `sam local start-lambda` and Lambda accept them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use ivs_chat_review::chat::Answer;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// The maximum size of a reply in bytes.
const MAX_REPLY: usize = 256 << 10;

/// The maximum time of an invocation. It continues after IVS Chat has stopped waiting, as in Lambda.
const MAX_TIME: Duration = Duration::from_secs(60);

/// The maximum number of events for a function, and how long one of them waits for its turn.
const MAX_EVENTS: usize = 1_000;
const MAX_WAIT: Duration = Duration::from_secs(10);

/// Turns of events. The emulator executes one invocation at a time; others wait, which does not count for the limit.
pub(super) struct Turns {
    places: Semaphore,
    turn: Semaphore,
}

/// A turn, which ends with the invocation.
pub(super) struct Turn<'t> {
    _place: SemaphorePermit<'t>,
    _turn: SemaphorePermit<'t>,
}

impl Default for Turns {
    fn default() -> Turns {
        Turns { places: Semaphore::new(MAX_EVENTS), turn: Semaphore::new(1) }
    }
}

impl Turns {
    /// Waits for the next turn.
    ///
    /// # Errors
    ///
    /// Why there is none: a function that hangs takes a minute for each event.
    pub(super) async fn next(&self) -> Result<Turn<'_>, &'static str> {
        let place = self.places.try_acquire();
        let place = place.map_err(|_| "too many messages wait for the function")?;
        match timeout(MAX_WAIT, self.turn.acquire()).await {
            Ok(Ok(turn)) => Ok(Turn { _place: place, _turn: turn }),
            _ => Err("the function is busy with an earlier message"),
        }
    }
}

/// Where a function is invoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// Host and port.
    authority: String,
    host: String,
    port: u16,
    /// `None`: the path of an invocation by name.
    path: Option<String>,
}

impl FromStr for Endpoint {
    type Err = &'static str;

    fn from_str(url: &str) -> Result<Endpoint, Self::Err> {
        let rest = url.strip_prefix("http://").ok_or("expected http://HOST:PORT")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let uri: hyper::Uri = url.parse().map_err(|_| "expected http://HOST:PORT")?;
        let host = uri.host().filter(|host| !host.is_empty() && !authority.contains('@'));
        let host = host.ok_or("expected http://HOST:PORT")?;
        let port = match authority.strip_prefix(host).and_then(|rest| rest.strip_prefix(':')) {
            Some(port) => port.parse().map_err(|_| "the port is invalid")?,
            None => 80,
        };
        Ok(Endpoint {
            authority: authority.to_owned(),
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            path: Some(path.to_owned()).filter(|path| !path.is_empty() && path != "/"),
        })
    }
}

/// A function at an endpoint.
#[derive(Clone)]
pub(super) struct Function {
    endpoint: Endpoint,
    path: String,
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.endpoint.authority, self.path)
    }
}

impl Function {
    pub(super) fn new(endpoint: &Endpoint, name: &str) -> Function {
        let named = || format!("/2015-03-31/functions/{name}/invocations");
        Function { endpoint: endpoint.clone(), path: endpoint.path.clone().unwrap_or_else(named) }
    }

    /// Invokes the function. Takes at most a minute.
    pub(super) async fn invoke(&self, event: String) -> Answer {
        match timeout(MAX_TIME, self.request(event)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(why)) => Answer::Unreachable(why),
            Err(_) => Answer::TimedOut,
        }
    }

    async fn request(&self, event: String) -> Result<Answer, String> {
        let Endpoint { authority, host, port, .. } = &self.endpoint;
        let stream = TcpStream::connect((host.as_str(), *port)).await;
        let stream = stream.map_err(|error| error.to_string())?;
        let _ = stream.set_nodelay(true);
        let (mut sender, connection) =
            http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
        let request = Request::post(&self.path)
            .header("host", authority)
            .header("content-type", "application/json")
            .body(Full::new(Bytes::from(event)))
            .map_err(|error| error.to_string())?;
        let exchange = async {
            let response = sender.send_request(request).await.map_err(|error| error.to_string())?;
            let status = response.status();
            let has_failed = response.headers().contains_key("x-amz-function-error");
            let body = Limited::new(response.into_body(), MAX_REPLY).collect().await;
            let body = body.map_err(|error| error.to_string())?.to_bytes();
            Ok(match status {
                _ if has_failed => Answer::FunctionError,
                StatusCode::OK => Answer::Reply(body.into()),
                status => Answer::Unreachable(format!("HTTP {}", status.as_u16())),
            })
        };
        tokio::pin!(exchange);
        tokio::select! {
            answer = &mut exchange => answer,
            // The connection ends after the answer, or with an error that the exchange reports.
            _ = connection => exchange.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_without_a_path_is_that_of_an_invocation() {
        for (url, expected) in [
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000/2015-03-31/functions/f/invocations"),
            ("http://localhost/", "http://localhost/2015-03-31/functions/f/invocations"),
            ("http://[::1]:9000/review", "http://[::1]:9000/review"),
        ] {
            let endpoint: Endpoint = url.parse().expect(url);
            assert_eq!(Function::new(&endpoint, "f").to_string(), expected);
        }
        for url in
            ["https://x", "127.0.0.1:9000", "http://", "http://:9000", "http://a b", "http://u@h"]
                .into_iter()
                .chain(["http://h:90000", "http://h:", "http://[::1]:x/review", "http://h:-1"])
        {
            assert!(url.parse::<Endpoint>().is_err(), "{url}");
        }
    }
}
