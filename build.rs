//! Sets `BUILD_COMMIT` for `ivs-review --version`: the commit of a release build.
//!
//! It is the last commit that changed the program, so that commits of rules do not make an installed
//! program look outdated. Without git, or outside of a checkout, it is empty. A debug build has
//! none, so that a commit does not recompile it.

use std::path::Path;
use std::process::Command;

/// What the program is built from.
const PROGRAM: [&str; 5] = ["src", "docs/diagnostics.md", "build.rs", "Cargo.toml", "Cargo.lock"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if is_release { commit() } else { Some("debug build".to_owned()) };
    let suffix = commit.map_or(String::new(), |commit| format!(" ({commit})"));
    println!("cargo::rustc-env=BUILD_COMMIT={suffix}");
}

/// Returns the abbreviated commit, with `-modified` if the program differs from it.
fn commit() -> Option<String> {
    let root = std::env::var("CARGO_MANIFEST_DIR").ok()?;
    // An unpacked archive may be in the checkout of something else.
    if Path::new(&git(&["rev-parse", "--show-toplevel"])?).canonicalize().ok()?
        != Path::new(&root).canonicalize().ok()?
    {
        return None;
    }
    let log = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    println!("cargo::rerun-if-changed={log}");
    PROGRAM.iter().for_each(|path| println!("cargo::rerun-if-changed={path}"));
    let of_program = |args: &[&'static str]| git(&[args, &["--"], &PROGRAM].concat());
    let commit = of_program(&["log", "-1", "--format=%h", "--abbrev=10"])?;
    let is_modified = of_program(&["status", "--porcelain"]).is_none_or(|it| !it.is_empty());
    (!commit.is_empty()).then(|| commit + if is_modified { "-modified" } else { "" })
}

fn git(args: &[&str]) -> Option<String> {
    let output = Command::new("git").args(args).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
