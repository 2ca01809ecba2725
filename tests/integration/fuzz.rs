//! The bodies of the fuzz targets on all findings, on the seeds, and on mutated seeds.
//!
//! `PROPTEST_CASES` sets the number of cases (default 256), and `PROPTEST_RNG_SEED` the seed, which is the same in every
//! run by default.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;

#[expect(
    unreachable_pub,
    unused_imports,
    reason = "this file is also the library of another package"
)]
#[path = "../../fuzz/src/lib.rs"]
pub(crate) mod bodies;

use bodies::{Reference, Seed};

use crate::reference;

type Body = fn(&[u8]);

const BODIES: [(&str, Body); 14] = [
    ("backups", bodies::backups),
    ("chat", bodies::chat),
    ("compiled", bodies::compiled),
    ("disguises", bodies::disguises),
    ("events", bodies::events),
    ("imports", bodies::imports),
    ("links", bodies::links),
    ("lists", bodies::lists),
    ("matching", |bytes| bodies::matching(bytes, &REFERENCE)),
    ("recordings", bodies::recordings),
    ("reviews", bodies::reviews),
    ("rule_files", bodies::rule_files),
    ("tables", bodies::tables),
    ("trials", bodies::trials),
];

const REFERENCE: Reference = Reference { find: reference::find, knows: |_| true };

/// The maximum size in bytes of seeds that are mutated; longer ones are too slow.
const MAX_SEED: usize = 8 << 10;

static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(bodies::seeds);

/// The quoted words of the libFuzzer dictionary.
static WORDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let lines = include_str!("../../fuzz/dictionary").lines();
    lines.filter_map(|line| Some(word(line.strip_prefix('"')?.strip_suffix('"')?))).collect()
});

/// Decodes the escapes of a word of the dictionary.
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
fn findings_do_not_fail() {
    let files = |folder: PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).expect("the folder is there");
        entries.map(|entry| entry.expect("a file").path()).collect()
    };
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let findings = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/findings");
    let mut failed = Vec::new();
    for target in files(findings).into_iter().filter(|path| path.is_dir()) {
        let body = body(&name(&target));
        for path in files(target) {
            let finding = fs::read(&path).expect("a finding");
            failed.extend(catch_unwind(|| body(&finding)).err().map(|_| name(&path)));
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn seeds_do_not_fail() {
    let fails = |seed: &&Seed| catch_unwind(|| body(seed.target)(&seed.bytes)).is_err();
    let failed: Vec<_> = SEEDS.iter().filter(fails).map(|seed| &seed.name).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

/// An edit of bytes.
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
    // A failing case belongs in `fuzz/findings`, so it is not persisted.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_do_not_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for (_, body) in BODIES {
            body(&bytes);
        }
    }

    #[test]
    fn mutated_seeds_do_not_fail(seed: Index, edits in prop::collection::vec(edit(), 1..6)) {
        let small: Vec<&Seed> = SEEDS.iter().filter(|seed| seed.bytes.len() <= MAX_SEED).collect();
        let seed = seed.get(&small);
        let mut bytes = seed.bytes.clone();
        edits.iter().for_each(|edit| edit.apply(&mut bytes));
        body(seed.target)(&bytes);
    }
}
