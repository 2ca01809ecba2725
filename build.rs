//! How the handler is linked.

use std::env;
use std::path::Path;
use std::process::Command;

/// Not as position-independent code. The table of addresses that the loader would have to fill in takes
/// 220 KB of a binary that Lambda fetches at each cold start. Stack, heap and libraries still lie at
/// random addresses, and it is the default of Go's linker, whose programs Lambda runs as well.
const NO_PIE: &str = "cargo::rustc-link-arg-bin=handler=-no-pie";

/// What is compiled to the same code several times over is kept once: 25 KB. Nothing compares functions by their
/// addresses.
const FOLD_THE_SAME: &str = "cargo::rustc-link-arg-bin=handler=-Wl,--icf=all";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("{NO_PIE}");
        if links_with_lld() {
            println!("{FOLD_THE_SAME}");
        }
    }
}

/// Whether the linker is the one that comes with Rust, where it is the default; others may not know the option.
fn links_with_lld() -> bool {
    const DEFAULT: &str = "x86_64-unknown-linux-gnu";
    let is = |name: &str| env::var(name).is_ok_and(|it| it == DEFAULT);
    let chosen = env::var_os("RUSTC_LINKER").is_some()
        || env::var("CARGO_ENCODED_RUSTFLAGS").is_ok_and(|flags| flags.contains("link"));
    let Some(rustc) = env::var_os("RUSTC").filter(|_| is("TARGET") && is("HOST") && !chosen) else {
        return false;
    };
    let Ok(output) = Command::new(rustc).args(["--print", "sysroot"]).output() else {
        return false;
    };
    let Ok(sysroot) = String::from_utf8(output.stdout) else { return false };
    let linker = format!("lib/rustlib/{DEFAULT}/bin/gcc-ld/ld.lld");
    Path::new(sysroot.trim()).join(linker).exists()
}
