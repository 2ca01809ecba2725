//! What exceptions veto: [`Exceptions`].

use super::RawHit;
use crate::normalize::Disguises;
use crate::rules::ListId;
use crate::span::Span;

/// Exceptions around one hit that are looked at.
const MAX_LOOKED_AT: usize = 64;

/// The exceptions that stand in a content.
pub(in crate::engine) struct Exceptions<'h> {
    standard: Standing<'h>,
    none: Standing<'h>,
}

impl<'h> Exceptions<'h> {
    /// The exceptions among the hits. Those of the lists `everywhere` veto hits of any list.
    pub(in crate::engine) fn of(everywhere: &[ListId], hits: &'h [RawHit]) -> Exceptions<'h> {
        let standing = |disguises| {
            let exceptions = hits.iter().filter(|hit| hit.exception && hit.serves(disguises));
            Standing::new(exceptions.map(|hit| {
                let list = Some(hit.list).filter(|list| !everywhere.contains(list));
                Exception { list, hit, farthest: hit.span.end }
            }))
        };
        Exceptions { standard: standing(Disguises::Standard), none: standing(Disguises::None) }
    }

    /// Whether an exception vetoes a hit for a rule that sees through those disguises.
    pub(in crate::engine) fn veto(&self, hit: &RawHit, disguises: Disguises) -> bool {
        let standing = self.standing(disguises);
        standing.vetoing(Some(hit.list), hit).next().is_some()
            || standing.vetoing(None, hit).next().is_some()
    }

    /// The exceptions of the hit's list, and of all lists, that hold the whole hit for a rule that
    /// sees through those disguises.
    ///
    /// Letters may repeat in both, so that the exception `fagot` stands in `faggot` as well; it vetoes no
    /// entry that asks for the double letter.
    pub(in crate::engine) fn vetoing(
        &self,
        hit: &RawHit,
        disguises: Disguises,
    ) -> impl Iterator<Item = &'h RawHit> {
        let standing = self.standing(disguises);
        standing.vetoing(Some(hit.list), hit).chain(standing.vetoing(None, hit))
    }

    fn standing(&self, disguises: Disguises) -> &Standing<'h> {
        match disguises {
            Disguises::Standard => &self.standard,
            Disguises::None => &self.none,
        }
    }
}

struct Exception<'h> {
    /// Nothing if it is one to all lists.
    list: Option<ListId>,
    hit: &'h RawHit,
    /// The farthest end of those of the list that begin no later.
    farthest: usize,
}

/// Exceptions by list and start.
struct Standing<'h>(Vec<Exception<'h>>);

impl<'h> Standing<'h> {
    fn new(exceptions: impl Iterator<Item = Exception<'h>>) -> Standing<'h> {
        let mut all: Vec<_> = exceptions.collect();
        all.sort_by_key(|it| (it.list, it.hit.span));
        for i in 1..all.len() {
            if all[i].list == all[i - 1].list {
                all[i].farthest = all[i].farthest.max(all[i - 1].farthest);
            }
        }
        Standing(all)
    }

    fn vetoing(&self, list: Option<ListId>, hit: &RawHit) -> impl Iterator<Item = &'h RawHit> {
        let before = |it: &Exception<'_>| (it.list, it.hit.span.start) <= (list, hit.span.start);
        let behind = self.0.partition_point(before);
        let around = self.0[..behind]
            .iter()
            .rev()
            .take_while(move |it| it.list == list && it.farthest >= hit.span.end);
        let near = around.take(MAX_LOOKED_AT);
        near.filter(|it| it.hit.span.end >= hit.span.end && doubles(it.hit, hit)).map(|it| it.hit)
    }
}

/// Whether an exception has all the letters doubled that a hit inside it has.
fn doubles(exception: &RawHit, hit: &RawHit) -> bool {
    let has = |span: Span, length: usize| {
        exception.doubles.iter().any(|&(at, times)| at.overlaps(span) && times >= length)
    };
    hit.doubles.iter().all(|&(span, length)| has(span, length))
}
