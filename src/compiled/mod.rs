//! Compiled rules: everything that a search needs of a rule folder in one file, [`FILE`].
//!
//! Compiling the rules takes time that grows with the number of entries. A file of compiled rules is
//! mapped into memory and searched in place, so that only what a message touches is read.
//!
//! # Format
//!
//! All numbers are little-endian, so the file is the same on every machine.
//!
//! | bytes | content |
//! |---|---|
//! | 0–7 | `IVSRULES` |
//! | 8–11 | the version of the format, [`VERSION`] |
//! | 12–15 | the length of the head |
//! | 16–23 | a hash of the source code that decides how entries are stored and found, [`CODE`] |
//! | 24–31 | the hash of the rule files, [`RulesHash`] |
//! | 32–39 | the length of the body |
//! | 40–43 | the CRC-32 of the body |
//! | 44–47 | the CRC-32 of bytes 0–43 and of the head |
//! | 48– | the head, in the format of [postcard] |
//! | | the body: the tables of the entries, their lines, and the table of the prefilter |
//!
//! The head has what is small and read at startup: the rules without their entries, the conditions
//! and lines of the patterns, the positions of the tables, and for each rule file its length and
//! hash. The body has what grows with the number of entries: tries, filters, entries, and their
//! texts and lines; and the automaton of the prefilter, which takes longer to build than to map.
//!
//! # Damage
//!
//! [`Compiled::open`] rejects a file with another version or code, a wrong length, or a damaged
//! head. It does not read the body, since that would take longer than a start may take. No damage of
//! the body leads to a panic or an endless loop, but it could hide entries, so [`Check`] compares
//! its checksum after the first answer. A body of up to [`SMALL`] bytes is checked when it is opened,
//! and so is a file that was read ([`Compiled::open_checked`]).
//!
//! [postcard]: https://postcard.jamesmunns.com

use std::fmt;
use std::io::{self, Read};

use crc32fast::Hasher;
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::engine::{Engine, OpenedParts, Parts};
use crate::fnv::Fnv;
use crate::rules::FileStamp;
use crate::source::Sources;

/// The name of the file in a rule folder.
pub const FILE: &str = "rules.compiled";

/// The version of the format.
pub const VERSION: u32 = 4;

const MAGIC: &[u8; 8] = b"IVSRULES";

/// A hash of the source code that decides how entries are stored and found, made by `build.rs`. A
/// file that was written by other code is not used.
pub const CODE: u64 = {
    let (digits, mut code, mut at) = (env!("SEARCH_CODE").as_bytes(), 0, 0);
    while at < digits.len() {
        code = code * 10 + (digits[at] - b'0') as u64;
        at += 1;
    }
    code
};

/// The length of a body in bytes up to which its checksum is compared at once: it takes 50 µs.
pub const SMALL: usize = 64 << 10;

/// The maximum length of a file in bytes. The rules of a folder of [`MAX_FOLDER`](crate::rules::MAX_FOLDER)
/// bytes are smaller.
pub const MAX_LENGTH: u64 = u32::MAX as u64;

/// The length of the part before the head.
const HEADER: usize = 48;

/// A hash of the paths and contents of the files of a rule folder: 64 bits, FNV-1a.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RulesHash(u64);

impl RulesHash {
    /// Returns the hash of the files of a rule folder.
    pub fn of(sources: &Sources) -> RulesHash {
        let mut all = Fnv::default();
        for stamp in FileStamp::all(sources) {
            all.add(stamp.path.as_bytes());
            all.add(&[0]);
            all.add(&stamp.hash.to_le_bytes());
        }
        RulesHash(all.hash())
    }
}

impl fmt::Display for RulesHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Why a file of compiled rules cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// It is something else.
    Foreign,
    /// It was written by another version of this software.
    OtherVersion,
    /// It is not as it was written.
    Damaged,
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Unusable::Foreign => "not a file of compiled rules",
            Unusable::OtherVersion => "compiled by another version of ivs-review",
            Unusable::Damaged => "the file is damaged",
        })
    }
}

impl std::error::Error for Unusable {}

/// The head of a file.
#[derive(Serialize, Deserialize)]
struct Head<P> {
    files: Vec<FileStamp>,
    engine: P,
}

