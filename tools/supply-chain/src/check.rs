//! Compares the crates with `policy.rs`.

use std::collections::BTreeSet;
use std::error::Error;

use cargo_metadata::semver::{Version, VersionReq};
use cargo_metadata::{Metadata, Package};
use spdx::{Expression, ParseMode};

use crate::graph;
use crate::linked::Linked;
use crate::policy::{BANNED, LICENSES};

/// Returns the crates of a lock file that violate the policy, each with the reason and the path to
/// it.
pub(crate) fn packages(metadata: &Metadata) -> Result<Vec<String>, Box<dyn Error>> {
    let paths = graph::paths(metadata);
    let mut findings = Vec::new();
    for package in &metadata.packages {
        let path = paths.get(&package.id).map(|path| path.join(" -> ")).unwrap_or_default();
        let found = [license(package), source(package), ban(&package.name, &package.version)?];
        findings.extend(
            found
                .into_iter()
                .flatten()
                .map(|finding| format!("{} {} {finding} ({path})", package.name, package.version)),
        );
    }
    Ok(findings)
}

fn license(package: &Package) -> Option<String> {
    let Some(license) = &package.license else {
        return Some("has no license expression".to_owned());
    };
    match allowed(license) {
        None => Some(format!("invalid SPDX expression: {license}")),
        Some(false) => Some(format!("has a license that is not allowed: {license}")),
        Some(true) => None,
    }
}

/// Returns whether the allowed licenses satisfy an expression, or `None` if it is invalid.
fn allowed(expression: &str) -> Option<bool> {
    // Lax, because old crates have `MIT/Apache-2.0`.
    let expression = Expression::parse_mode(expression, ParseMode::LAX).ok()?;
    Some(expression.evaluate(|wanted| {
        let id = wanted.license.id();
        // An exception (`WITH`) only grants further rights.
        id.is_some_and(|id| LICENSES.contains(&id.name))
    }))
}

fn source(package: &Package) -> Option<String> {
    match &package.source {
        Some(source) if source.is_crates_io() => None,
        Some(source) => Some(format!("comes from {source} instead of crates.io")),
        // A folder: only crates of this repository have `publish = false`.
        None => match package.publish.as_deref() {
            Some([]) => None,
            _ => Some("comes from a folder outside this repository".to_owned()),
        },
    }
}

fn ban(name: &str, version: &Version) -> Result<Option<String>, Box<dyn Error>> {
    for (banned, versions, why) in BANNED {
        if name == *banned && VersionReq::parse(versions)?.matches(version) {
            return Ok(Some(format!("is banned: {why}")));
        }
    }
    Ok(None)
}

