//! Checks the dependencies of this repository. Run it from the root.
//!
//! - `supply-chain check` fails for a license, a source or a crate that `policy.rs` does not allow.
//! - `supply-chain licenses` writes the license texts of the handler (`THIRD-PARTY-LICENSES.txt`)
//!   to standard output.
//! - `supply-chain licenses ivs-review` writes those of the command line, for the archives of a
//!   release.

mod cargo;
mod check;
mod graph;
mod licenses;
mod linked;
mod policy;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use crate::cargo::Binary;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => check(),
        ["licenses"] | ["licenses", "handler"] => licenses(Binary::Handler),
        ["licenses", "ivs-review"] => licenses(Binary::CommandLine),
        _ => Err("usage: supply-chain check | licenses [handler | ivs-review]".into()),
    }
}

fn check() -> Result<ExitCode, Box<dyn Error>> {
    let mut findings = Vec::new();
    for manifest in policy::MANIFESTS {
        let metadata = cargo::metadata(manifest)?;
        let found = check::packages(&metadata)?;
        findings.extend(found.into_iter().map(|finding| format!("{manifest}: {finding}")));
        println!("{manifest}: {} crates", metadata.packages.len());
    }
    let handler = cargo::linked(Binary::Handler)?;
    findings.extend(check::handler(&handler, policy::HANDLER));
    println!("the handler: {} crates", handler.len());
    for finding in &findings {
        eprintln!("{finding}");
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn licenses(binary: Binary) -> Result<ExitCode, Box<dyn Error>> {
    let metadata = cargo::metadata(policy::MANIFESTS[0])?;
    let parts = licenses::parts(&cargo::linked(binary)?, &metadata.packages)?;
    io::stdout().write_all(licenses::render(binary.name(), &parts).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
