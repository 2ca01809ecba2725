//! The bodies of the fuzz targets: properties that apply to any input.
//!
//! Each body takes any bytes and panics if a property is violated. The tests of the main package
//! include this file and run the bodies on mutated seeds, random bytes and all findings.

use std::path::Path;

mod backups;
mod case;
mod chat;
mod compiled;
mod disguises;
mod events;
mod imports;
mod links;
mod lists;
mod matching;
mod recordings;
mod reply;
mod reviews;
mod rule_files;
mod seeds;
mod tables;
mod trials;
mod trickle;

pub use self::backups::backups;
pub use self::chat::chat;
pub use self::compiled::{DAMAGED, compiled};
pub use self::disguises::{case_of, disguises};
pub use self::events::events;
pub use self::imports::imports;
pub use self::links::links;
pub use self::lists::lists;
pub use self::matching::{Reference, matching};
pub use self::recordings::recordings;
pub use self::reviews::reviews;
pub use self::rule_files::rule_files;
pub use self::seeds::{Seed, seeds};
pub use self::tables::tables;
pub use self::trials::trials;

/// Returns the root of the repository. The manifest is that of the main package or of this one.
fn root() -> &'static Path {
    let is_root = |folder: &&Path| folder.join("tests/data").is_dir();
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(is_root)
        .expect("the package is in the repository")
}
