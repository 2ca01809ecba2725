//! The entries of an index in a body: [`Entries`].
//!
//! An entry is a row of four words: where its text begins, its index in its list, its kind, and the
//! lengths of its text in bytes and in letters. The kind is what many entries share: the list, and
//! everything that is true or false of an entry. What few entries have, such as dates, is a row of
//! another table, which is found by binary search.

use std::collections::HashMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::accents::Marks;
use super::compiled::CompiledEntry;
use super::flat::{BodyBuilder, Part, Rows, Table};
use super::kana::Kana;
use crate::language::Language;
use crate::normalize::CharProps;
use crate::rules::{DateRange, End, ListId};

/// The entries of an index, in the order of their keys.
#[derive(Clone, Copy)]
pub(super) struct Entries<'d> {
    rows: Rows<'d, 4>,
    /// The list and the flags of each kind.
    kinds: Rows<'d, 2>,
    /// The index of an entry; where its offsets and marks begin and how many there are; its first
    /// and last day.
    extras: Rows<'d, 7>,
    offsets: Rows<'d, 1>,
    marks: Rows<'d, 2>,
    texts: &'d [u8],
}

/// The position of [`Entries`] in a body.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct EntriesParts {
    rows: Table<4>,
    kinds: Table<2>,
    extras: Table<7>,
    offsets: Table<1>,
    marks: Table<2>,
    texts: Part,
}

impl EntriesParts {
    pub(super) fn of(self, body: &[u8]) -> Entries<'_> {
        Entries {
            rows: self.rows.of(body),
            kinds: self.kinds.of(body),
            extras: self.extras.of(body),
            offsets: self.offsets.of(body),
            marks: self.marks.of(body),
            texts: self.texts.of(body),
        }
    }

    pub(super) fn all(self) -> [Part; 6] {
        let EntriesParts { rows, kinds, extras, offsets, marks, texts } = self;
        [rows.0, kinds.0, extras.0, offsets.0, marks.0, texts]
    }
}

/// An entry that is not written yet.
pub(super) struct Record<'b> {
    pub(super) text: &'b str,
    /// Without text, confusables and marks.
    pub(super) compiled: CompiledEntry<'static>,
    pub(super) confusables: &'b [usize],
    pub(super) marks: &'b [(usize, char)],
}

impl<'d> Entries<'d> {
    /// Writes entries into a body.
    pub(super) fn build<'b>(
        records: impl ExactSizeIterator<Item = Record<'b>>,
        body: &mut BodyBuilder,
    ) -> EntriesParts {
        let mut rows = Vec::with_capacity(records.len());
        let mut kinds = Vec::new();
        let mut indexes = HashMap::new();
        let (mut extras, mut offsets, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        let mut texts = String::new();
        for (item, record) in records.enumerate() {
            let Record { text, compiled, .. } = record;
            let (first, last) = compiled.days.into();
            let has_extra =
                compiled.dated || !record.confusables.is_empty() || !record.marks.is_empty();
            if has_extra {
                let (offset, mark) = (offsets.len() as u32, marks.len() as u32);
                offsets.extend(record.confusables.iter().map(|&at| [at as u32]));
                marks.extend(record.marks.iter().map(|&(at, mark)| [at as u32, u32::from(mark)]));
                extras.push([
                    item as u32,
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
            // Entries are shorter than 64 KiB, because they are shorter than messages.
            let lengths = text.len() as u32 | (compiled.letters as u32) << 16;
            rows.push([texts.len() as u32, compiled.entry, kind, lengths]);
            texts.push_str(text);
        }
        EntriesParts {
            rows: body.table(rows.into_iter()),
            kinds: body.table(kinds.into_iter()),
            extras: body.table(extras.into_iter()),
            offsets: body.table(offsets.into_iter()),
            marks: body.table(marks.into_iter()),
            texts: body.part(texts.as_bytes()),
        }
    }

    pub(super) fn len(self) -> usize {
        self.rows.len()
    }

    /// Returns an entry; `None` if there are not as many, or its text is damaged.
    #[inline]
    pub(super) fn get(self, item: usize) -> Option<CompiledEntry<'d>> {
        let [start, entry, kind, lengths] = self.rows.get(item)?;
        let text = self.texts.get(start as usize..)?.get(..(lengths & 0xFFFF) as usize)?;
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
        compiled.letters = (lengths >> 16) as usize;
        if has_extra {
            self.add_extra(item, &mut compiled);
        }
        Some(compiled)
    }

    #[cold]
    fn add_extra(self, item: usize, compiled: &mut CompiledEntry<'d>) {
        let at = self.extras.partition_point(|row| (row[0] as usize) < item);
        let Some(row) = self.extras.get(at).filter(|row| row[0] as usize == item) else { return };
        let [_, offset, offsets, mark, marks, from, until] = row;
        compiled.confusables = self.offsets.part(offset, offsets);
        compiled.marks = Marks(self.marks.part(mark, marks));
        compiled.days = DateRange::from((from, until));
    }

    /// Returns some entries, without those that are damaged.
    #[inline]
    pub(super) fn range(self, items: Range<usize>) -> impl Iterator<Item = CompiledEntry<'d>> {
        (items.start..items.end.min(self.len())).filter_map(move |item| self.get(item))
    }

    /// Returns all entries.
    pub(super) fn iter(self) -> impl Iterator<Item = CompiledEntry<'d>> {
        self.range(0..self.len())
    }
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
