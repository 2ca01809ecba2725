//! Parses the output of `cargo tree --prefix depth`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

/// A crate in a tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Linked {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Returns each crate once, sorted by name and version, without the root.
pub(crate) fn parse(tree: &str) -> Result<Vec<Linked>, Box<dyn Error>> {
    let linked = lines(tree)?.into_iter().filter(|(depth, _)| *depth > 0).map(|(_, linked)| linked);
    Ok(linked.collect::<BTreeSet<_>>().into_iter().collect())
}

/// Returns the direct dependencies of each crate, the root included.
pub(crate) fn edges(tree: &str) -> Result<BTreeMap<Linked, BTreeSet<Linked>>, Box<dyn Error>> {
    let mut edges: BTreeMap<Linked, BTreeSet<Linked>> = BTreeMap::new();
    let mut path: Vec<Linked> = Vec::new();
    for (depth, linked) in lines(tree)? {
        path.truncate(depth);
        if let Some(parent) = path.last() {
            edges.entry(parent.clone()).or_default().insert(linked.clone());
        }
        edges.entry(linked.clone()).or_default();
        path.push(linked);
    }
    Ok(edges)
}

/// Returns the depth and the crate of each line.
fn lines(tree: &str) -> Result<Vec<(usize, Linked)>, Box<dyn Error>> {
    // The trees of the targets are separated by empty lines.
    let lines = tree.lines().filter(|line| !line.is_empty()).map(|line| {
        let unexpected = || format!("unexpected line of cargo tree: {line}");
        let start = line.find(|c: char| !c.is_ascii_digit()).ok_or_else(unexpected)?;
        let depth = line[..start].parse().map_err(|_| unexpected())?;
        let mut words = line[start..].split(' ');
        let name = words.next().ok_or_else(unexpected)?.to_owned();
        let version = words.next().and_then(|word| word.strip_prefix('v'));
        let version = version.ok_or_else(unexpected)?.to_owned();
        Ok((depth, Linked { name, version }))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crate_is_returned_once() {
        let tree = "0root v0.1.0 (/src)\n1b v1.0.0\n2c v0.2.0 (proc-macro)\n1c v0.2.0 (proc-macro) (*)\n\
                    \n0root v0.1.0 (/src)\n1b v1.0.0\n1a-2 v3.0.0+meta\n";
        let found = parse(tree).expect("it is well-formed");
        let found: Vec<String> =
            found.iter().map(|it| format!("{} {}", it.name, it.version)).collect();
        assert_eq!(found, ["a-2 3.0.0+meta", "b 1.0.0", "c 0.2.0"]);
    }

    #[test]
    fn repeated_crates_keep_their_dependencies() {
        let tree = "0root v0.1.0 (/src)\n1b v1.0.0\n2c v0.2.0\n3d v4.0.0\n1c v0.2.0 (*)\n\
                    \n0root v0.1.0 (/src)\n1e v1.0.0\n";
        let edges = edges(tree).expect("it is well-formed");
        let edges: Vec<String> = edges
            .iter()
            .map(|(it, on)| {
                let on: Vec<&str> = on.iter().map(|it| it.name.as_str()).collect();
                format!("{}: {}", it.name, on.join(" "))
            })
            .collect();
        assert_eq!(edges, ["b: c", "c: d", "d: ", "e: ", "root: b c e"]);
    }

    #[test]
    fn invalid_trees_are_rejected() {
        for tree in ["root v0.1.0", "0root", "0root 0.1.0", "12"] {
            assert!(parse(tree).is_err(), "{tree}");
        }
    }
}
