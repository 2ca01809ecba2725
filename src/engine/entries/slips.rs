//! Words with two letters swapped, and with one slip: [`SlipIndex`].
//!
//! Entries are found by the *sum* of their letters: the first letter, and the others in any order. A
//! swap leaves the sum as it is. For entries with `~`, one letter may also be missing, added or
//! another one. As in a deletion index (SymSpell), each of these entries is stored without each of
//! its letters as well, and each word of a message is looked up without each of its letters as well.
//! What has the same sum is then compared letter by letter.
//!
//! Example: `asshoel` has the sum of `asshole`, and the two differ by one swap. With the entry
//! `muppet~`, the word `mupet` has the sum of `muppet` without `p`; and `mupqet` without `q` has it
//! as well.

use serde::{Deserialize, Serialize};

use super::compiled::CompiledEntry;
use super::flat::{BodyBuilder, Part, Rows, Table};
use super::records::Entries;
use super::view::FoldedView;
use crate::language::Language;
use crate::normalize::CharProps;
use crate::rules::End;
use crate::span::Span;

/// The minimum number of letters of a word that is compared: an entry with its ending.
const MIN_LETTERS: usize = 6;

/// The minimum number of letters of an entry with endings. With its ending it has six.
const MIN_BASE: usize = 4;

/// The maximum number of letters of a word that is looked up.
const MAX_LETTERS: usize = 64;

/// The maximum number of entries that are compared for one sum.
const MAX_COMPARED: usize = 64;

/// The number of bits of the filter per sum.
const BITS: usize = 8;

/// The number of bits of the filter per bucket of sums.
const BITS_PER_BUCKET: usize = 64;

/// How a word differs from an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    /// Two adjacent letters are swapped.
    Swap,
    /// One letter is missing, added or another one.
    OneLetter,
}

/// Entries by the sum of their letters.
#[derive(Clone, Copy)]
pub(super) struct SlipIndex<'d> {
    /// A bit for each sum, to reject most words.
    filter: Rows<'d, 1>,
    /// For each part of the filter, the index of the first stored sum whose bit is in it or after it;
    /// and the number of sums.
    buckets: Rows<'d, 1>,
    /// See [`Stored`]. Ordered by the part of the filter, then by sum.
    stored: Rows<'d, 2>,
    parts: &'d SlipParts,
}

/// What a [`SlipIndex`] has besides its tables, and where these are in a body.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct SlipParts {
    filter: Table<1>,
    buckets: Table<1>,
    stored: Table<2>,
    /// For each first letter from `a` to `z` and for all others, the numbers of letters that a word
    /// with a slip may have, one bit each.
    lengths: [u64; 27],
    /// Whether there are entries with `~`.
    has_slips: bool,
    /// The languages of which entries have endings.
    languages: Vec<Language>,
    /// The endings of these, each with the sum of its letters and its language. See
    /// [`SlipParts::prepare`].
    #[serde(skip)]
    endings: Vec<(&'static str, u32, Language)>,
}

impl SlipParts {
    pub(super) fn of<'d>(&'d self, body: &'d [u8]) -> SlipIndex<'d> {
        SlipIndex {
            filter: self.filter.of(body),
            buckets: self.buckets.of(body),
            stored: self.stored.of(body),
            parts: self,
        }
    }

    /// Adds what is computed from the languages.
    pub(super) fn prepare(&mut self) {
        self.endings = self.languages.iter().flat_map(|&language| endings(language)).collect();
    }

    pub(super) fn all(&self) -> [Part; 3] {
        [self.filter.0, self.buckets.0, self.stored.0]
    }

    /// Whether there are no entries that may have a slip.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.stored.0.len() == 0
    }
}

fn endings(language: Language) -> impl Iterator<Item = (&'static str, u32, Language)> {
    let sum = |ending: &str| ending.chars().map(value).fold(0, u32::wrapping_add);
    language.endings().map(move |it| (it, sum(it), language))
}

#[derive(Clone, Copy)]
struct Stored {
    sum: u32,
    /// The position of the entry.
    position: u32,
}

