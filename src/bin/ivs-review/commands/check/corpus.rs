//! `check --corpus`: files of acceptable messages.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::recording::{Item, Start};
use ivs_chat_review::source::{Source, SourceId, Sources};

use crate::recordings::{self, BytesRead, Recordings};
use crate::terminal::count;

/// The maximum size of a file in bytes: some million lines.
const MAX_SIZE: usize = 64 << 20;

/// Reads the files and adds them to the sources of the rules; `-` is standard input.
pub(super) fn read(files: &[PathBuf], sources: &mut Sources) -> anyhow::Result<Vec<SourceId>> {
    let mut added = Vec::new();
    for file in files {
        let name = match file == Path::new("-") {
            true => "standard input".to_owned(),
            false => file.display().to_string(),
        };
        let (content, unreadable) = messages(file)
            .with_context(|| format!("cannot read the corpus `{}`", display_safe(&name)))?;
        if unreadable > 0 {
            let parts = count(unreadable, "part", "parts");
            let name = display_safe(&name);
            writeln!(
                anstream::stderr(),
                "warning: {parts} of the corpus `{name}` cannot be read, and no rule was tried on them"
            )?;
        }
        added.push(sources.push_outside(Source { path: name, content: Ok(content) }));
    }
    Ok(added)
}

/// Returns the messages of a file or folder, one per line, and the number of unreadable parts. A file
/// of lines is returned as it is.
fn messages(file: &Path) -> anyhow::Result<(Vec<u8>, u64)> {
    if file.is_dir() {
        return recorded(Recordings::open(file)?);
    }
    match recordings::peek(recordings::open(file)?)? {
        (Start::Text, input) => Ok((lines(input)?, 0)),
        (Start::Events | Start::Recording, input) => {
            recorded(Recordings::of_stream(file, input, BytesRead::default()))
        }
    }
}

fn lines(input: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.take(MAX_SIZE as u64 + 1).read_to_end(&mut bytes)?;
    limited(bytes)
}

/// The same for a recording. A line break in a message becomes a space.
fn recorded(recordings: Recordings) -> anyhow::Result<(Vec<u8>, u64)> {
    let mut bytes = Vec::new();
    let counts = recordings.read(|item| {
        if let Item::Message(message) = item {
            bytes.extend(message.request.content.replace(['\n', '\r'], " ").as_bytes());
            bytes.push(b'\n');
        }
        bytes.len() <= MAX_SIZE
    })?;
    Ok((limited(bytes)?, counts.unreadable))
}

fn limited(bytes: Vec<u8>) -> anyhow::Result<Vec<u8>> {
    if bytes.len() > MAX_SIZE {
        bail!("larger than {} MiB; use a part of it", MAX_SIZE >> 20);
    }
    Ok(bytes)
}
