//! Applies exceptions to hits: [`Exceptions`].

use super::RawHit;
use crate::normalize::Disguises;
use crate::rules::ListId;
use crate::span::Span;

/// The maximum number of exceptions that are examined per hit.
const MAX_EXAMINED: usize = 64;

/// The exceptions that were found in a content.
pub(in crate::engine) struct Exceptions<'h> {
    standard: SortedExceptions<'h>,
    none: SortedExceptions<'h>,
}

impl<'h> Exceptions<'h> {
    /// Collects the exceptions among the hits. Those of the lists `everywhere` suppress hits of any
    /// list.
    pub(in crate::engine) fn of(everywhere: &[ListId], hits: &'h [RawHit]) -> Exceptions<'h> {
        let sorted = |disguises| {
            let exceptions = hits.iter().filter(|hit| hit.exception && hit.applies_to(disguises));
            SortedExceptions::new(exceptions.map(|hit| {
                let list = Some(hit.list).filter(|list| !everywhere.contains(list));
                Exception { list, hit, max_end: hit.span.end }
            }))
        };
        Exceptions { standard: sorted(Disguises::Standard), none: sorted(Disguises::None) }
    }

    /// Whether an exception suppresses a hit for a rule that searches with `disguises`.
    pub(in crate::engine) fn suppresses(&self, hit: &RawHit, disguises: Disguises) -> bool {
        let sorted = self.sorted(disguises);
        sorted.suppressing(Some(hit.list), hit).next().is_some()
            || sorted.suppressing(None, hit).next().is_some()
    }

    /// Returns the exceptions to the list of a hit, or to all lists, that contain the whole hit,
    /// for a rule that searches with `disguises`.
    ///
    /// Letters may be repeated in both, so the exception `fagot` is found in `faggot` as well. It
    /// does not suppress an entry that requires the doubled letter.
    pub(in crate::engine) fn suppressing(
        &self,
        hit: &RawHit,
        disguises: Disguises,
    ) -> impl Iterator<Item = &'h RawHit> {
        let sorted = self.sorted(disguises);
        sorted.suppressing(Some(hit.list), hit).chain(sorted.suppressing(None, hit))
    }

    fn sorted(&self, disguises: Disguises) -> &SortedExceptions<'h> {
        match disguises {
            Disguises::Standard => &self.standard,
            Disguises::None => &self.none,
        }
    }
}

struct Exception<'h> {
    /// `None` if it applies to all lists.
    list: Option<ListId>,
    hit: &'h RawHit,
    /// The maximum end of the exceptions to the same list up to this one.
    max_end: usize,
}

/// Exceptions, sorted by list and span.
struct SortedExceptions<'h>(Vec<Exception<'h>>);

impl<'h> SortedExceptions<'h> {
    fn new(exceptions: impl Iterator<Item = Exception<'h>>) -> SortedExceptions<'h> {
        let mut all: Vec<_> = exceptions.collect();
        all.sort_by_key(|it| (it.list, it.hit.span));
        for i in 1..all.len() {
            if all[i].list == all[i - 1].list {
                all[i].max_end = all[i].max_end.max(all[i - 1].max_end);
            }
        }
        SortedExceptions(all)
    }

    fn suppressing(&self, list: Option<ListId>, hit: &RawHit) -> impl Iterator<Item = &'h RawHit> {
        let before = |it: &Exception<'_>| (it.list, it.hit.span.start) <= (list, hit.span.start);
        let count = self.0.partition_point(before);
        let around = self.0[..count]
            .iter()
            .rev()
            .take_while(move |it| it.list == list && it.max_end >= hit.span.end);
        let near = around.take(MAX_EXAMINED);
        near.filter(|it| it.hit.span.end >= hit.span.end && has_same_doubled_letters(it.hit, hit))
            .map(|it| it.hit)
    }
}

/// Whether an exception requires all doubled letters that a hit inside it requires.
fn has_same_doubled_letters(exception: &RawHit, hit: &RawHit) -> bool {
    let has = |span: Span, length: usize| {
        exception.doubled.iter().any(|&(at, times)| at.overlaps(span) && times >= length)
    };
    hit.doubled.iter().all(|&(span, length)| has(span, length))
}
