//! A message and what is around it, as options give it, and the names of its texts.

use std::borrow::Cow;
use std::io::{self, Read};

use anyhow::{Context, bail};
use ivs_chat_review::ivs::{Field, ReviewRequest};
use serde::Serializer;

use crate::cli::Stage;

/// The longest event, in bytes: what Lambda takes (AWS Lambda Developer Guide, "Lambda quotas").
pub(crate) const MAX_EVENT: usize = 6 << 20;

/// A message on the stage that the options set.
pub(crate) fn request<'a>(stage: &'a Stage, text: &'a str) -> ReviewRequest<'a> {
    let attributes = |pairs: &'a [(String, String)]| {
        let pairs = pairs.iter();
        pairs.map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
    };
    let mut request = ReviewRequest::new(text);
    request.room_arn = stage.room.as_deref().map(Cow::Borrowed);
    request.attributes = attributes(&stage.attr);
    request.sender.user_id = stage.user_id.as_deref().map(Cow::Borrowed);
    request.sender.attributes = attributes(&stage.sender);
    request
}

/// A message from standard input, without the line break that ends its last line.
pub(crate) fn read_message() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    // No event has room for a longer one.
    io::stdin()
        .lock()
        .take(MAX_EVENT as u64 + 1)
        .read_to_end(&mut bytes)
        .context("standard input")?;
    if bytes.len() > MAX_EVENT {
        bail!("the message is larger than {} MiB", MAX_EVENT >> 20);
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|error| error.utf8_error())
        .context("the message is not UTF-8")?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// The name of a field as rules write it.
pub(crate) fn field_name<S: Serializer>(
    field: &(Field, &str),
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match field {
        (Field::Content, _) => serializer.serialize_str("content"),
        (Field::Attribute(_), name) => serializer.collect_str(&format_args!("attributes.{name}")),
        (Field::Sender(_), name) => serializer.collect_str(&format_args!("sender.{name}")),
    }
}

/// The attribute that a field is the value of.
pub(crate) fn name<'r>(request: &'r ReviewRequest<'_>, field: Field) -> &'r str {
    match field {
        Field::Content => "",
        Field::Attribute(number) => request.attributes.nth(number).0,
        Field::Sender(number) => request.sender.attributes.nth(number).0,
    }
}