/// A [`SlipIndex`] that is not written yet.
#[derive(Default)]
pub(super) struct SlipBuilder {
    parts: SlipParts,
    stored: Vec<Stored>,
}

impl SlipBuilder {
    /// Collects those entries that may have a slip.
    pub(super) fn new(entries: Entries<'_>) -> SlipBuilder {
        let mut builder = SlipBuilder::default();
        let SlipBuilder { parts, stored } = &mut builder;
        for (position, compiled) in entries.iter() {
            let text = compiled.text;
            if !may_slip(&compiled, text) {
                continue;
            }
            let language = compiled.language;
            if compiled.end == End::Ending && !parts.languages.contains(&language) {
                parts.languages.push(language);
            }
            let length = letters_of(text);
            let endings = Some(language).filter(|_| compiled.end == End::Ending);
            let endings = endings.into_iter().flat_map(Language::endings).map(letters_of);
            let most = if compiled.slip { length + 1 } else { length };
            let least = if compiled.slip { length - 1 } else { length };
            parts.lengths[first_of(text)] |= std::iter::once(0)
                .chain(endings)
                .flat_map(|ending| least + ending..=most + ending)
                .fold(0, |bits, length| bits | 1 << length.min(63));
            let sum = sum_of(text);
            let mut add = |sum| stored.push(Stored { sum, position });
            add(sum);
            if compiled.slip {
                text.chars().skip(1).for_each(|c| add(sum.wrapping_sub(value(c))));
                parts.has_slips = true;
            }
        }
        parts.prepare();
        builder
    }

    pub(super) fn build(self, body: &mut BodyBuilder) -> SlipParts {
        let SlipBuilder { mut parts, mut stored } = self;
        if stored.is_empty() {
            return parts;
        }
        let size = (stored.len() * BITS).next_power_of_two().max(64);
        let mut filter = vec![0_u32; size / 32];
        let bucket = |it: &Stored| bit(size, it.sum) / BITS_PER_BUCKET;
        stored.sort_unstable_by_key(|it| (bucket(it), it.sum, it.position));
        let mut buckets = vec![0_u32; size / BITS_PER_BUCKET + 1];
        for it in &stored {
            let bit = bit(size, it.sum);
            filter[bit / 32] |= 1 << (bit % 32);
            buckets[bucket(it) + 1] += 1;
        }
        for index in 1..buckets.len() {
            buckets[index] += buckets[index - 1];
        }
        parts.filter = body.table(filter.into_iter().map(|bits| [bits]));
        parts.buckets = body.table(buckets.into_iter().map(|first| [first]));
        parts.stored = body.table(stored.iter().map(|it| [it.sum, it.position]));
        parts
    }
}

/// Returns the bit of a sum in a filter of `size` bits.
fn bit(size: usize, sum: u32) -> usize {
    let bits = size.trailing_zeros();
    sum.wrapping_mul(0x9E37_79B1).wrapping_shr(u32::BITS.wrapping_sub(bits)) as usize
}

