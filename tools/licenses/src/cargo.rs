//! Runs `cargo metadata` and `cargo tree`.

use std::error::Error;
use std::process::{Command, Stdio};

use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

/// Returns all crates of a lock file, for all features and platforms, including those for tests.
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
    /// The Lambda function.
    Handler,
    /// The command line in the archives of a release.
    CommandLine,
}

impl Binary {
    /// The name in the license file.
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

    /// The platforms of its builds in `.github/workflows/release.yml`.
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

/// Returns the tree of the crates that a binary links, for each of its platforms.
///
/// Uses `cargo tree`, because `cargo metadata` also enables the features that only tests request.
pub(crate) fn tree(binary: Binary) -> Result<String, Box<dyn Error>> {
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
    Ok(String::from_utf8(output.stdout)?)
}
