//! How the handler is linked.

use std::env;

/// Not as position-independent code. The table of addresses that the loader would have to fill in takes
/// 220 KB of a binary that Lambda fetches at each cold start. Stack, heap and libraries still lie at
/// random addresses, and it is the default of Go's linker, whose programs Lambda runs as well.
const NO_PIE: &str = "cargo::rustc-link-arg-bin=handler=-no-pie";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|it| it == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("{NO_PIE}");
    }
}