impl SlipIndex<'_> {
    /// The minimum length of a word that is compared, in bytes.
    pub(super) fn min_length(&self) -> usize {
        MIN_LETTERS - usize::from(self.parts.has_slips)
    }

    /// Calls `found` with each entry of which a word of the text is a slip, and the end of the word.
    /// The word begins at byte `start`.
    pub(super) fn search<'i>(
        &self,
        entries: Entries<'i>,
        view: &FoldedView<'_>,
        start: usize,
        mut found: impl FnMut(CompiledEntry<'i>, usize, Slip),
    ) {
        let SlipParts { lengths, has_slips, endings, .. } = self.parts;
        let Some((word, letters)) = word_at(view.text(), start) else { return };
        let is_possible =
            letters >= self.min_length() && lengths[first_of(word)] >> letters.min(63) & 1 != 0;
        if !is_possible {
            return;
        }
        let sum = sum_of(word);
        let end = start + word.len();
        let mut compare = |sum: u32, stem: &str, language: Option<Language>| {
            let bit = bit(self.filter.len() * 32, sum);
            if self.filter.get(bit / 32).is_some_and(|[bits]| bits >> (bit % 32) & 1 == 0) {
                return;
            }
            for position in self.with_sum(bit / BITS_PER_BUCKET, sum).take(MAX_COMPARED) {
                let Some(compiled) = entries.get(position) else { continue };
                let has_ending =
                    |language| compiled.end == End::Ending && compiled.language == language;
                if !language.is_none_or(has_ending) {
                    continue;
                }
                let entry = compiled.text;
                if let Some((slip, same)) = slip(entry, stem)
                    && has_accents(
                        &compiled,
                        entry,
                        view,
                        Span::new(start, start + stem.len()),
                        same,
                    )
                    && (compiled.slip || (slip == Slip::Swap && letters >= MIN_LETTERS))
                    && view.opens(start, compiled.elidable)
                    && view.closes(end)
                {
                    found(compiled, end, slip);
                }
            }
        };
        let mut compare_all = |sum: u32, stem: &str, language| {
            compare(sum, stem, language);
            if *has_slips {
                for c in stem.chars().skip(1) {
                    compare(sum.wrapping_sub(value(c)), stem, language);
                }
            }
        };
        compare_all(sum, word, None);
        for &(ending, of_ending, language) in endings {
            // A comparison of the last bytes is cheaper and excludes most.
            if word.as_bytes().last() == ending.as_bytes().last()
                && let Some(stem) = word.strip_suffix(ending)
            {
                compare_all(sum.wrapping_sub(of_ending), stem, Some(language));
            }
        }
    }

    /// Returns the positions of the entries with a sum, which are in one bucket.
    fn with_sum(&self, bucket: usize, sum: u32) -> impl Iterator<Item = u32> {
        let at = |bucket| self.buckets.get(bucket).map_or(0, |[at]| at);
        let (start, end) = (at(bucket), at(bucket + 1));
        let bucket = self.stored.part(start, end.saturating_sub(start));
        let first = bucket.partition_point(|[it, _]| it < sum);
        let rows = (first..bucket.len()).map_while(move |index| bucket.get(index));
        rows.take_while(move |&[it, _]| it == sum).map(|[_, position]| position)
    }
}

/// Whether a word of a message may be a slip of an entry.
fn may_slip(compiled: &CompiledEntry<'_>, text: &str) -> bool {
    let least = if compiled.end == End::Ending { MIN_BASE } else { MIN_LETTERS };
    let is_word = text.chars().all(is_part) && letters_of(text) >= least;
    compiled.may_be_spaced && !compiled.only_spaced && compiled.confusables.is_empty() && is_word
}

/// Returns the index of the first letter of a word in [`SlipIndex::lengths`].
fn first_of(word: &str) -> usize {
    word.bytes().next().map_or(26, |byte| usize::from(byte.wrapping_sub(b'a').min(26)))
}

fn letters_of(text: &str) -> usize {
    text.chars().filter(|&c| CharProps::of(c).is_letter()).count()
}

/// Whether a character may be part of a word with a slip.
fn is_part(c: char) -> bool {
    c.is_ascii_lowercase() || {
        let props = CharProps::of(c);
        (props.is_letter() || props.is_mark()) && !props.is_unspaced()
    }
}

/// Returns the word of letters at byte `start` and how many letters it has. `None` if it is too long,
/// or if digits or leet symbols belong to it.
fn word_at(text: &str, start: usize) -> Option<(&str, usize)> {
    let bytes = &text.as_bytes()[start..];
    let ascii = bytes.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
    let (length, letters) = match bytes.get(ascii) {
        Some(byte) if !byte.is_ascii() => {
            let rest = &text[start..];
            let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            (length, letters_of(&rest[..length]))
        }
        _ => (ascii, ascii),
    };
    (letters <= MAX_LETTERS).then(|| (&text[start..start + length], letters))
}

/// Returns the sum of the letters of a word. The first one counts in another way.
fn sum_of(word: &str) -> u32 {
    let mut chars = word.chars();
    let first = chars.next().map_or(0, |c| value(c).rotate_left(7));
    chars.fold(first, |sum, c| sum.wrapping_add(value(c)))
}

