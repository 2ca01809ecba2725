//! `check --corpus`: files of acceptable messages.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::source::{Source, SourceId, Sources};

/// The maximum size of a file in bytes: some million lines.
const MAX_SIZE: u64 = 64 << 20;

/// Reads the files and adds them to the sources of the rules; `-` is standard input.
pub(super) fn read(files: &[PathBuf], sources: &mut Sources) -> anyhow::Result<Vec<SourceId>> {
    let mut added = Vec::new();
    for file in files {
        let (name, content) = if file == Path::new("-") {
            ("standard input".to_owned(), read_limited(io::stdin().lock()))
        } else {
            (
                file.display().to_string(),
                File::open(file).map_err(Into::into).and_then(read_limited),
            )
        };
        let content =
            content.with_context(|| format!("cannot read the corpus `{}`", display_safe(&name)))?;
        added.push(sources.push_outside(Source { path: name, content: Ok(content) }));
    }
    Ok(added)
}

fn read_limited(file: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MAX_SIZE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_SIZE {
        bail!("larger than {} MiB; use a part of it", MAX_SIZE >> 20);
    }
    Ok(bytes)
}