/// Returns the crates of the handler that are not in the list, and those in the list that it does
/// not have.
pub(crate) fn handler(linked: &[Linked], expected: &[&str]) -> Vec<String> {
    let names: BTreeSet<&str> = linked.iter().map(|it| it.name.as_str()).collect();
    let unexpected = linked.iter().filter(|it| !expected.contains(&it.name.as_str())).map(|it| {
        let path = it.path.join(" -> ");
        format!("the handler: {} {} is not in the list of policy.rs ({path})", it.name, it.version)
    });
    let gone = expected.iter().filter(|name| !names.contains(*name)).map(|name| {
        format!("the handler: {name} is in the list of policy.rs, but not a dependency")
    });
    unexpected.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use cargo_metadata::MetadataCommand;

    use super::*;

    const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

    /// Returns the metadata of `root`, which depends on `middle`, which depends on the crate
    /// `name`.
    fn metadata(
        name: &str,
        version: &str,
        license: Option<&str>,
        source: Option<&str>,
    ) -> Metadata {
        let quoted = |text: Option<&str>| text.map_or("null".to_owned(), |it| format!("{it:?}"));
        let package = |name: &str, version: &str, license, source, publish: &str| {
            let (license, source) = (quoted(license), quoted(source));
            format!(
                r#"{{"name":"{name}","version":"{version}","id":"{name}","license":{license},
                "license_file":null,"description":null,"source":{source},"dependencies":[],"targets":[],
                "features":{{}},"manifest_path":"/{name}/Cargo.toml","publish":{publish}}}"#
            )
        };
        let root = package("root", "0.1.0", Some("MIT"), None, "[]");
        let middle = package("middle", "1.0.0", Some("MIT"), Some(CRATES_IO), "null");
        let leaf = package(name, version, license, source, "null");
        MetadataCommand::parse(format!(
            r#"{{"packages":[{root},{middle},{leaf}],"workspace_members":["root"],"version":1,
            "workspace_root":"/root","target_directory":"/root/target","resolve":{{"root":"root","nodes":[
            {{"id":"root","dependencies":["middle"]}},{{"id":"middle","dependencies":["{name}"]}},
            {{"id":"{name}","dependencies":["middle"]}}]}}}}"#
        ))
        .expect("valid metadata")
    }

    fn findings(
        name: &str,
        version: &str,
        license: Option<&str>,
        source: Option<&str>,
    ) -> Vec<String> {
        packages(&metadata(name, version, license, source)).expect("a valid policy")
    }

    #[test]
    fn licenses_are_evaluated() {
        for (expression, expected) in [
            ("MIT", Some(true)),
            ("MIT/Apache-2.0", Some(true)),
            ("GPL-3.0-only OR MIT", Some(true)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("(MIT OR GPL-2.0-only) AND ISC", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("MIT AND GPL-3.0-only", Some(false)),
            ("(MIT OR ISC) AND LGPL-2.1-or-later", Some(false)),
            ("LicenseRef-ours", Some(false)),
            ("non-standard", None),
            ("", None),
        ] {
            assert_eq!(allowed(expression), expected, "{expression}");
        }
    }

    #[test]
    fn findings_have_a_reason_and_the_path_to_the_crate() {
        let git = "git+https://example.com/leaf#0123456789";
        let io = Some(CRATES_IO);
        for (name, version, license, source, expected) in [
            ("leaf", "1.0.0", Some("MIT"), io, None),
            (
                "leaf",
                "1.0.0",
                Some("GPL-3.0-only"),
                io,
                Some("has a license that is not allowed: GPL-3.0-only"),
            ),
            ("leaf", "1.0.0", Some("nonsense"), io, Some("invalid SPDX expression: nonsense")),
            ("leaf", "1.0.0", None, io, Some("has no license expression")),
            ("leaf", "1.0.0", Some("MIT"), Some(git), Some("comes from git+https")),
            ("leaf", "1.0.0", Some("MIT"), None, Some("comes from a folder")),
            (
                "hyper",
                "0.14.30",
                Some("MIT"),
                io,
                Some("is banned: the AWS SDK's feature `rustls`"),
            ),
            ("hyper", "1.0.0", Some("MIT"), io, None),
            ("openssl-sys", "0.9.100", Some("MIT"), io, Some("is banned: TLS is rustls")),
        ] {
            let found = findings(name, version, license, source);
            let Some(expected) = expected else {
                assert!(found.is_empty(), "{found:?}");
                continue;
            };
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].starts_with(&format!("{name} {version} {expected}")), "{found:?}");
            assert!(found[0].ends_with(&format!("(root -> middle -> {name})")), "{found:?}");
        }
    }

    #[test]
    fn licenses_and_versions_of_the_policy_are_valid() {
        for name in LICENSES {
            assert_eq!(spdx::license_id(name).map(|id| id.name), Some(*name));
        }
        for (name, versions, _) in BANNED {
            assert!(VersionReq::parse(versions).is_ok(), "{name} {versions}");
        }
    }

    /// `cargo deny` is optional, and must check the same lists.
    #[test]
    fn deny_toml_has_the_same_licenses_and_bans() {
        let deny = include_str!("../../../deny.toml");
        let list = LICENSES.iter().map(|id| format!("{id:?}")).collect::<Vec<_>>().join(", ");
        assert!(
            deny.contains(&format!("\nallow = [{list}]\n")),
            "deny.toml has other licenses than {list}"
        );
        let bans: Vec<String> = deny
            .lines()
            .filter_map(|line| line.strip_prefix("  { crate = "))
            .filter(|ban| ban.contains("reason = "))
            .map(str::to_owned)
            .collect();
        let ours = BANNED.iter().map(|(name, versions, why)| {
            let versions = if *versions == "*" { String::new() } else { format!(":{versions}") };
            format!("\"{name}{versions}\", reason = \"{why}\" }},")
        });
        assert_eq!(bans, ours.collect::<Vec<_>>());
    }

    #[test]
    fn the_handler_is_compared_with_its_list() {
        let tree = "0root v0.1.0\n1serde v1.0.0\n2clap v4.0.0\n";
        let linked = crate::linked::parse(tree).expect("it is well-formed");
        assert_eq!(handler(&linked, &["clap", "serde"]), [""; 0]);
        assert_eq!(
            handler(&linked, &["serde", "toml"]),
            [
                "the handler: clap 4.0.0 is not in the list of policy.rs (root -> serde -> clap)",
                "the handler: toml is in the list of policy.rs, but not a dependency",
            ]
        );
    }
}
