//! Response bodies, complete or truncated.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};

pub(super) fn response(
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
    let keep = if is_truncated { body.len() / 2 } else { body.len() };
    let bytes = Bytes::from(body).slice(..keep);
    response.body(TestBody { bytes: Some(bytes), is_truncated }).map_err(io::Error::other)
}

/// A body, or its first half.
pub(super) struct TestBody {
    bytes: Option<Bytes>,
    is_truncated: bool,
}

impl Body for TestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => {
                if self.is_truncated {
                    self.bytes = Some(Bytes::new());
                }
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            // The first half must be sent before the connection is closed.
            Some(_) if self.is_truncated => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None if self.is_truncated => Poll::Ready(Some(Err(io::Error::other("truncated")))),
            _ => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.bytes {
            Some(bytes) if !self.is_truncated => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
