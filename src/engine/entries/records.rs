//! The entries of an index in a body: [`Entries`].
//!
//! An entry is a record, and the records are in the order of their keys, so that all a candidate
//! needs is in one place:
//!
//! | bytes | content |
//! |---|---|
//! | 1 or more | its kind, doubled; 1 is added if the next entry has the same key |
//! | 1 or more | its index in its list |
//! | 1 or more | the length of its text in bytes |
//! | 1 or more | the number of its letters |
//! | | its text |
//!
//! The numbers are [varints](Reader::number). The kind is what many entries share: the list, and
//! everything that is true or false of an entry. What few entries have, such as dates, is a row of
//! another table, which is found by binary search.
//!
//! **Example.** The entry `put`, with index 300 and kind 2, is `04 AC 02 03 03 70 75 74`. If `püt`
//! is an entry as well, which has the same key, the first byte is `05`, and its record follows.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::accents::Marks;
use super::compiled::CompiledEntry;
use super::flat::{BodyBuilder, Part, Reader, Rows, Table, push_number};
use super::kana::Kana;
use crate::language::Language;
use crate::normalize::CharProps;
use crate::rules::{DateRange, End, ListId};

/// The entries of an index, in the order of their keys.
#[derive(Clone, Copy)]
pub(super) struct Entries<'d> {
    records: &'d [u8],
    /// The list and the flags of each kind.
    kinds: Rows<'d, 2>,
    /// The position of a record; where its offsets and marks begin and how many there are; its first
    /// and last day.
    extras: Rows<'d, 7>,
    offsets: Rows<'d, 1>,
    marks: Rows<'d, 2>,
}

/// The position of [`Entries`] in a body.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct EntriesParts {
    records: Part,
    kinds: Table<2>,
    extras: Table<7>,
    offsets: Table<1>,
    marks: Table<2>,
}

impl EntriesParts {
    pub(super) fn of(self, body: &[u8]) -> Entries<'_> {
        Entries {
            records: self.records.of(body),
            kinds: self.kinds.of(body),
            extras: self.extras.of(body),
            offsets: self.offsets.of(body),
            marks: self.marks.of(body),
        }
    }

    pub(super) fn all(self) -> [Part; 5] {
        let EntriesParts { records, kinds, extras, offsets, marks } = self;
        [records, kinds.0, extras.0, offsets.0, marks.0]
    }
}

/// An entry that is not written yet.
pub(super) struct Record<'b> {
    pub(super) text: &'b str,
    /// Without text, confusables and marks.
    pub(super) compiled: CompiledEntry<'static>,
    pub(super) confusables: &'b [usize],
    pub(super) marks: &'b [(usize, char)],
    /// Whether the next entry has the same key.
    pub(super) shares_key: bool,
}

impl<'d> Entries<'d> {
    /// Writes entries into a body. Returns the positions of their records as well.
    pub(super) fn build<'b>(
        entries: impl ExactSizeIterator<Item = Record<'b>>,
        body: &mut BodyBuilder,
    ) -> (EntriesParts, Vec<u32>) {
        let mut positions = Vec::with_capacity(entries.len());
        let mut records = Vec::new();
        let mut kinds = Vec::new();
        let mut indexes = HashMap::new();
        let (mut extras, mut offsets, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        for record in entries {
            let Record { text, compiled, .. } = record;
            let position = records.len() as u32;
            let (first, last) = compiled.days.into();
            let has_extra =
                compiled.dated || !record.confusables.is_empty() || !record.marks.is_empty();
            if has_extra {
                let (offset, mark) = (offsets.len() as u32, marks.len() as u32);
                offsets.extend(record.confusables.iter().map(|&at| [at as u32]));
                marks.extend(record.marks.iter().map(|&(at, mark)| [at as u32, u32::from(mark)]));
                extras.push([
                    position,
                    offset,
                    record.confusables.len() as u32,
                    mark,
                    record.marks.len() as u32,
                    first,
                    last,
                ]);
            }
            let kind = [compiled.list.0, flags(&compiled, has_extra)];
            let kind = *indexes.entry(kind).or_insert_with(|| {
                kinds.push(kind);
                kinds.len() as u32 - 1
            });
            let (length, letters) = (text.len() as u32, compiled.letters as u32);
            for number in
                [kind << 1 | u32::from(record.shares_key), compiled.entry, length, letters]
            {
                push_number(&mut records, number);
            }
            records.extend(text.as_bytes());
            positions.push(position);
        }
        let parts = EntriesParts {
            records: body.part(&records),
            kinds: body.table(kinds.into_iter()),
            extras: body.table(extras.into_iter()),
            offsets: body.table(offsets.into_iter()),
            marks: body.table(marks.into_iter()),
        };
        (parts, positions)
    }

    /// Returns the entry whose record is at a position; `None` if there is none, or it is damaged.
    #[inline]
    pub(super) fn get(self, position: u32) -> Option<CompiledEntry<'d>> {
        self.read(position)?.entry
    }

    #[inline]
    fn read(self, position: u32) -> Option<Read<'d>> {
        let mut reader = Reader(self.records.get(position as usize..)?);
        let kind = reader.number()?;
        let (entry, length, letters) = (reader.number()?, reader.number()?, reader.number()?);
        let text = reader.bytes(length as usize)?;
        Some(Read {
            entry: self.entry(position, kind >> 1, entry, letters, text),
            shares_key: kind & 1 != 0,
            next: (self.records.len() - reader.0.len()) as u32,
        })
    }

    #[inline]
    fn entry(
        self,
        position: u32,
        kind: u32,
        entry: u32,
        letters: u32,
        text: &'d [u8],
    ) -> Option<CompiledEntry<'d>> {
        let text = str::from_utf8(text).ok().filter(|text| !text.is_empty())?;
        // Debug assertions reject other characters, which a damaged text may have.
        if cfg!(debug_assertions) && !text.chars().all(CharProps::is_folded) {
            return None;
        }
        let [list, flags] = self.kinds.get(kind as usize)?;
        let (mut compiled, has_extra) = with_flags(flags);
        compiled.text = text;
        compiled.list = ListId(list);
        compiled.entry = entry;
        compiled.letters = letters as usize;
        if has_extra {
            self.add_extra(position, &mut compiled);
        }
        Some(compiled)
    }

    #[cold]
    fn add_extra(self, position: u32, compiled: &mut CompiledEntry<'d>) {
        let at = self.extras.partition_point(|row| row[0] < position);
        let Some(row) = self.extras.get(at).filter(|row| row[0] == position) else { return };
        let [_, offset, offsets, mark, marks, from, until] = row;
        compiled.confusables = self.offsets.part(offset, offsets);
        compiled.marks = Marks(self.marks.part(mark, marks));
        compiled.days = DateRange::from((from, until));
    }

    /// Returns the entries with one key, of which the first is at a position, without those that are
    /// damaged. Ends at a record with damaged numbers.
    #[inline]
    pub(super) fn with_key(self, first: u32) -> impl Iterator<Item = CompiledEntry<'d>> {
        let mut next = Some(first);
        let all = std::iter::from_fn(move || {
            let read = self.read(next?)?;
            next = Some(read.next).filter(|_| read.shares_key);
            Some(read.entry)
        });
        all.flatten()
    }

    /// Returns all entries with their positions, without those that are damaged. Ends at a record with
    /// damaged numbers.
    pub(super) fn iter(self) -> impl Iterator<Item = (u32, CompiledEntry<'d>)> {
        let mut next = 0;
        let all = std::iter::from_fn(move || {
            let position = next;
            let read = self.read(position)?;
            next = read.next;
            Some(read.entry.map(|entry| (position, entry)))
        });
        all.flatten()
    }
}

