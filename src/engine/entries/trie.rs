//! A trie over sorted keys: [`Trie`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::flat::{BodyBuilder, Part, Rows, Table};
use super::letter_class::{GAP, KEY_BYTE_VALUES, LetterClass};

/// A trie that maps keys to items. A key is a string of key bytes, of which there are
/// [`KEY_BYTE_VALUES`].
///
/// The children of a node are adjacent: a bitmap has one bit per key byte, and the number of bits
/// below that of a byte is the index of its child. So finding a child reads one node. When only one
/// key is left, the rest of it is stored as a byte string (a tail) instead of nodes.
#[derive(Clone, Copy)]
pub(super) struct Trie<'d> {
    nodes: Rows<'d, 4>,
    /// The tails, each followed by [`END`].
    tails: &'d [u8],
    /// For each node, the maximum number of key bytes after it before a [`GAP`] or the end of a
    /// key.
    heights: &'d [u8],
}

/// The position of a [`Trie`] in a body.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct TrieParts {
    nodes: Table<4>,
    tails: Part,
    heights: Part,
}

impl TrieParts {
    pub(super) fn of(self, body: &[u8]) -> Trie<'_> {
        let TrieParts { nodes, tails, heights } = self;
        Trie { nodes: nodes.of(body), tails: tails.of(body), heights: heights.of(body) }
    }

    pub(super) fn all(self) -> [Part; 3] {
        [self.nodes.0, self.tails, self.heights]
    }
}

/// Follows the last byte of a tail.
const END: u8 = u8::MAX;

#[derive(Clone, Copy, Default)]
struct Node {
    /// The key bytes of its children, one bit each. Zero if one key is left, whose end is in the
    /// tails.
    children: u32,
    /// The index of the first child, or where in the tails the rest of the key begins.
    next: u32,
    /// The range of the items whose key ends here, or that have the key that is left.
    items: (u32, u32),
}

impl Node {
    #[inline]
    fn read([children, next, start, end]: [u32; 4]) -> Node {
        Node { children, next, items: (start, end) }
    }

    fn words(self) -> [u32; 4] {
        [self.children, self.next, self.items.0, self.items.1]
    }
}

const _: () = assert!(KEY_BYTE_VALUES as u32 <= u32::BITS);

/// A position in a [`Trie`]: a node, and an offset in its tail.
#[derive(Clone, Copy)]
pub(super) struct NodeRef {
    node: u32,
    /// The number of bytes of the tail that were read.
    tail_offset: u32,
}

/// The keys of items. A [`Trie`] is built from sorted ones.
pub(super) trait Keys {
    fn key(&self, item: usize) -> &[u8];
}

/// A trie under construction.
#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    tails: Vec<u8>,
    heights: Vec<u8>,
}

impl Builder {
    fn new(keys: &impl Keys, items: Range<usize>) -> Builder {
        let mut trie = Builder::default();
        let unknown = Node::default();
        // The items of each node and its depth, in the order of the nodes.
        let mut pending = vec![(items, 0)];
        trie.nodes.push(unknown);
        let mut index = 0;
        while let Some((items, depth)) = pending.get(index).cloned() {
            let rest = |item: usize| &keys.key(item)[depth..];
            let is_one_key = !items.is_empty() && rest(items.start) == rest(items.end - 1);
            let node = if is_one_key {
                let next = trie.tails.len() as u32;
                trie.tails.extend(rest(items.start).iter().chain([&END]));
                Node { children: 0, next, items: (items.start as u32, items.end as u32) }
            } else {
                let own = items.clone().take_while(|&item| rest(item).is_empty()).count();
                let mut start = items.start + own;
                let (mut children, next) = (0, trie.nodes.len() as u32);
                let ends_here = (items.start as u32, start as u32);
                while start < items.end {
                    let byte = rest(start)[0];
                    let same = |&item: &usize| rest(item)[0] == byte;
                    let end = start + (start..items.end).take_while(same).count();
                    children |= 1 << byte;
                    trie.nodes.push(unknown);
                    pending.push((start..end, depth + 1));
                    start = end;
                }
                Node { children, next, items: ends_here }
            };
            trie.nodes[index] = node;
            index += 1;
        }
        // Children come after their parents.
        trie.heights = vec![0; trie.nodes.len()];
        for index in (0..trie.nodes.len()).rev() {
            trie.heights[index] = trie.height_of(index);
        }
        trie
    }

    fn height_of(&self, index: usize) -> u8 {
        let node = &self.nodes[index];
        if node.children == 0 {
            return tail_height(&self.tails, node.next as usize);
        }
        let children = (0..KEY_BYTE_VALUES).filter(|byte| node.children & 1 << byte != 0);
        let nodes = self.heights[node.next as usize..].iter();
        let heights = children.zip(nodes).filter(|&(byte, _)| byte != GAP.first_key_byte());
        heights.map(|(_, height)| height.saturating_add(1)).max().unwrap_or(0)
    }
}

/// Returns the number of key bytes of a tail, from position `at`, before a [`GAP`] or its end; 255 if
/// there are more.
fn tail_height(tails: &[u8], at: usize) -> u8 {
    let ends = |&byte: &u8| byte == END || byte == GAP.first_key_byte();
    let tail = tails.get(at..).unwrap_or_default().iter().take(usize::from(u8::MAX));
    tail.take_while(|byte| !ends(byte)).count() as u8
}

