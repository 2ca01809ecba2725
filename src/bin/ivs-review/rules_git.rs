//! Reads a rule folder from a revision of a git repository: `git:REV[:PATH]`.
//!
//! `git` is run without a shell, and nothing is written to disk. A revision is resolved to a hash
//! first, and only the hash is passed on.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, anyhow, bail};
use ivs_chat_review::display::display_safe;
use ivs_chat_review::rules::{self, MANIFEST, MAX_FILE, MAX_FILES, MAX_FOLDER};
use ivs_chat_review::source::{ReadError, Source, Sources};

use crate::rules_dir::RuleFolder;

/// Compiles the rules of a revision. Without a path, `folder` is the rule folder.
pub(crate) fn open(spec: &str, folder: &Path) -> anyhow::Result<RuleFolder> {
    let start = Instant::now();
    let (revision, path) = match spec.split_once(':') {
        Some((revision, path)) => (revision, Some(path)),
        None => (spec, None),
    };
    let shown = display_safe(revision);
    if revision.is_empty() || revision.starts_with('-') {
        bail!("invalid revision `{shown}`; use for example git:HEAD or git:main");
    }
    let here = if path.is_none() { folder } else { Path::new(".") };
    if path.is_none() && !folder.is_dir() {
        let folder = display_safe(&folder.to_string_lossy()).into_owned();
        bail!(
            "the folder `{folder}` does not exist; use git:{shown}:PATH, with the path in the repository"
        );
    }
    if git(here, &["rev-parse", "--git-dir"])?.is_none() {
        bail!(
            "not in a git repository, or git refuses to read it (`git status` shows why); \
             use --from DIR instead of git:{shown}"
        );
    }
    let wanted = format!("{revision}^{{commit}}");
    let commit = git(here, &["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    let commit = commit.and_then(|commit| hash(&commit)).ok_or_else(|| {
        anyhow!("revision `{shown}` not found in this repository; a shallow clone may lack it")
    })?;
    let inside = path.unwrap_or("./");
    let tree = git(here, &["rev-parse", "--verify", "--quiet", &format!("{commit}:{inside}")])?;
    let tree = tree.and_then(|tree| hash(&tree)).ok_or_else(|| {
        let path = path.map_or_else(|| folder.to_string_lossy(), Into::into);
        anyhow!("revision `{shown}` does not contain the folder `{}`", display_safe(&path))
    })?;
    let list =
        git(here, &["ls-tree", "-r", "-l", "-z", "--full-tree", &tree])?.ok_or_else(|| {
            anyhow!("`{}` is not a folder in revision `{shown}`", display_safe(inside))
        })?;
    let mut sources = Sources::new(format!("git:{shown}:{}/", path.unwrap_or(".")));
    let mut files = 0;
    let mut remaining = MAX_FOLDER;
    for line in list.split(|&byte| byte == 0).filter(|line| !line.is_empty()) {
        let line = String::from_utf8_lossy(line);
        let (about, path) = line.split_once('\t').context("unexpected output of git ls-tree")?;
        if !rules::is_rule_file(path) {
            continue;
        }
        files += 1;
        if files > MAX_FILES {
            bail!("the rules of revision `{shown}` are more than {MAX_FILES} files");
        }
        // Mode, type, hash and size.
        let mut about = about.split_ascii_whitespace();
        let (mode, object, size) = (about.next(), about.nth(1), about.next());
        let size = size.and_then(|size| size.parse::<u64>().ok());
        let content = match (mode, object, size) {
            (Some("100644" | "100755"), Some(object), Some(size)) => {
                if size > MAX_FILE {
                    Err(ReadError::Unreadable(format!("is larger than {} MiB", MAX_FILE >> 20)))
                } else if size > remaining {
                    let limit = MAX_FOLDER >> 20;
                    Err(ReadError::Unreadable(format!(
                        "exceeds the limit of {limit} MiB for the folder"
                    )))
                } else {
                    remaining -= size;
                    git(here, &["cat-file", "blob", object])?.ok_or("cannot be read".into())
                }
            }
            _ => Err("is not a regular file".into()),
        };
        sources.push(Source { path: path.to_owned(), content });
    }
    if sources.find(MANIFEST).is_none() {
        bail!("revision `{shown}` does not contain {MANIFEST} in that folder");
    }
    Ok(RuleFolder::compile(sources, start))
}

/// Runs git. Returns its output, or `None` if it fails.
fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<Option<Vec<u8>>> {
    let output = Command::new("git")
        .args(["--no-optional-locks", "--no-pager"])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    match output {
        Ok(output) => Ok(output.status.success().then_some(output.stdout)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            bail!("cannot run `git`; install it, or compare with a folder: --from DIR")
        }
        Err(error) => Err(error).context("cannot run `git`"),
    }
}

/// Returns the hash in the last line of an output.
fn hash(output: &[u8]) -> Option<String> {
    let text = str::from_utf8(output).ok()?;
    let hash = text.lines().next_back()?.trim();
    (hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| hash.to_owned())
}
