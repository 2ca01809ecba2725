//! Response bodies: complete, truncated or without an end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::time::{Interval, interval};

pub(crate) fn response(
    status: u16,
    kind: Option<&str>,
    retry_after: Option<u32>,
    body: String,
    is_truncated: bool,
) -> io::Result<Response<TestBody>> {
    let mut response = Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("x-amzn-requestid", "8d9a3a52-0f3c-4a9e-9b5e-1c1d6f6f7a11");
    if let Some(kind) = kind {
        response = response.header("x-amzn-errortype", kind);
    }
    if let Some(seconds) = retry_after {
        response = response.header("retry-after", seconds);
    }
    let bytes = Bytes::from(body);
    let body = match is_truncated {
        false => TestBody::Whole(Some(bytes).filter(|bytes| !bytes.is_empty())),
        true => TestBody::Truncated(Some(bytes.slice(..bytes.len() / 2))),
    };
    response.body(body).map_err(io::Error::other)
}

/// Returns a response without an end: a chunk whenever the client is ready, or a byte after each pause.
pub(super) fn endless(pause: Option<Duration>) -> io::Result<Response<TestBody>> {
    let chunk = Bytes::from(vec![b' '; if pause.is_some() { 1 } else { 64 << 10 }]);
    let body = TestBody::Endless { chunk, pause: pause.map(|pause| Box::pin(interval(pause))) };
    Response::builder().status(200).body(body).map_err(io::Error::other)
}

pub(crate) enum TestBody {
    Whole(Option<Bytes>),
    /// The first half of a body, then an error.
    Truncated(Option<Bytes>),
    Endless {
        chunk: Bytes,
        pause: Option<Pin<Box<Interval>>>,
    },
}

impl Body for TestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            TestBody::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            TestBody::Truncated(half) => match half.take() {
                Some(bytes) if !bytes.is_empty() => {
                    *half = Some(Bytes::new());
                    Poll::Ready(Some(Ok(Frame::data(bytes))))
                }
                // The first half must be sent before the connection is closed.
                Some(_) => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
                None => Poll::Ready(Some(Err(io::Error::other("truncated")))),
            },
            TestBody::Endless { chunk, pause } => {
                if let Some(pause) = pause {
                    ready!(pause.as_mut().poll_tick(context));
                }
                Poll::Ready(Some(Ok(Frame::data(chunk.clone()))))
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            TestBody::Whole(bytes) => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
            }
            _ => SizeHint::default(),
        }
    }
}
