//! The chain of causes of an error.

use std::error::Error;
use std::io;

/// An error and those behind it. What an [`io::Error`] holds is not its source.
pub(super) fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// The first error of a type in the chain.
pub(super) fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// What an error and those behind it say, each thing once.
pub(super) fn texts(error: &(dyn Error + 'static)) -> String {
    let mut texts = String::new();
    for text in chain(error).map(ToString::to_string) {
        if !texts.contains(&text) {
            texts.push_str(if texts.is_empty() { "" } else { ": " });
            texts.push_str(&text);
        }
    }
    texts
}
