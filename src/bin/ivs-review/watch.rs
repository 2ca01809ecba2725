//! Notices changes of a rule folder by looking at it again and again. File events do not work on
//! network and container mounts.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How often the folder is looked at.
pub(crate) const INTERVAL: Duration = Duration::from_millis(200);

/// The maximum number of files and folders that are looked at.
const MAX_FILES: usize = 10_000;

/// Waits until a folder differs from `last` and does not change for a moment, and returns its
/// fingerprint. Editors write a file in several steps: they truncate it, or rename another one.
pub(crate) fn wait_for_change(folder: &Path, last: u64) -> u64 {
    let mut before = last;
    loop {
        thread::sleep(INTERVAL);
        let now = fingerprint(folder);
        if now != last && now == before {
            return now;
        }
        before = now;
    }
}

/// Returns a hash of names, sizes and times of the files in a folder and its subfolders.
pub(crate) fn fingerprint(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut folders = vec![folder.to_owned()];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        let mut entries: Vec<_> = fs::read_dir(&folder).into_iter().flatten().flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            count += 1;
            if count > MAX_FILES || entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            entry.path().hash(&mut hasher);
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => folders.push(entry.path()),
                Ok(metadata) => (metadata.len(), metadata.modified().ok()).hash(&mut hasher),
                Err(_) => {}
            }
        }
    }
    hasher.finish()
}