/// A number for a letter, such that the sums of different letters are rarely equal.
#[inline]
fn value(c: char) -> u32 {
    match u8::try_from(c) {
        Ok(byte @ b'a'..=b'z') => VALUES[usize::from(byte - b'a')],
        _ => mixed(u32::from(c)),
    }
}

/// The values of ASCII letters.
const VALUES: [u32; 26] = {
    let mut values = [0; 26];
    let mut number = 0;
    while number < 26 {
        values[number as usize] = mixed(number + b'a' as u32);
        number += 1;
    }
    values
};

/// Mixes the bits of a code point.
const fn mixed(c: u32) -> u32 {
    let c = c.wrapping_mul(0x85EB_CA6B);
    (c ^ c >> 13).wrapping_mul(0xC2B2_AE35)
}

/// Returns the slip by which a word differs from an entry, and how many first letters they share, at
/// least one. `None` if they differ more or not at all.
fn slip(entry: &str, word: &str) -> Option<(Slip, usize)> {
    let (entry, word): (Vec<char>, Vec<char>) = (entry.chars().collect(), word.chars().collect());
    let same = entry.iter().zip(&word).take_while(|(a, b)| a == b).count();
    if same == 0 || entry == word {
        return None;
    }
    let slip = match (&entry[same..], &word[same..]) {
        ([a, b, entry @ ..], [c, d, word @ ..]) if (a, b) == (d, c) && entry == word => {
            Some(Slip::Swap)
        }
        ([_, entry @ ..], [_, word @ ..]) if entry == word => Some(Slip::OneLetter),
        ([_, entry @ ..], word) if entry == word => Some(Slip::OneLetter),
        (entry, [_, word @ ..]) if entry == word => Some(Slip::OneLetter),
        _ => None,
    };
    Some((slip?, same))
}

/// Whether the letters that a word shares with an entry have the accents of the entry. The word is
/// at `part` of the view and differs from the entry after `same` letters.
fn has_accents(
    compiled: &CompiledEntry<'_>,
    entry: &str,
    view: &FoldedView<'_>,
    part: Span,
    same: usize,
) -> bool {
    let accents = compiled.accents();
    if accents.are_any() {
        return true;
    }
    let letters: Vec<(usize, char)> = entry.char_indices().collect();
    let chars: Vec<(usize, char)> = view.text()[part.range()].char_indices().collect();
    let agrees = |letter: usize, char: usize| {
        let ((place, letter), (at, c)) = (letters[letter], chars[char]);
        letter == c && accents.agree(c, place, view.dropped_marks(part.start + at + c.len_utf8()))
    };
    let from_end = |count: usize| (letters.len() - count, chars.len() - count);
    let longest = letters.len().max(chars.len());
    let rest = |differs: usize| {
        (1..=longest - same - differs).map(from_end).all(|(letter, char)| agrees(letter, char))
    };
    (0..same).all(|at| agrees(at, at))
        && match letters.len() == chars.len() && letters[same].1 != chars[same].1 {
            true if rest(1) => true,
            true => rest(2) && agrees(same, same + 1) && agrees(same + 1, same),
            false => rest(1),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_after_the_first_letter() {
        for (word, expected) in [
            ("muppet", None),
            ("mpupet", Some(Slip::Swap)),
            ("muppte", Some(Slip::Swap)),
            ("mupept", Some(Slip::Swap)),
            ("umppet", None),
            ("mupet", Some(Slip::OneLetter)),
            ("muppe", Some(Slip::OneLetter)),
            ("muppets", Some(Slip::OneLetter)),
            ("mupppet", Some(Slip::OneLetter)),
            ("mappet", Some(Slip::OneLetter)),
            ("buppet", None),
            ("uppet", None),
            ("mapper", None),
            ("mppuet", None),
        ] {
            assert_eq!(slip("muppet", word).map(|(slip, _)| slip), expected, "{word}");
        }
    }

    #[test]
    fn a_swap_leaves_the_sum_and_another_letter_does_not() {
        assert_eq!(sum_of("asshoel"), sum_of("asshole"));
        assert_ne!(sum_of("sashole"), sum_of("asshole"));
        assert_eq!(sum_of("mupet"), sum_of("muppet").wrapping_sub(value('p')));
    }
}
