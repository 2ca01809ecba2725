//! What cargo itself says.

use std::error::Error;
use std::process::{Command, Stdio};

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

use crate::linked::{self, Linked};

/// All crates of a lock file: of every feature, every platform, and those of tests.
pub(crate) fn metadata(manifest: &str) -> Result<Metadata, cargo_metadata::Error> {
    MetadataCommand::new()
        .manifest_path(manifest)
        .features(CargoOpt::AllFeatures)
        .other_options(["--locked".to_owned()])
        .exec()
}

/// The crates that the deployed handler is built of, on both architectures.
///
/// Asked of `cargo tree`: `cargo metadata` switches features on for the handler that only tests ask for.
pub(crate) fn handler() -> Result<Vec<Linked>, Box<dyn Error>> {
    let output = Command::new("cargo")
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "depth"])
        .args(["--no-default-features", "--features", "lambda"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--target", "aarch64-unknown-linux-gnu"])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo tree: {}", output.status).into());
    }
    linked::parse(&String::from_utf8(output.stdout)?)
}
