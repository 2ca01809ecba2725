//! A trie over sorted keys: [`Trie`].
//!
//! The children of a node are adjacent: a bitmap has one bit per key byte, and the number of bits
//! below that of a byte is the index of its child. So finding a child reads one node. When only one
//! key is left, the rest of it is a byte string (a *tail*) instead of nodes. If a key ends where
//! others continue, a leaf with an empty tail precedes the children, so that a node is either a
//! branch or a leaf and has eight bytes.
//!
//! The nodes near the root, which most searches read, come first, level by level. After them the
//! nodes of each subtree are together, so that the rest of a search reads few pages.
//!
//! **Example.** The keys `car`, `cart`, `cat` and `dog` with the values 1 to 4, as if letters were
//! key bytes:
//!
//! ```text
//! 0  branch  c, d       children from 1
//! 1  branch  a          children from 3
//! 2  leaf    4          tail "og"
//! 3  branch  r, t       children from 4
//! 4  branch  t          children from 6, and a key ends here
//! 5  leaf    3          tail ""
//! 6  leaf    1          tail "": the key that ends at 4
//! 7  leaf    2          tail ""
//! ```
//!
//! A search of `cart` reads the nodes 0, 1 and 3. There `r` is the first of the children, 4. A key
//! ends at 4, so its first child is 7, whose tail is empty: the value is 2.

use std::collections::VecDeque;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::flat::{BodyBuilder, Part, Rows, Table};
use super::letter_class::{GAP, KEY_BYTE_VALUES, LetterClass};

/// A trie that maps keys to values. A key is a string of key bytes, of which there are
/// [`KEY_BYTE_VALUES`].
#[derive(Clone, Copy)]
pub(super) struct Trie<'d> {
    /// See [`Node`].
    nodes: Rows<'d, 2>,
    /// The tails, each followed by [`END`].
    tails: &'d [u8],
    /// For each branch, the maximum number of key bytes after it before a [`GAP`] or the end of a
    /// key.
    heights: &'d [u8],
}

/// The position of a [`Trie`] in a body.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct TrieParts {
    nodes: Table<2>,
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

/// The number of levels whose nodes are stored level by level.
const TOP_LEVELS: usize = 4;

#[derive(Clone, Copy)]
enum Node {
    /// One key is left.
    Leaf {
        value: u32,
        /// Where the rest of the key begins in the tails.
        tail: u32,
    },
    Branch {
        /// The key bytes of its children, one bit each.
        children: u32,
        /// The index of the first child.
        first: u32,
        /// Whether a key ends here. Its leaf is before the first child.
        ends: bool,
    },
}

impl Node {
    /// The bits of the second word that distinguish leaves, and branches where a key ends. A body has
    /// fewer than 2^32 bytes, so there are fewer nodes than either.
    const LEAF: u32 = 1 << 31;
    const ENDS: u32 = 1 << 30;

    #[inline]
    fn read([first, second]: [u32; 2]) -> Node {
        if second & Node::LEAF != 0 {
            return Node::Leaf { value: first, tail: second & !Node::LEAF };
        }
        let ends = second & Node::ENDS != 0;
        Node::Branch { children: first, first: second & !Node::ENDS, ends }
    }

