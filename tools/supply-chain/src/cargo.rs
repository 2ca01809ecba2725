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

/// A binary of this repository, as it is distributed.
#[derive(Clone, Copy)]
pub(crate) enum Binary {
    /// What Lambda runs.
    Handler,
    /// The command line in the archives of a release.
    CommandLine,
}

impl Binary {
    /// What a person calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Binary::Handler => "handler",
            Binary::CommandLine => "command line",
        }
    }

    fn feature(self) -> &'static str {
        match self {
            Binary::Handler => "lambda",
            Binary::CommandLine => "rooms",
        }
    }

    /// The platforms that it is built for; those of `.github/workflows/release.yml`.
    fn platforms(self) -> &'static [&'static str] {
        match self {
            Binary::Handler => &["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"],
            Binary::CommandLine => &[
                "x86_64-unknown-linux-gnu",
                "aarch64-unknown-linux-gnu",
                "x86_64-apple-darwin",
                "aarch64-apple-darwin",
                "x86_64-pc-windows-msvc",
            ],
        }
    }
}

/// The crates that a binary is built of, on all its platforms.
///
/// Asked of `cargo tree`: `cargo metadata` switches features on for a binary that only tests ask for.
pub(crate) fn linked(binary: Binary) -> Result<Vec<Linked>, Box<dyn Error>> {
    let platforms = binary.platforms().iter().flat_map(|platform| ["--target", platform]);
    let output = Command::new("cargo")
        .args(["tree", "--locked", "--edges", "normal", "--prefix", "depth"])
        .args(["--no-default-features", "--features", binary.feature()])
        .args(platforms)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("cargo tree: {}", output.status).into());
    }
    linked::parse(&String::from_utf8(output.stdout)?)
}
