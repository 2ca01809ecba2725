//! Answers as they go out, whole or torn.

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
    torn: bool,
) -> io::Result<Response<Payload>> {
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
    let keep = if torn { body.len() / 2 } else { body.len() };
    let bytes = Bytes::from(body).slice(..keep);
    response.body(Payload { bytes: Some(bytes), torn }).map_err(io::Error::other)
}

/// A body, or the first half of one.
pub(super) struct Payload {
    bytes: Option<Bytes>,
    torn: bool,
}

impl Body for Payload {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.bytes.take() {
            Some(bytes) if !bytes.is_empty() => {
                if self.torn {
                    self.bytes = Some(Bytes::new());
                }
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            // The half must be on its way before the connection goes.
            Some(_) if self.torn => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            None if self.torn => Poll::Ready(Some(Err(io::Error::other("torn")))),
            _ => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.bytes {
            Some(bytes) if !self.torn => SizeHint::with_exact(bytes.len() as u64),
            _ => SizeHint::default(),
        }
    }
}
