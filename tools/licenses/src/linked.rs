//! Parses the output of `cargo tree --prefix depth`.

use std::collections::BTreeSet;
use std::error::Error;

/// A crate in a tree.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Linked {
    pub(crate) name: String,
    pub(crate) version: String,
}

/// Returns each crate once, sorted by name and version, without the root.
pub(crate) fn parse(tree: &str) -> Result<Vec<Linked>, Box<dyn Error>> {
    let mut linked = BTreeSet::new();
    // The trees of the targets are separated by empty lines.
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let unexpected = || format!("unexpected line of cargo tree: {line}");
        let start = line.find(|c: char| !c.is_ascii_digit()).ok_or_else(unexpected)?;
        let is_root = line[..start].parse::<usize>().map_err(|_| unexpected())? == 0;
        let mut words = line[start..].split(' ');
        let name = words.next().ok_or_else(unexpected)?.to_owned();
        let version = words.next().and_then(|word| word.strip_prefix('v'));
        let version = version.ok_or_else(unexpected)?.to_owned();
        if !is_root {
            linked.insert(Linked { name, version });
        }
    }
    Ok(linked.into_iter().collect())
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
    fn invalid_trees_are_rejected() {
        for tree in ["root v0.1.0", "0root", "0root 0.1.0", "12"] {
            assert!(parse(tree).is_err(), "{tree}");
        }
    }
}
