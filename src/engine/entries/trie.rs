//! Sorted keys as a tree: [`Trie`].

use std::ops::Range;

use super::letter_class::{GAP, KEY_BYTE_VALUES, LetterClass};

/// A tree of keys, each a row of steps, that tells which items have a key.
///
/// A node has its branches side by side, so that a bit of a word tells whether there is one and the bits
/// below it where: a step costs one look at one node. What only one key has of its end is kept as it
/// is, without nodes.
pub(super) struct Trie {
    nodes: Vec<Node>,
    /// The ends of keys without branches, each with [`END`] behind it.
    tails: Vec<u8>,
    /// For each node the most steps that lead on from it before a [`GAP`](super::letter_class::GAP) or an end.
    heights: Vec<u8>,
}

/// Behind the last step of a tail.
const END: u8 = u8::MAX;

#[derive(Clone, Copy)]
struct Node {
    /// The steps that lead on. None if one key is left, the end of which is in the tails.
    branches: u32,
    /// The node of the first branch, or where in the tails the end of the key begins.
    next: u32,
    /// The items whose key ends here, or that have the key that is left.
    items: (u32, u32),
}

const _: () = assert!(KEY_BYTE_VALUES as u32 <= u32::BITS);

/// Where a walk through a [`Trie`] has come.
#[derive(Clone, Copy)]
pub(super) struct NodeRef {
    node: u32,
    /// Steps of the tail that were taken.
    taken: u32,
}

/// The keys of items, sorted, from which a [`Trie`] is built.
pub(super) trait Keys {
    fn key(&self, item: usize) -> &[u8];
}

impl Trie {
    pub(super) const ROOT: NodeRef = NodeRef { node: 0, taken: 0 };

    /// Takes the items in that range, sorted by their keys, none of which is empty.
    pub(super) fn new(keys: &impl Keys, items: Range<usize>) -> Trie {
        let mut trie = Trie { nodes: Vec::new(), tails: Vec::new(), heights: Vec::new() };
        let unknown = Node { branches: 0, next: 0, items: (0, 0) };
        // A node's items and how many of their steps lead to it; in the order of the nodes.
        let mut pending = vec![(items, 0)];
        trie.nodes.push(unknown);
        let mut number = 0;
        while let Some((items, depth)) = pending.get(number).cloned() {
            let rest = |item: usize| &keys.key(item)[depth..];
            let is_one_key = !items.is_empty() && rest(items.start) == rest(items.end - 1);
            let node = if is_one_key {
                let next = trie.tails.len() as u32;
                trie.tails.extend(rest(items.start).iter().chain([&END]));
                Node { branches: 0, next, items: (items.start as u32, items.end as u32) }
            } else {
                let own = items.clone().take_while(|&item| rest(item).is_empty()).count();
                let mut start = items.start + own;
                let (mut branches, next) = (0, trie.nodes.len() as u32);
                let ends_here = (items.start as u32, start as u32);
                while start < items.end {
                    let step = rest(start)[0];
                    let same = |&item: &usize| rest(item)[0] == step;
                    let end = start + (start..items.end).take_while(same).count();
                    branches |= 1 << step;
                    trie.nodes.push(unknown);
                    pending.push((start..end, depth + 1));
                    start = end;
                }
                Node { branches, next, items: ends_here }
            };
            trie.nodes[number] = node;
            number += 1;
        }
        // Branches come after their nodes.
        trie.heights = vec![0; trie.nodes.len()];
        for number in (0..trie.nodes.len()).rev() {
            trie.heights[number] = trie.height_of(number);
        }
        trie.nodes.shrink_to_fit();
        trie.tails.shrink_to_fit();
        trie
    }

    fn height_of(&self, number: usize) -> u8 {
        let node = &self.nodes[number];
        if node.branches == 0 {
            return self.tail_height(node.next as usize);
        }
        let branches = (0..KEY_BYTE_VALUES).filter(|step| node.branches & 1 << step != 0);
        let nodes = self.heights[node.next as usize..].iter();
        let heights = branches.zip(nodes).filter(|&(step, _)| step != GAP.first_key_byte());
        heights.map(|(_, height)| height.saturating_add(1)).max().unwrap_or(0)
    }

    fn tail_height(&self, at: usize) -> u8 {
        let ends = |&step: &u8| step == END || step == GAP.first_key_byte();
        let tail = self.tails.get(at..).unwrap_or_default();
        let length = tail.iter().position(ends).unwrap_or(0);
        u8::try_from(length).unwrap_or(u8::MAX)
    }

