//! Through whom a crate is there.

use std::collections::{HashMap, VecDeque};

use cargo_metadata::{Metadata, PackageId};

/// A shortest way to each crate from one of the workspace, as names from there.
pub(crate) fn ways(metadata: &Metadata) -> HashMap<&PackageId, Vec<&str>> {
    let names: HashMap<_, _> =
        metadata.packages.iter().map(|package| (&package.id, package.name.as_str())).collect();
    let nodes: HashMap<_, _> = metadata
        .resolve
        .iter()
        .flat_map(|resolve| &resolve.nodes)
        .map(|node| (&node.id, &node.dependencies))
        .collect();
    let mut ways = HashMap::new();
    let mut queue: VecDeque<_> =
        metadata.workspace_members.iter().map(|member| (member, Vec::new())).collect();
    while let Some((id, way)) = queue.pop_front() {
        if ways.contains_key(id) {
            continue;
        }
        let way: Vec<&str> = way.into_iter().chain(names.get(id).copied()).collect();
        queue.extend(
            nodes.get(id).into_iter().flat_map(|next| next.iter()).map(|it| (it, way.clone())),
        );
        ways.insert(id, way);
    }
    ways
}
