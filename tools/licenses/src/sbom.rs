//! The bill of materials of a binary, in CycloneDX 1.5.
//!
//! It has the crates that are linked on any platform of a release, their licenses, checksums and
//! dependencies. It has neither a time nor a serial number, so it depends on the lock file only.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use cargo_metadata::Package;
use serde_json::{Value, json};

use crate::linked::Linked;

/// Returns the SHA-256 checksums in a `Cargo.lock` by crate.
pub(crate) fn checksums(lock: &str) -> BTreeMap<Linked, String> {
    let value = |package: &str, key: &str| -> Option<String> {
        let value = package.lines().find_map(|line| line.strip_prefix(key))?;
        Some(value.strip_prefix(" = ")?.trim_matches('"').to_owned())
    };
    let packages = lock.split("[[package]]").skip(1);
    let checksum = |package: &str| {
        let name = value(package, "name")?;
        let version = value(package, "version")?;
        Some((Linked { name, version }, value(package, "checksum")?))
    };
    packages.filter_map(checksum).collect()
}

/// Returns the bill of materials as JSON. `edges` are the dependencies of each crate, the root
/// included.
pub(crate) fn render(
    binary: &str,
    edges: &BTreeMap<Linked, BTreeSet<Linked>>,
    packages: &[Package],
    checksums: &BTreeMap<Linked, String>,
) -> Result<String, Box<dyn Error>> {
    let mut root = None;
    let mut components = Vec::new();
    for linked in edges.keys() {
        let named = |package: &&Package| {
            package.name.as_str() == linked.name && package.version.to_string() == linked.version
        };
        let package = packages
            .iter()
            .find(named)
            .ok_or_else(|| format!("{}: unknown to cargo metadata", reference(linked)))?;
        if linked.name == "ivs-chat-review" {
            let mut component = component(linked, package, None);
            component["type"] = json!("application");
            component["name"] = json!(binary);
            root = Some(component);
        } else {
            components.push(component(linked, package, checksums.get(linked)));
        }
    }
    let dependencies: Vec<Value> = edges
        .iter()
        .map(|(linked, on)| {
            let on: Vec<String> = on.iter().map(reference).collect();
            json!({ "ref": reference(linked), "dependsOn": on })
        })
        .collect();
    let sbom = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": root.ok_or("no root crate")? },
        "components": components,
        "dependencies": dependencies,
    });
    Ok(format!("{sbom:#}\n"))
}

fn component(linked: &Linked, package: &Package, checksum: Option<&String>) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(linked),
        "name": linked.name,
        "version": linked.version,
        "purl": reference(linked),
        "scope": "required",
    });
    if let Some(license) = &package.license {
        // Older crates separate alternatives with a slash.
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
    }
    if let Some(checksum) = checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    component
}

/// The package URL of a crate, by which the document refers to it.
fn reference(linked: &Linked) -> String {
    // `+` is a space in some decoders.
    format!("pkg:cargo/{}@{}", linked.name, linked.version.replace('+', "%2B"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_this_repository_have_no_checksum() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0+b\"\n\
                    source = \"registry+x\"\nchecksum = \"0f\"\ndependencies = [\n \"c\",\n]\n\n\
                    [[package]]\nname = \"c\"\nversion = \"0.1.0\"\n";
        let checksums = checksums(lock);
        let a = Linked { name: "a".to_owned(), version: "1.0.0+b".to_owned() };
        assert_eq!(checksums, BTreeMap::from([(a, "0f".to_owned())]));
    }

    #[test]
    fn references_are_package_urls() {
        let linked = Linked { name: "toml".to_owned(), version: "1.0.0+spec-1.1.0".to_owned() };
        assert_eq!(reference(&linked), "pkg:cargo/toml@1.0.0%2Bspec-1.1.0");
    }
}