/// Returns a file with the rules of an engine, which was compiled from `sources`.
///
/// # Panics
/// If the rules are larger than [`MAX_LENGTH`], which those of a folder are not.
pub fn write(engine: &Engine, sources: &Sources) -> Vec<u8> {
    let (parts, body) = engine.parts(sources);
    let files = FileStamp::all(sources).collect();
    let head = postcard::to_allocvec(&Head::<Parts<'_>> { files, engine: parts });
    let head = head.expect("supported types");
    let mut file = Vec::with_capacity(HEADER + head.len() + body.len());
    file.extend(MAGIC);
    file.extend(VERSION.to_le_bytes());
    file.extend(u32::try_from(head.len()).expect("the rules of a folder").to_le_bytes());
    file.extend(CODE.to_le_bytes());
    file.extend(RulesHash::of(sources).0.to_le_bytes());
    // The length of the body and the checksums; see `seal`.
    file.extend([0; 16]);
    file.extend(head);
    file.extend(body);
    seal(&mut file);
    file
}

/// Sets the checksums and the length of the body in a file, also in one that was damaged for a test.
pub fn seal(file: &mut [u8]) {
    let Some((header, rest)) = file.split_first_chunk_mut::<HEADER>() else { return };
    let head_length = u32::from_le_bytes([header[12], header[13], header[14], header[15]]);
    let Some((head, body)) = rest.split_at_checked(head_length as usize) else { return };
    header[32..40].copy_from_slice(&(body.len() as u64).to_le_bytes());
    header[40..44].copy_from_slice(&crc_of(&[body]).to_le_bytes());
    let crc = crc_of(&[&header[..HEADER - 4], head]);
    header[44..].copy_from_slice(&crc.to_le_bytes());
}

/// Rules that were read from a file.
#[derive(Debug)]
pub struct Compiled {
    /// The engine. Its lists have neither entries nor samples.
    pub engine: Engine,
    /// The patterns that could not be compiled, as from [`Engine::compile`].
    pub diagnostics: Vec<Diagnostic>,
    /// The rule files from which they were compiled.
    pub files: Vec<FileStamp>,
    /// The hash of these.
    pub hash: RulesHash,
    /// The check of the body, unless it is done.
    pub check: Option<Check>,
}

impl Compiled {
    /// Opens a file that is in memory as a whole, and compares all of it with its checksums.
    ///
    /// # Errors
    /// If the file cannot be used.
    pub fn open_checked(bytes: Vec<u8>) -> Result<Compiled, Unusable> {
        let header = Header::read(&bytes)?;
        let body = bytes.get(header.body_start()..).unwrap_or_default();
        if header.body_crc != crc_of(&[body]) {
            return Err(Unusable::Damaged);
        }
        Ok(Compiled { check: None, ..Compiled::open(bytes)? })
    }

    /// Opens a file, of which `bytes` are all bytes.
    ///
    /// # Errors
    /// If the file cannot be used. See [Damage](self#damage) for what is not detected yet.
    pub fn open(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Compiled, Unusable> {
        let file = bytes.as_ref();
        let header = Header::read(file)?;
        let head = file.get(HEADER..header.body_start()).ok_or(Unusable::Damaged)?;
        let body = file.get(header.body_start()..).unwrap_or_default();
        if header.head_crc != crc_of(&[&file[..HEADER - 4], head])
            || header.body_length != body.len() as u64
            || (body.len() <= SMALL && header.body_crc != crc_of(&[body]))
        {
            return Err(Unusable::Damaged);
        }
        let check = (body.len() > SMALL).then(|| Check::new(&header));
        let (head, rest): (Head<OpenedParts>, _) =
            postcard::take_from_bytes(head).map_err(|_| Unusable::Damaged)?;
        if !rest.is_empty() {
            return Err(Unusable::Damaged);
        }
        let opened = Engine::open(head.engine, Box::new(bytes), header.body_start());
        let (engine, diagnostics) = opened.ok_or(Unusable::Damaged)?;
        let hash = RulesHash(header.hash);
        Ok(Compiled { engine, diagnostics, files: head.files, hash, check })
    }
}

/// The first bytes of a file.
struct Header {
    head_length: u32,
    hash: u64,
    body_length: u64,
    body_crc: u32,
    head_crc: u32,
}

impl Header {
    fn read(file: &[u8]) -> Result<Header, Unusable> {
        if !file.starts_with(MAGIC) {
            return Err(Unusable::Foreign);
        }
        let header: &[u8; HEADER] = file.first_chunk().ok_or(Unusable::Damaged)?;
        let words = header.as_chunks::<4>().0;
        let word = |at: usize| u32::from_le_bytes(words[at / 4]);
        let long = |at: usize| u64::from(word(at)) | u64::from(word(at + 4)) << 32;
        if word(8) != VERSION || long(16) != CODE {
            return Err(Unusable::OtherVersion);
        }
        Ok(Header {
            head_length: word(12),
            hash: long(24),
            body_length: long(32),
            body_crc: word(40),
            head_crc: word(44),
        })
    }

    fn body_start(&self) -> usize {
        HEADER + self.head_length as usize
    }
}

/// Returns the CRC-32 of several byte strings, as of one.
fn crc_of(parts: &[&[u8]]) -> u32 {
    let mut crc = Hasher::new();
    parts.iter().for_each(|part| crc.update(part));
    crc.finalize()
}

/// A check of the body of a file that was opened.
#[derive(Debug)]
pub struct Check {
    start: usize,
    crc: u32,
}

impl Check {
    fn new(header: &Header) -> Check {
        Check { start: header.body_start(), crc: header.body_crc }
    }

    /// Whether the body is as it was written. `file` is read from its start in small pieces, so that
    /// a mapped file does not become resident.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn passes(&self, mut file: impl Read) -> io::Result<bool> {
        let mut buffer = vec![0; 64 << 10];
        let mut crc = Hasher::new();
        let mut rest_of_head = self.start;
        loop {
            let length = match file.read(&mut buffer) {
                Ok(0) => return Ok(crc.finalize() == self.crc),
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let skipped = rest_of_head.min(length);
            rest_of_head -= skipped;
            crc.update(&buffer[skipped..length]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Scratch;
    use crate::rules;
    use crate::source::Source;

    const RULES: &str = "version = 1\n[[rule]]\nid = \"a\"\naction = \"mask\"\nterms = [\"muppet+\", \"göt\"]\npatterns = ['ab+c\\d']\n";

    fn sources(manifest: &str) -> Sources {
        let mut sources = Sources::default();
        sources.push(Source { path: "rules.toml".into(), content: Ok(manifest.into()) });
        sources
    }

    /// A file with a body that is not checked when it is opened.
    fn large_file() -> Vec<u8> {
        let words: Vec<String> = (0..4_000).map(|number| format!("'word{number:05}'")).collect();
        file_of(&RULES.replace("\"göt\"", &words.join(", ")))
    }

    fn file() -> Vec<u8> {
        file_of(RULES)
    }

    fn file_of(manifest: &str) -> Vec<u8> {
        let sources = sources(manifest);
        let (engine, problems) = Engine::compile(rules::parse(&sources).rules);
        assert_eq!(problems, []);
        write(&engine, &sources)
    }

    #[test]
    fn an_opened_file_finds_what_its_rules_find() {
        let compiled = Compiled::open(file()).expect("a valid file");
        let mut scratch = Scratch::default();
        for (text, matches) in [("Müppets!", 1), ("götten got göt abbc1 abbc", 2), ("hello", 0)]
        {
            let found = compiled.engine.find(text, None, &mut scratch);
            assert_eq!(found.len(), matches, "{text}");
            assert!(found.iter().all(|it| it.entry(compiled.engine.rules()).is_none()), "{text}");
        }
        assert_eq!((compiled.engine.entries(), compiled.engine.patterns()), (2, 1));
        assert!(!compiled.engine.is_empty());
        assert_eq!(compiled.hash, RulesHash::of(&sources(RULES)));
        assert_ne!(compiled.hash, RulesHash::of(&sources("version = 1\n")));
    }

    #[test]
    fn a_file_that_cannot_be_used_is_rejected() {
        let reason = |bytes: Vec<u8>| Compiled::open(bytes).map(|_| ()).expect_err("unusable");
        let with = |at: usize, byte: u8| {
            let mut file = file();
            file[at] = byte;
            file
        };
        let whole = file();
        assert_eq!(reason(Vec::new()), Unusable::Foreign);
        assert_eq!(reason(b"version = 1".to_vec()), Unusable::Foreign);
        assert_eq!(reason(with(0, b'i')), Unusable::Foreign);
        assert_eq!(reason(with(8, 1)), Unusable::OtherVersion);
        assert_eq!(reason(with(16, whole[16] ^ 1)), Unusable::OtherVersion);
        for length in [8, HEADER, whole.len() - 1] {
            assert_eq!(reason(whole[..length].to_vec()), Unusable::Damaged, "{length}");
        }
        assert_eq!(reason([whole.clone(), vec![0]].concat()), Unusable::Damaged);
    }

    #[test]
    fn a_file_in_memory_is_checked_as_a_whole() {
        let whole = large_file();
        let damaged = |at: usize| {
            let mut file = whole.clone();
            file[at] ^= 1;
            file
        };
        assert!(whole.len() > SMALL + HEADER);
        assert!(Compiled::open_checked(whole.clone()).expect("a valid file").check.is_none());
        let last = damaged(whole.len() - 1);
        assert!(Compiled::open(last.clone()).expect("it is checked later").check.is_some());
        for file in [last, damaged(HEADER), damaged(0), Vec::new()] {
            assert!(Compiled::open_checked(file).is_err());
        }
    }

    /// Each byte is covered by a checksum or decides whether the file is accepted at all.
    #[test]
    fn every_changed_byte_is_detected() {
        let whole = file();
        for at in 0..whole.len() {
            let mut file = whole.clone();
            file[at] ^= 0x55;
            assert!(Compiled::open(file).is_err(), "{at}");
        }
    }

    #[test]
    fn a_body_is_checked_in_pieces() {
        let file = file();
        let header = Header::read(&file).expect("a valid header");
        let check = Check::new(&header);
        assert!(check.passes(&file[..]).expect("no errors"));
        let mut damaged = file.clone();
        *damaged.last_mut().expect("a body") ^= 1;
        assert!(!check.passes(&damaged[..]).expect("no errors"));
        assert!(!check.passes(&file[..file.len() - 1]).expect("no errors"));
        assert!(!check.passes(&b""[..]).expect("no errors"));
    }
}
