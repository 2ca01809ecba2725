//! What exceptions veto: [`Exceptions`].

use super::terms::TermHit;
use crate::normalize::Disguises;
use crate::rules::ListId;

/// The spans that exceptions cover in a content.
pub(super) struct Exceptions {
    standard: Spans,
    none: Spans,
}

impl Exceptions {
    /// The exceptions among the hits. Those of the lists `everywhere` veto hits of any list.
    pub(super) fn of(everywhere: &[ListId], hits: &[TermHit]) -> Exceptions {
        let spans = |disguises| {
            let exceptions = hits.iter().filter(|hit| hit.exception && hit.serves(disguises));
            Spans::new(exceptions.map(|hit| {
                let list = Some(hit.list).filter(|list| !everywhere.contains(list));
                (list, hit.span.start, hit.span.end)
            }))
        };
        Exceptions { standard: spans(Disguises::Standard), none: spans(Disguises::None) }
    }

    /// Whether an exception of the hit's list, or of all lists, holds the whole hit for a rule that
    /// sees through those disguises.
    pub(super) fn veto(&self, hit: &TermHit, disguises: Disguises) -> bool {
        let spans = match disguises {
            Disguises::Standard => &self.standard,
            Disguises::None => &self.none,
        };
        spans.hold(Some(hit.list), hit) || spans.hold(None, hit)
    }
}

/// Spans by list and start, each with the farthest end so far.
struct Spans(Vec<(Option<ListId>, usize, usize)>);

impl Spans {
    fn new(spans: impl Iterator<Item = (Option<ListId>, usize, usize)>) -> Spans {
        let mut spans: Vec<_> = spans.collect();
        spans.sort_unstable();
        for i in 1..spans.len() {
            if spans[i].0 == spans[i - 1].0 {
                spans[i].2 = spans[i].2.max(spans[i - 1].2);
            }
        }
        Spans(spans)
    }

    fn hold(&self, list: Option<ListId>, hit: &TermHit) -> bool {
        let before = |&(it, start, _): &(_, _, _)| (it, start) <= (list, hit.span.start);
        let at = self.0.partition_point(before);
        at > 0 && self.0[at - 1].0 == list && self.0[at - 1].2 >= hit.span.end
    }
}
