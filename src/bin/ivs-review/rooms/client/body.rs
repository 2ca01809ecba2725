//! The bodies of answers: [`limit`].

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use aws_smithy_types::body::SdkBody;
use http_body::{Body, Frame};

use super::lenient;

/// The maximum size of an answer, in bytes. The largest that the service can give is a page of 50
/// rooms with 50 tags each, all as long as possible: 12 MB if every character is escaped.
const MAX_BODY: usize = 16 << 20;

/// Replaces the body of an answer, which is not read yet, by one that ends with an error if it is
/// too large, and whose members of unexpected types are replaced.
pub(super) fn limit(body: &mut SdkBody) {
    let unread = std::mem::replace(body, SdkBody::taken());
    *body = SdkBody::from_body_1_x(LimitedBody { unread, read: Some(Vec::new()) });
}

/// An answer that is too large.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TooLarge {
    Bytes,
    /// Of a list.
    Items,
}

/// A body that is passed on in one piece.
struct LimitedBody {
    unread: SdkBody,
    /// The bytes so far; `None` at the end.
    read: Option<Vec<u8>>,
}

type Data = <SdkBody as Body>::Data;
type Failure = Box<dyn Error + Send + Sync>;

impl Body for LimitedBody {
    type Data = Data;
    type Error = Failure;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Data>, Failure>>> {
        loop {
            match ready!(Pin::new(&mut self.unread).poll_frame(context)) {
                Some(Ok(frame)) => {
                    let (Ok(data), Some(read)) = (frame.into_data(), &mut self.read) else {
                        continue;
                    };
                    if read.len() + data.len() > MAX_BODY {
                        self.read = None;
                        return Poll::Ready(Some(Err(Box::new(TooLarge::Bytes))));
                    }
                    read.extend_from_slice(&data);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    let whole = self.read.take().filter(|read| !read.is_empty());
                    let whole = whole.map(|read| match lenient::answer(read) {
                        Ok(answer) => Ok(Frame::data(answer.into())),
                        Err(too_large) => Err(too_large.into()),
                    });
                    return Poll::Ready(whole);
                }
            }
        }
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TooLarge::Bytes => write!(f, "the answer is larger than {} MiB", MAX_BODY >> 20),
            TooLarge::Items => write!(f, "a list has more than {} items", lenient::MAX_ITEMS),
        }
    }
}

impl Error for TooLarge {}
