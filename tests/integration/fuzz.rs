//! What the fuzz targets ask of any bytes: on all that they have found so far, on their seeds, and on
//! what is near those.
//!
//! `PROPTEST_CASES` sets how many cases are tried, 256 if it is not there.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

#[expect(unreachable_pub, unused_imports, reason = "it is the library of another package as well")]
#[path = "../../fuzz/src/lib.rs"]
mod bodies;

use bodies::{Reference, Seed};

use crate::reference;

type Body = fn(&[u8]);

const BODIES: [(&str, Body); 7] = [
    ("backups", bodies::backups),
    ("disguises", bodies::disguises),
    ("events", bodies::events),
    ("links", bodies::links),
    ("matching", |bytes| bodies::matching(bytes, &REFERENCE)),
    ("reviews", bodies::reviews),
    ("rule_files", bodies::rule_files),
];

const REFERENCE: Reference = Reference { find: reference::find, knows: |_| true };

/// The longest seed of which near ones are tried, in bytes; the others take too long.
const MAX_SEED: usize = 8 << 10;

static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(bodies::seeds);

/// The words in quotes of the dictionary that libFuzzer takes.
static WORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let lines = include_str!("../../fuzz/dictionary").lines();
    lines.filter_map(|line| Some(word(line.strip_prefix('"')?.strip_suffix('"')?))).collect()
});

fn word(mut quoted: &str) -> Vec<u8> {
    let mut word = Vec::new();
    while let Some(c) = quoted.chars().next() {
        let hex = quoted.strip_prefix("\\x").and_then(|rest| rest.get(..2));
        if let Some(hex) = hex {
            word.push(u8::from_str_radix(hex, 16).expect("two digits"));
            quoted = &quoted[4..];
        } else {
            let escaped = usize::from(c == '\\');
            word.push(quoted.as_bytes()[escaped]);
            quoted = &quoted[escaped + 1..];
        }
    }
    word
}

fn body(target: &str) -> Body {
    BODIES.iter().find(|(name, _)| *name == target).expect("a target of that name").1
}

#[test]
fn what_was_found_once_stays_mended() {
    let files = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the folder is there");
        entries.map(|entry| entry.expect("a file").path()).collect()
    };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let findings = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/findings");
    let mut broken = Vec::new();
    for target in files(findings).into_iter().filter(|path| path.is_dir()) {
        let body = body(&name(&target));
        for path in files(target) {
            let finding = fs::read(&path).expect("a finding");
            broken.extend(catch_unwind(|| body(&finding)).err().map(|_| name(&path)));
        }
    }
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn seeds_are_sound() {
    let is_broken = |seed: &&Seed| catch_unwind(|| body(seed.target)(&seed.bytes)).is_err();
    let broken: Vec<_> = SEEDS.iter().filter(is_broken).map(|seed| &seed.name).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

/// One change to some bytes.
#[derive(Clone, Debug)]
enum Edit {
    Remove(Index, usize),
    Copy(Index, usize, Index),
    Replace(Index, Vec<u8>),
    Insert(Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<Index>(), 1..40_usize, any::<Index>())
            .prop_map(|(from, length, to)| Edit::Copy(from, length, to)),
        (any::<Index>(), prop::collection::vec(any::<u8>(), 1..4))
            .prop_map(|(at, bytes)| Edit::Replace(at, bytes)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, word)| Edit::Insert(at, word)),
    ]
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let range = |at: &Index, length| {
            let at = at.index(bytes.len() + 1);
            at..bytes.len().min(at + length)
        };
        match self {
            Edit::Remove(at, length) => drop(bytes.drain(range(at, *length))),
            Edit::Copy(from, length, to) => {
                let copy = bytes[range(from, *length)].to_vec();
                let to = to.index(bytes.len() + 1);
                drop(bytes.splice(to..to, copy));
            }
            Edit::Replace(at, new) => drop(bytes.splice(range(at, new.len()), new.iter().copied())),
            Edit::Insert(at, word) => {
                let at = at.index(bytes.len() + 1);
                drop(bytes.splice(at..at, word.get(&WORDS).iter().copied()));
            }
        }
    }
}

proptest! {
    // What fails becomes a file of `fuzz/findings`, and is not kept as a seed.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, body) in BODIES {
            body(&bytes);
        }
    }

    #[test]
    fn what_is_near_a_seed_is_taken(seed: Index, edits in prop::collection::vec(edit(), 1..6)) {
        let small: Vec<&Seed> = SEEDS.iter().filter(|seed| seed.bytes.len() <= MAX_SEED).collect();
        let seed = seed.get(&small);
        let mut bytes = seed.bytes.clone();
        edits.iter().for_each(|edit| edit.apply(&mut bytes));
        body(seed.target)(&bytes);
    }
}