    fn words(self) -> [u32; 2] {
        match self {
            Node::Leaf { value, tail } => [value, tail | Node::LEAF],
            Node::Branch { children, first, ends } => {
                [children, first | if ends { Node::ENDS } else { 0 }]
            }
        }
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
    const UNKNOWN: Node = Node::Leaf { value: 0, tail: 0 };

    fn new(keys: &impl Keys, items: Range<usize>, values: &[u32]) -> Builder {
        let mut trie = Builder::default();
        // The nodes to write: index, items and depth. Those of the first levels are added at the end,
        // all others at the front.
        let mut pending = VecDeque::new();
        if !items.is_empty() {
            trie.nodes.push(Builder::UNKNOWN);
            pending.push_back((0, items, 0));
        }
        let mut added = Vec::new();
        while let Some((index, items, depth)) = pending.pop_front() {
            let rest = |item: usize| &keys.key(item)[depth..];
            if rest(items.start) == rest(items.end - 1) {
                trie.nodes[index] = trie.leaf(values[items.start], rest(items.start));
                continue;
            }
            let (mut children, mut start) = (0, items.start);
            let first = trie.nodes.len() as u32;
            let ends = rest(start).is_empty();
            if ends {
                let leaf = trie.leaf(values[start], &[]);
                trie.nodes.push(leaf);
                start += items.clone().take_while(|&item| rest(item).is_empty()).count();
            }
            while start < items.end {
                let byte = rest(start)[0];
                let same = |&item: &usize| rest(item)[0] == byte;
                let end = start + (start..items.end).take_while(same).count();
                children |= 1 << byte;
                added.push((trie.nodes.len(), start..end, depth + 1));
                trie.nodes.push(Builder::UNKNOWN);
                start = end;
            }
            trie.nodes[index] = Node::Branch { children, first, ends };
            if depth + 1 < TOP_LEVELS {
                pending.extend(added.drain(..));
            } else {
                added.drain(..).rev().for_each(|child| pending.push_front(child));
            }
        }
        // Children come after their parents.
        trie.heights = vec![0; trie.nodes.len()];
        for index in (0..trie.nodes.len()).rev() {
            trie.heights[index] = trie.height_of(trie.nodes[index]);
        }
        trie
    }

    /// Returns a leaf, whose tail is added. An empty one is the end of the tail before it.
    fn leaf(&mut self, value: u32, rest: &[u8]) -> Node {
        if rest.is_empty() && !self.tails.is_empty() {
            return Node::Leaf { value, tail: self.tails.len() as u32 - 1 };
        }
        let tail = self.tails.len() as u32;
        self.tails.extend(rest.iter().chain([&END]));
        Node::Leaf { value, tail }
    }

    fn height_of(&self, node: Node) -> u8 {
        match node {
            Node::Leaf { tail, .. } => tail_height(&self.tails, tail as usize),
            Node::Branch { children, first, ends } => {
                let bytes = (0..KEY_BYTE_VALUES).filter(|byte| children & 1 << byte != 0);
                let heights = self.heights[first as usize + usize::from(ends)..].iter();
                let words = bytes.zip(heights).filter(|&(byte, _)| byte != GAP.first_key_byte());
                words.map(|(_, height)| height.saturating_add(1)).max().unwrap_or(0)
            }
        }
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

    /// Builds the trie of `items`, which must be sorted by their keys, none of which is empty. Of
    /// items with the same key, `values` has the value of the first one at its index.
    pub(super) fn build(
        keys: &impl Keys,
        items: Range<usize>,
        values: &[u32],
        body: &mut BodyBuilder,
    ) -> TrieParts {
        let Builder { nodes, tails, heights } = Builder::new(keys, items, values);
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

    /// Returns the byte of a tail at a position.
    #[inline]
    fn tail_byte(&self, tail: u32, node_ref: NodeRef) -> Option<u8> {
        self.tails.get(tail as usize + node_ref.tail_offset as usize).copied()
    }

    /// Returns the maximum number of key bytes after a position before the end of a word; 255 if
    /// there are more.
    pub(super) fn height(&self, node_ref: NodeRef) -> u8 {
        match self.node(node_ref) {
            Some(Node::Leaf { tail, .. }) => {
                tail_height(self.tails, tail as usize + node_ref.tail_offset as usize)
            }
            Some(Node::Branch { .. }) => {
                self.heights.get(node_ref.node as usize).copied().unwrap_or(u8::MAX)
            }
            None => 0,
        }
    }

    /// Whether the trie has no keys.
    pub(super) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Returns the position after one more key byte, if a key continues with it.
    #[inline]
    pub(super) fn child(&self, node_ref: NodeRef, byte: u8) -> Option<NodeRef> {
        match self.node(node_ref)? {
            Node::Leaf { tail, .. } => (self.tail_byte(tail, node_ref) == Some(byte))
                .then_some(NodeRef { tail_offset: node_ref.tail_offset + 1, ..node_ref }),
            Node::Branch { children, first, ends } => {
                let bit = 1u32 << byte;
                let before = (children & (bit - 1)).count_ones() + u32::from(ends);
                let child = NodeRef { node: first.wrapping_add(before), tail_offset: 0 };
                (children & bit != 0).then_some(child)
            }
        }
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
    pub(super) fn has_value(&self, node_ref: NodeRef) -> bool {
        match self.node(node_ref) {
            Some(Node::Leaf { tail, .. }) => self.tail_byte(tail, node_ref) == Some(END),
            Some(Node::Branch { ends, .. }) => ends,
            None => false,
        }
    }

    /// Returns the value of the key that ends at this position.
    #[inline]
    pub(super) fn value(&self, node_ref: NodeRef) -> Option<u32> {
        match self.node(node_ref)? {
            Node::Leaf { value, tail } => {
                (self.tail_byte(tail, node_ref) == Some(END)).then_some(value)
            }
            Node::Branch { first, ends: true, .. } => {
                self.nodes.get(first as usize).map(|[value, _]| value)
            }
            Node::Branch { .. } => None,
        }
    }

    /// Returns the key bytes with which keys continue.
    pub(super) fn children(&self, node_ref: NodeRef) -> impl Iterator<Item = u8> + use<> {
        let children = match self.node(node_ref) {
            Some(Node::Branch { children, .. }) => children,
            Some(Node::Leaf { tail, .. }) => match self.tail_byte(tail, node_ref) {
                None | Some(END) => 0,
                Some(byte) => 1u32.checked_shl(byte.into()).unwrap_or(0),
            },
            None => 0,
        };
        (0..KEY_BYTE_VALUES).filter(move |byte| children & 1 << byte != 0)
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

    /// The example above.
    #[test]
    fn a_key_that_ends_where_others_continue_has_a_leaf() {
        let keys = ["car", "cart", "cat", "dog"];
        let key = |text: &str| text.bytes().map(|byte| byte - b'a').collect::<Vec<_>>();
        let sorted: Vec<Vec<u8>> = keys.into_iter().map(key).collect();
        let mut body = BodyBuilder::default();
        let parts = Trie::build(&sorted, 0..4, &[1, 2, 3, 4], &mut body);
        let body = body.finish();
        let trie = parts.of(&body);
        assert_eq!(trie.nodes.len(), 8);
        let value = |text: &str| {
            let mut bytes = key(text).into_iter();
            let end = bytes.try_fold(Trie::ROOT, |node, byte| trie.child(node, byte))?;
            trie.value(end)
        };
        assert_eq!(keys.map(value), [Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(["", "ca", "carts", "do", "dot"].map(value), [None; 5]);
        assert_eq!(trie.height(Trie::ROOT), 4);
    }

    proptest! {
        #[test]
        fn a_key_leads_to_exactly_its_value(
            mut keys in prop::collection::vec(prop::collection::vec(0..5_u8, 1..8), 0..60),
            others in prop::collection::vec(prop::collection::vec(0..5_u8, 1..8), 0..60),
        ) {
            keys.sort();
            let values: Vec<u32> = (0..keys.len() as u32).map(|item| item * 3).collect();
            let mut body = BodyBuilder::default();
            let parts = Trie::build(&keys, 0..keys.len(), &values, &mut body);
            let body = body.finish();
            let trie = parts.of(&body);
            prop_assert_eq!(trie.is_empty(), keys.is_empty());
            for key in keys.iter().chain(&others) {
                let mut bytes = key.iter();
                let leads = bytes.try_fold(Trie::ROOT, |node, &byte| trie.child(node, byte));
                let found = leads.and_then(|it| trie.value(it));
                let first = keys.iter().position(|it| it == key).map(|item| values[item]);
                prop_assert_eq!(found, first);
                prop_assert_eq!(leads.is_some_and(|it| trie.has_value(it)), first.is_some());
                let bytes: Vec<u8> = leads.into_iter().flat_map(|it| trie.children(it)).collect();
                let longer = keys.iter().filter(|it| it.len() > key.len() && it.starts_with(key));
                let mut longer: Vec<u8> = longer.map(|it| it[key.len()]).collect();
                longer.dedup();
                prop_assert_eq!(bytes, longer);
            }
        }
    }
}