    /// The most steps that lead on from a node_ref before the end of a word; 255 if there are more.
    pub(super) fn height(&self, node_ref: NodeRef) -> u8 {
        let node = &self.nodes[node_ref.node as usize];
        match node.branches {
            0 => self.tail_height(node.next as usize + node_ref.taken as usize),
            _ => self.heights[node_ref.node as usize],
        }
    }

    /// Whether no key leads anywhere.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes[0].branches == 0 && self.tails.is_empty()
    }

    /// Where a step leads.
    #[inline]
    pub(super) fn child(&self, node_ref: NodeRef, step: u8) -> Option<NodeRef> {
        let node = &self.nodes[node_ref.node as usize];
        if node.branches == 0 {
            let next = self.tails.get(node.next as usize + node_ref.taken as usize);
            return (next == Some(&step))
                .then_some(NodeRef { taken: node_ref.taken + 1, ..node_ref });
        }
        let branch = 1u32 << step;
        let before = (node.branches & (branch - 1)).count_ones();
        (node.branches & branch != 0).then_some(NodeRef { node: node.next + before, taken: 0 })
    }

    /// Where the steps of a class lead.
    #[inline]
    pub(super) fn descend(&self, node_ref: NodeRef, class: LetterClass) -> Option<NodeRef> {
        let node_ref = self.child(node_ref, class.first_key_byte())?;
        match class.more_key_bytes() {
            None => Some(node_ref),
            Some([second, third]) => self.child(self.child(node_ref, second)?, third),
        }
    }

    /// Whether some items' key leads here.
    #[inline]
    pub(super) fn has_items(&self, node_ref: NodeRef) -> bool {
        let node = &self.nodes[node_ref.node as usize];
        let at = node.next as usize + node_ref.taken as usize;
        match node.branches {
            0 => self.tails.get(at) == Some(&END),
            _ => node.items.0 < node.items.1,
        }
    }

    /// The steps that lead on.
    pub(super) fn branches(&self, node_ref: NodeRef) -> impl Iterator<Item = u8> {
        let node = &self.nodes[node_ref.node as usize];
        let branches = match node.branches {
            0 => match self.tails.get(node.next as usize + node_ref.taken as usize) {
                None | Some(&END) => 0,
                Some(step) => 1 << step,
            },
            branches => branches,
        };
        (0..KEY_BYTE_VALUES).filter(move |step| branches & 1 << step != 0)
    }

    /// The items whose key leads here.
    #[inline]
    pub(super) fn items(&self, node_ref: NodeRef) -> Range<usize> {
        let (start, end) = self.nodes[node_ref.node as usize].items;
        if self.has_items(node_ref) { start as usize..end as usize } else { 0..0 }
    }

    /// The heap memory, in bytes.
    pub(super) fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>() + self.tails.capacity() + self.heights.capacity()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Keys for Vec<Vec<u8>> {
        fn key(&self, item: usize) -> &[u8] {
            &self[item]
        }
    }

    proptest! {
        #[test]
        fn a_key_leads_to_its_items_alone(
            mut keys in prop::collection::vec(prop::collection::vec(0..5_u8, 1..6), 0..40),
            others in prop::collection::vec(prop::collection::vec(0..5_u8, 1..6), 0..40),
        ) {
            keys.sort();
            let trie = Trie::new(&keys, 0..keys.len());
            prop_assert_eq!(trie.is_empty(), keys.is_empty());
            for key in keys.iter().chain(&others) {
                let mut steps = key.iter();
                let leads = steps.try_fold(Trie::ROOT, |node_ref, &step| trie.child(node_ref, step));
                let found: Vec<usize> = leads.into_iter().flat_map(|it| trie.items(it)).collect();
                let same = (0..keys.len()).filter(|&item| keys[item] == *key);
                prop_assert_eq!(found, same.collect::<Vec<_>>());
                let steps: Vec<u8> = leads.into_iter().flat_map(|it| trie.branches(it)).collect();
                let longer = keys.iter().filter(|it| it.len() > key.len() && it.starts_with(key));
                let mut longer: Vec<u8> = longer.map(|it| it[key.len()]).collect();
                longer.dedup();
                prop_assert_eq!(steps, longer);
            }
        }
    }
}
