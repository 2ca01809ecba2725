//! The archive of a layer: the rules as text and compiled.

use std::io::{Cursor, Write};

use anyhow::{Context, bail};
use ivs_chat_review::compiled;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::rules_dir::RuleFolder;

/// The folder in the layer. Lambda unpacks layers to `/opt`, so `RULES_DIR` is `/opt/rules`.
const FOLDER: &str = "rules";

/// The maximum size of an archive that is part of a request (AWS Lambda Developer Guide, "Lambda
/// quotas").
const MAX_ARCHIVE: usize = 50 << 20;

/// Returns the archive. The same rules give the same bytes: all files have the same time, so that
/// the handler does not take one for newer than the compiled rules.
pub(super) fn archive(folder: &RuleFolder) -> anyhow::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o644);
    let compiled = compiled::write(&folder.engine, &folder.sources);
    let files = folder.sources.in_folder().iter();
    let files = files.filter_map(|file| Some((file.path.as_str(), file.content.as_ref().ok()?)));
    for (path, content) in files.chain([(compiled::FILE, &compiled)]) {
        archive
            .start_file(format!("{FOLDER}/{path}"), options)
            .context("cannot write the archive of the rules")?;
        archive.write_all(content).context("cannot write the archive of the rules")?;
    }
    let archive = archive.finish().context("cannot write the archive of the rules")?.into_inner();
    if archive.len() > MAX_ARCHIVE {
        bail!(
            "the archive of the rules has {} MiB, and Lambda accepts {}; use `sam deploy`, which uploads it to S3",
            archive.len() >> 20,
            MAX_ARCHIVE >> 20
        );
    }
    Ok(archive)
}
