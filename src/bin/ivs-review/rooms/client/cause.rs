//! The chain of causes of an error.

use std::error::Error;
use std::io;

/// Returns an error and its causes. The inner error of an [`io::Error`] is not its source.
pub(super) fn chain<'e>(
    error: &'e (dyn Error + 'static),
) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// Returns the first error of a type in the chain.
pub(super) fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// Joins the messages of an error and its causes, without repetitions.
pub(super) fn messages(error: &(dyn Error + 'static)) -> String {
    let mut messages = String::new();
    for message in chain(error).map(ToString::to_string) {
        if !messages.contains(&message) {
            messages.push_str(if messages.is_empty() { "" } else { ": " });
            messages.push_str(&message);
        }
    }
    messages
}
