//! `--corpus`: files of lines that nobody minds.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::source::{Source, SourceId, Sources};

/// The most that is read of a file, in bytes: some million lines.
const MAX_FILE: u64 = 64 << 20;

/// Adds the files to those of the rules; `-` is standard input.
pub(super) fn read(files: &[PathBuf], sources: &mut Sources) -> anyhow::Result<Vec<SourceId>> {
    let mut added = Vec::new();
    for file in files {
        let (name, content) = if file == Path::new("-") {
            ("standard input".to_owned(), bounded(io::stdin().lock()))
        } else {
            (file.display().to_string(), File::open(file).map_err(Into::into).and_then(bounded))
        };
        let content =
            content.with_context(|| format!("the innocent lines of `{}`", display_safe(&name)))?;
        added.push(sources.push_outside(Source { path: name, content: Ok(content) }));
    }
    Ok(added)
}

fn bounded(file: impl Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        bail!("there is more than {} MiB of them; give a part of it", MAX_FILE >> 20);
    }
    Ok(bytes)
}
