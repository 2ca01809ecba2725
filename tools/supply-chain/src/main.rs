//! What the crates of this repository stand on. Run from its root.
//!
//! - `supply-chain check` fails for a licence, a source or a crate that `policy.rs` does not allow.
//! - `supply-chain licenses` writes `THIRD-PARTY-LICENSES.txt` to standard output.

mod cargo;
mod check;
mod graph;
mod licenses;
mod linked;
mod policy;

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["check"] => check(),
        ["licenses"] => licenses(),
        _ => Err("say `check` or `licenses`".into()),
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
    let handler = cargo::handler()?;
    findings.extend(check::handler(&handler, policy::HANDLER));
    println!("the handler: {} of them", handler.len());
    for finding in &findings {
        eprintln!("{finding}");
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn licenses() -> Result<ExitCode, Box<dyn Error>> {
    let metadata = cargo::metadata(policy::MANIFESTS[0])?;
    let parts = licenses::parts(&cargo::handler()?, &metadata.packages)?;
    io::stdout().write_all(licenses::render(&parts).as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
