//! Writes the license texts of a binary to standard output. Run it from the root of the repository.
//!
//! - `licenses handler` writes those of the Lambda function: `THIRD-PARTY-LICENSES.txt`.
//! - `licenses ivs-review` writes those of the command line, for the archives of a release.

mod cargo;
mod licenses;
mod linked;

use std::error::Error;
use std::io::{self, Write};

use crate::cargo::Binary;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let binary = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["handler"] => Binary::Handler,
        ["ivs-review"] => Binary::CommandLine,
        _ => return Err("usage: licenses handler | ivs-review".into()),
    };
    let metadata = cargo::metadata("Cargo.toml")?;
    let parts = licenses::parts(&cargo::linked(binary)?, &metadata.packages)?;
    io::stdout().write_all(licenses::render(binary.name(), &parts).as_bytes())?;
    Ok(())
}