impl<'d> Trie<'d> {
    pub(super) const ROOT: NodeRef = NodeRef { node: 0, tail_offset: 0 };

    /// Builds the trie of `items`, which must be sorted by their keys, none of which is empty.
    pub(super) fn build(
        keys: &impl Keys,
        items: Range<usize>,
        body: &mut BodyBuilder,
    ) -> TrieParts {
        let Builder { nodes, tails, heights } = Builder::new(keys, items);
        TrieParts {
            nodes: body.table(nodes.into_iter().map(Node::words)),
            tails: body.part(&tails),
            heights: body.part(&heights),
        }
    }

    #[inline]
    fn node(&self, node_ref: NodeRef) -> Option<Node> {
        self.nodes.get(node_ref.node as usize).map(Node::read)
    }

    /// Returns the byte of the tail of a node without children.
    #[inline]
    fn tail_byte(&self, node: Node, node_ref: NodeRef) -> Option<u8> {
        self.tails.get(node.next as usize + node_ref.tail_offset as usize).copied()
    }

    /// Returns the maximum number of key bytes after a position before the end of a word; 255 if
    /// there are more.
    pub(super) fn height(&self, node_ref: NodeRef) -> u8 {
        let Some(node) = self.node(node_ref) else { return 0 };
        match node.children {
            0 => tail_height(self.tails, node.next as usize + node_ref.tail_offset as usize),
            _ => self.heights.get(node_ref.node as usize).copied().unwrap_or(u8::MAX),
        }
    }

    /// Whether the trie has no keys.
    pub(super) fn is_empty(&self) -> bool {
        self.tails.is_empty() && self.node(Trie::ROOT).is_none_or(|node| node.children == 0)
    }

    /// Returns the position after one more key byte, if a key continues with it.
    #[inline]
    pub(super) fn child(&self, node_ref: NodeRef, byte: u8) -> Option<NodeRef> {
        let node = self.node(node_ref)?;
        if node.children == 0 {
            return (self.tail_byte(node, node_ref) == Some(byte))
                .then_some(NodeRef { tail_offset: node_ref.tail_offset + 1, ..node_ref });
        }
        let bit = 1u32 << byte;
        let before = (node.children & (bit - 1)).count_ones();
        let child = NodeRef { node: node.next.wrapping_add(before), tail_offset: 0 };
        (node.children & bit != 0).then_some(child)
    }

    /// Returns the position after all key bytes of a class, if a key continues with them.
    #[inline]
    pub(super) fn descend(&self, node_ref: NodeRef, class: LetterClass) -> Option<NodeRef> {
        let node_ref = self.child(node_ref, class.first_key_byte())?;
        match class.more_key_bytes() {
            None => Some(node_ref),
            Some([second, third]) => self.child(self.child(node_ref, second)?, third),
        }
    }

    /// Whether a key ends at this position.
    #[inline]
    pub(super) fn has_items(&self, node_ref: NodeRef) -> bool {
        self.node(node_ref).is_some_and(|node| self.ends_at(node, node_ref))
    }

    #[inline]
    fn ends_at(&self, node: Node, node_ref: NodeRef) -> bool {
        match node.children {
            0 => self.tail_byte(node, node_ref) == Some(END),
            _ => node.items.0 < node.items.1,
        }
    }

    /// Returns the key bytes with which keys continue.
    pub(super) fn children(&self, node_ref: NodeRef) -> impl Iterator<Item = u8> + use<> {
        let node = self.node(node_ref).unwrap_or_default();
        let children = match node.children {
            0 => match self.tail_byte(node, node_ref) {
                None | Some(END) => 0,
                Some(byte) => 1u32.checked_shl(byte.into()).unwrap_or(0),
            },
            children => children,
        };
        (0..KEY_BYTE_VALUES).filter(move |byte| children & 1 << byte != 0)
    }

    /// Returns the items whose key ends at this position.
    #[inline]
    pub(super) fn items(&self, node_ref: NodeRef) -> Range<usize> {
        match self.node(node_ref) {
            Some(node) if self.ends_at(node, node_ref) => {
                node.items.0 as usize..node.items.1 as usize
            }
            _ => 0..0,
        }
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
        fn a_key_leads_to_exactly_its_items(
            mut keys in prop::collection::vec(prop::collection::vec(0..5_u8, 1..6), 0..40),
            others in prop::collection::vec(prop::collection::vec(0..5_u8, 1..6), 0..40),
        ) {
            keys.sort();
            let mut body = BodyBuilder::default();
            let parts = Trie::build(&keys, 0..keys.len(), &mut body);
            let body = body.finish();
            let trie = parts.of(&body);
            prop_assert_eq!(trie.is_empty(), keys.is_empty());
            for key in keys.iter().chain(&others) {
                let mut bytes = key.iter();
                let leads = bytes.try_fold(Trie::ROOT, |node, &byte| trie.child(node, byte));
                let found: Vec<usize> = leads.into_iter().flat_map(|it| trie.items(it)).collect();
                let same = (0..keys.len()).filter(|&item| keys[item] == *key);
                prop_assert_eq!(found, same.collect::<Vec<_>>());
                let bytes: Vec<u8> = leads.into_iter().flat_map(|it| trie.children(it)).collect();
                let longer = keys.iter().filter(|it| it.len() > key.len() && it.starts_with(key));
                let mut longer: Vec<u8> = longer.map(|it| it[key.len()]).collect();
                longer.dedup();
                prop_assert_eq!(bytes, longer);
            }
        }
    }
}
