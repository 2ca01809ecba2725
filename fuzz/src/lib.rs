//! What must hold whatever bytes come in: the bodies of the fuzz targets.
//!
//! Each takes any bytes and panics if something does not hold. The tests of the main package
//! include this file and try the bodies on seeds, random bytes and all findings so far.

use std::path::Path;

mod backups;
mod case;
mod disguises;
mod events;
mod links;
mod matching;
mod reply;
mod reviews;
mod rule_files;
mod seeds;

pub use self::backups::backups;
pub use self::disguises::{case_of, disguises};
pub use self::events::events;
pub use self::links::links;
pub use self::matching::{Reference, matching};
pub use self::reviews::reviews;
pub use self::rule_files::rule_files;
pub use self::seeds::{Seed, seeds};

/// The root of the repository, whichever package this is compiled for.
fn root() -> &'static Path {
    let is_root = |folder: &&Path| folder.join("tests/data").is_dir();
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(is_root).expect("it is in there")
}
