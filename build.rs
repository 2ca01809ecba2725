//! Sets two variables: `BUILD_COMMIT`, the commit of a release build for `ivs-review --version`, and
//! `SEARCH_CODE`, a hash of the source code that decides how entries are stored and found. Compiled
//! rules are only used by the code that wrote them.
//!
//! The commit is the last commit that changed the program, so that commits of rules do not make an installed
//! program look outdated. Without git, or outside of a checkout, it is empty. A debug build has
//! none, so that a commit does not recompile it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// What decides the content of compiled rules and their search.
const SEARCH: [&str; 16] = [
    "Cargo.lock",
    "src/compiled",
    "src/diagnostic.rs",
    "src/encoding.rs",
    "src/engine",
    "src/fnv.rs",
    "src/ivs",
    "src/language",
    "src/limits",
    "src/links",
    "src/normalize",
    "src/pii",
    "src/rules",
    "src/sorted_words.rs",
    "src/source.rs",
    "src/span.rs",
];

/// What the program is built from.
const PROGRAM: [&str; 5] = ["src", "docs/diagnostics.md", "build.rs", "Cargo.toml", "Cargo.lock"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is_release = std::env::var("PROFILE").is_ok_and(|profile| profile == "release");
    let commit = if is_release { commit() } else { Some("debug build".to_owned()) };
    let suffix = commit.map_or(String::new(), |commit| format!(" ({commit})"));
    println!("cargo::rustc-env=BUILD_COMMIT={suffix}");
    println!("cargo::rustc-env=SEARCH_CODE={}", search_code());
}

/// Returns the FNV-1a hash of the files of [`SEARCH`], without carriage returns, which a checkout may
/// add.
fn search_code() -> u64 {
    let mut files: Vec<PathBuf> = SEARCH.iter().map(PathBuf::from).collect();
    SEARCH.iter().for_each(|path| println!("cargo::rerun-if-changed={path}"));
    let mut hash: u64 = 0xCBF2_9CE4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for &byte in bytes.iter().filter(|&&byte| byte != b'\r') {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
    };
    while let Some(path) = files.pop() {
        match std::fs::read_dir(&path) {
            Ok(folder) => {
                let mut inside: Vec<PathBuf> = folder.flatten().map(|it| it.path()).collect();
                inside.sort();
                files.extend(inside);
            }
            Err(_) => {
                add(&std::fs::read(&path).unwrap_or_default());
                add(&[0]);
            }
        }
    }
    hash
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
