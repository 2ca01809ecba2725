//! Writes the licenses of what a binary links to standard output. Run it from the root of the
//! repository.
//!
//! - `licenses handler` writes the texts for the Lambda function: `THIRD-PARTY-LICENSES.txt`.
//! - `licenses ivs-review` writes those for the command line, for the archives of a release.
//! - `licenses sbom handler` and `licenses sbom ivs-review` write the bill of materials.

mod cargo;
mod licenses;
mod linked;
mod sbom;

use std::error::Error;
use std::fs;
use std::io::{self, Write};

use crate::cargo::Binary;

const USAGE: &str = "usage: licenses [sbom] handler | ivs-review";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (is_sbom, name) = match arguments[..] {
        [name] => (false, name),
        ["sbom", name] => (true, name),
        _ => return Err(USAGE.into()),
    };
    let binary = match name {
        "handler" => Binary::Handler,
        "ivs-review" => Binary::CommandLine,
        _ => return Err(USAGE.into()),
    };
    let packages = cargo::metadata("Cargo.toml")?.packages;
    let tree = cargo::tree(binary)?;
    let text = if is_sbom {
        let checksums = sbom::checksums(&fs::read_to_string("Cargo.lock")?);
        sbom::render(name, &linked::edges(&tree)?, &packages, &checksums)?
    } else {
        licenses::render(binary.name(), &licenses::parts(&linked::parse(&tree)?, &packages)?)
    };
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}
