//! The dependency paths to crates.

use std::collections::{HashMap, VecDeque};

use cargo_metadata::{Metadata, PackageId};

/// Returns a shortest path to each crate, as the names from a workspace member to the crate.
pub(crate) fn paths(metadata: &Metadata) -> HashMap<&PackageId, Vec<&str>> {
    let names: HashMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let nodes: HashMap<_, _> = metadata
        .resolve
        .iter()
        .flat_map(|resolve| &resolve.nodes)
        .map(|node| (&node.id, &node.dependencies))
        .collect();
    let mut paths = HashMap::new();
    let mut queue: VecDeque<_> =
        metadata.workspace_members.iter().map(|member| (member, Vec::new())).collect();
    while let Some((id, path)) = queue.pop_front() {
        if paths.contains_key(id) {
            continue;
        }
        let path: Vec<&str> = path.into_iter().chain(names.get(id).copied()).collect();
        queue.extend(
            nodes.get(id).into_iter().flat_map(|next| next.iter()).map(|it| (it, path.clone())),
        );
        paths.insert(id, path);
    }
    paths
}
