//! The deployed binary carries nothing that only the command line or the tests need.

use std::process::Command;

/// The crates in the handler's tree, as cargo resolves it for the deployed build.
fn handler_tree() -> Vec<String> {
    let features = ["--no-default-features", "--features", "lambda"];
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs, since it runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("crate names are ASCII");
    text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}

#[test]
fn handler_links_no_sdk_no_tls_and_no_command_line() {
    let tree = handler_tree();
    assert!(tree.iter().any(|name| name == "lambda_runtime"), "this is the handler's tree");
    for name in &tree {
        let heavy = ["aws-", "clap", "rustls", "ring", "openssl", "native-tls", "schannel"];
        assert!(!heavy.iter().any(|start| name.starts_with(start)), "{name} is in the handler");
        let foreign =
            ["annotate-snippets", "anstream", "anstyle", "anyhow", "hdrhistogram", "unicode-width"];
        assert!(!foreign.contains(&name.as_str()), "{name} is in the handler");
    }
}
