//! Builds a request from command-line options, and names its fields.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, bail};
use ivs_chat_review::ivs::{Field, ReviewRequest};
use serde::Serializer;
use serde::de::IgnoredAny;

use crate::cli::MessageArgs;
use crate::terminal::shown_path;

/// The maximum size of an event in bytes, as in Lambda (AWS Lambda Developer Guide, "Lambda
/// quotas").
pub(crate) const MAX_EVENT: usize = 6 << 20;

/// Returns a request for the message `text` with the room, sender and attributes of `args`.
pub(crate) fn request<'a>(args: &'a MessageArgs, text: &'a str) -> ReviewRequest<'a> {
    let attributes = |pairs: &'a [(String, String)]| {
        let pairs = pairs.iter();
        pairs.map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
    };
    let mut request = ReviewRequest::new(text);
    request.room_arn = args.room.as_deref().map(Cow::Borrowed);
    request.attributes = attributes(&args.attr);
    request.sender.user_id = args.user_id.as_deref().map(Cow::Borrowed);
    request.sender.attributes = attributes(&args.sender);
    request
}

/// Reads a file, or standard input for `-`, of at most `limit` bytes, which are whole MiB.
pub(crate) fn read_file(file: &Path, limit: usize) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        return read_limited(io::stdin().lock(), limit).context("cannot read standard input");
    }
    let context = || format!("cannot read `{}`", shown_path(file));
    read_limited(File::open(file).with_context(context)?, limit).with_context(context)
}

/// Reads at most `limit` bytes, which are whole MiB.
fn read_limited(input: impl Read, limit: usize) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        bail!("larger than {} MiB", limit >> 20);
    }
    Ok(bytes)
}

/// Reads a message from standard input, without the last line break.
pub(crate) fn read_message() -> anyhow::Result<String> {
    // An event cannot contain a longer message.
    let bytes = read_file(Path::new("-"), MAX_EVENT)?;
    let mut text = String::from_utf8(bytes)
        .map_err(|error| error.utf8_error())
        .context("the message is not valid UTF-8")?;
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Ok(text)
}

/// Reads a file, or standard input for `-`.
pub(crate) fn read_event(file: &Path) -> anyhow::Result<Vec<u8>> {
    read_file(file, MAX_EVENT)
}

pub(crate) fn event(json: &[u8]) -> anyhow::Result<ReviewRequest<'_>> {
    ReviewRequest::from_json(json).or_else(|error| {
        let mut values = serde_json::Deserializer::from_slice(json).into_iter::<IgnoredAny>();
        if let (Some(Ok(_)), Some(Ok(_))) = (values.next(), values.next()) {
            bail!("more than one event; use --events instead of --event");
        }
        Err(error.into())
    })
}

/// Serializes the name of a field as `fields` of a rule has it.
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

/// Returns the name of the attribute; empty for the content.
pub(crate) fn attribute_name<'r>(request: &'r ReviewRequest<'_>, field: Field) -> &'r str {
    match field {
        Field::Content => "",
        Field::Attribute(index) => request.attributes.nth(index).0,
        Field::Sender(index) => request.sender.attributes.nth(index).0,
    }
}
