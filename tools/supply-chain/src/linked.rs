//! Parses the output of `cargo tree --prefix depth`.

use std::collections::BTreeMap;
use std::error::Error;

/// A crate in a tree, with the path from the root to it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Linked {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The names from the root to the crate, both included.
    pub(crate) path: Vec<String>,
}

/// Returns each crate once, sorted by name and version, without the root.
pub(crate) fn parse(tree: &str) -> Result<Vec<Linked>, Box<dyn Error>> {
    let mut path: Vec<String> = Vec::new();
    let mut all = BTreeMap::new();
    // The trees of the targets are separated by empty lines.
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let odd = || format!("unexpected line of cargo tree: {line}");
        let start = line.find(|c: char| !c.is_ascii_digit()).ok_or_else(odd)?;
        let depth: usize = line[..start].parse().map_err(|_| odd())?;
        let mut words = line[start..].split(' ');
        let name = words.next().ok_or_else(odd)?;
        let version = words.next().and_then(|word| word.strip_prefix('v')).ok_or_else(odd)?;
        if depth > path.len() {
            return Err(odd().into());
        }
        path.truncate(depth);
        path.push(name.to_owned());
        if depth > 0 {
            all.entry((name.to_owned(), version.to_owned())).or_insert_with(|| path.clone());
        }
    }
    let linked = all.into_iter().map(|((name, version), path)| Linked { name, version, path });
    Ok(linked.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crate_is_returned_once_with_its_path() {
        let tree = "0root v0.1.0 (/src)\n1b v1.0.0\n2c v0.2.0 (proc-macro)\n1c v0.2.0 (proc-macro) (*)\n\
                    \n0root v0.1.0 (/src)\n1b v1.0.0\n1a-2 v3.0.0+meta\n";
        let found = parse(tree).expect("it is well-formed");
        let found: Vec<String> = found
            .iter()
            .map(|it| format!("{} {} {}", it.name, it.version, it.path.join("/")))
            .collect();
        assert_eq!(found, ["a-2 3.0.0+meta root/a-2", "b 1.0.0 root/b", "c 0.2.0 root/b/c"]);
    }

    #[test]
    fn invalid_trees_are_rejected() {
        for tree in ["root v0.1.0", "0root", "0root 0.1.0", "1a v1.0.0", "12"] {
            assert!(parse(tree).is_err(), "{tree}");
        }
    }
}