/// A record that was read.
struct Read<'d> {
    /// `None` if it is damaged.
    entry: Option<CompiledEntry<'d>>,
    shares_key: bool,
    /// The position after it.
    next: u32,
}

/// The bit of the flags that is set if an entry has an extra row, and the first bits of its end and
/// its language.
const HAS_EXTRA: u32 = 21;
const END: u32 = 22;
const LANGUAGE: u32 = 24;

/// Returns all that is shared by entries of one kind, except the list.
fn flags(compiled: &CompiledEntry<'_>, has_extra: bool) -> u32 {
    let [hiragana, katakana, is_short] = compiled.kana.flags();
    let bits = [
        compiled.exception,
        compiled.dated,
        compiled.plain,
        compiled.may_be_spaced,
        compiled.run_together,
        compiled.only_spaced,
        compiled.slip,
        compiled.strict,
        compiled.starts_anywhere,
        compiled.needs_word_start,
        compiled.begins_with_symbol,
        compiled.elidable,
        compiled.takes_proclitics,
        compiled.takes_decoration,
        compiled.has_sharp_s,
        compiled.ends_in_word,
        compiled.whole_graphemes,
        compiled.has_doubled_letters,
        hiragana,
        katakana,
        is_short,
        has_extra,
    ];
    let bits = bits.into_iter().enumerate().fold(0, |bits, (at, bit)| bits | u32::from(bit) << at);
    let end = match compiled.end {
        End::Word => 0,
        End::Anywhere => 1,
        End::Ending => 2,
    };
    bits | end << END | u32::from(compiled.language.index()) << LANGUAGE
}

/// Returns an entry with these flags and nothing else, and whether it has an extra row.
#[inline]
fn with_flags(flags: u32) -> (CompiledEntry<'static>, bool) {
    let [
        exception,
        dated,
        plain,
        may_be_spaced,
        run_together,
        only_spaced,
        slip,
        strict,
        starts_anywhere,
        needs_word_start,
        begins_with_symbol,
        elidable,
        takes_proclitics,
        takes_decoration,
        has_sharp_s,
        ends_in_word,
        whole_graphemes,
        has_doubled_letters,
        hiragana,
        katakana,
        is_short,
        has_extra,
    ]: [bool; HAS_EXTRA as usize + 1] = std::array::from_fn(|bit| flags >> bit & 1 != 0);
    let compiled = CompiledEntry {
        text: "",
        list: ListId(0),
        entry: 0,
        letters: 0,
        exception,
        dated,
        days: DateRange::default(),
        plain,
        may_be_spaced,
        run_together,
        only_spaced,
        slip,
        strict,
        starts_anywhere,
        needs_word_start,
        begins_with_symbol,
        elidable,
        takes_proclitics,
        takes_decoration,
        has_sharp_s,
        end: match flags >> END & 3 {
            0 => End::Word,
            1 => End::Anywhere,
            _ => End::Ending,
        },
        ends_in_word,
        whole_graphemes,
        has_doubled_letters,
        confusables: Rows::default(),
        marks: Marks::default(),
        language: Language::from_index((flags >> LANGUAGE) as u8).unwrap_or(Language::ENGLISH),
        kana: Kana::from_flags([hiragana, katakana, is_short]),
    };
    (compiled, has_extra)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_as_they_were_written() {
        for bit in 0..=HAS_EXTRA {
            let (compiled, has_extra) = with_flags(1 << bit);
            let language = u32::from(Language::from_index(0).expect("the first").index());
            assert_eq!(flags(&compiled, has_extra), 1 << bit | language << LANGUAGE, "{bit}");
        }
        for (end, language) in [(0, 1), (1, 2), (2, 3)] {
            let word = end << END | language << LANGUAGE;
            assert_eq!(flags(&with_flags(word).0, false), word);
        }
    }
}
