//! No binary links crates that only another one needs, the handler links exactly the expected crates, and none links the
//! old TLS stack of the SDK.

use std::process::Command;

/// Returns the names of all crates that a feature needs, as resolved by cargo.
fn tree(feature: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .args(["--no-default-features", "--features", feature])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs, since it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("crate names are ASCII");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

/// Prefixes of crates of the AWS SDK and of TLS.
const SDK_AND_TLS: [&str; 6] = ["aws-", "rustls", "ring", "openssl", "native-tls", "schannel"];

fn assert_without(tree: &[String], starts: &[&str]) {
    for name in tree {
        assert!(!starts.iter().any(|start| name.starts_with(start)), "{name} is in the tree");
    }
}

#[test]
fn handler_links_no_sdk_no_tls_and_no_command_line() {
    let tree = tree("lambda");
    assert!(tree.iter().any(|name| name == "lambda_runtime"), "this is the handler's tree");
    assert_without(&tree, &SDK_AND_TLS);
    assert_without(&tree, &["clap", "annotate-snippets", "anstream", "anstyle", "anyhow"]);
    assert_without(
        &tree,
        &["flate2", "hdrhistogram", "unicode-width", "governor", "backon", "indicatif"],
    );
}

/// A crate that is not linked cannot delay a cold start or have an advisory, so adding one is a decision. The
/// list is for Linux on x86-64.
#[test]
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn handler_links_exactly_the_listed_crates() {
    let mut tree = tree("lambda");
    tree.retain(|name| name != "ivs-chat-review");
    tree.sort_unstable();
    tree.dedup();
    let listed: Vec<&str> = include_str!("../data/handler-crates.txt").lines().collect();
    assert_eq!(tree, listed, "update tests/data/handler-crates.txt if the change is intended");
}

#[test]
fn command_line_without_rooms_links_no_sdk_no_tls_and_no_runtime() {
    let tree = tree("cli");
    assert!(tree.iter().any(|name| name == "clap"), "this is the command line's tree");
    assert_without(&tree, &SDK_AND_TLS);
    assert_without(&tree, &["tokio", "hyper", "lambda_runtime", "governor", "backon", "indicatif"]);
}

/// The SDK's feature `rustls` enables hyper 0.14 and its dependencies, which have known advisories. Crates that no
/// feature enables are not in the lock file either.
#[test]
fn nothing_depends_on_the_old_tls_stack() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock");
    let lock = std::fs::read_to_string(path).expect("it is checked in");
    let locked = |name: &str, version: &str| {
        lock.contains(&format!("name = \"{name}\"\nversion = \"{version}."))
    };
    for (old, new) in [
        (("hyper", "0"), ("hyper", "1")),
        (("h2", "0.3"), ("h2", "0.4")),
        (("rustls", "0.21"), ("rustls", "0.23")),
        (("rustls-webpki", "0.101"), ("rustls-webpki", "0.103")),
    ] {
        assert!(!locked(old.0, old.1), "{} {} is in Cargo.lock", old.0, old.1);
        assert!(locked(new.0, new.1), "{} is no longer {}: update this test", new.0, new.1);
    }
}
