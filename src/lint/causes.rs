//! Problems with one cause: an entry that matches many samples is reported once, at the entry, and
//! what follows from another problem of the same line is not reported.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Code, Diagnostic, Location};
use crate::span::Span;

/// The number of problems from which their cause is reported instead.
const MIN_MERGED: usize = 4;

/// Removes exceptions without effect of which a part is suspicious, such as a bullet before the word.
pub(super) fn hold_back(diagnostics: &mut Vec<Diagnostic>) {
    let suspicious: BTreeSet<Location> = diagnostics
        .iter()
        .filter(|it| it.code == Code::SuspiciousEntry)
        .filter_map(|it| it.location)
        .collect();
    diagnostics.retain(|it| {
        let Some(location) = it.location.filter(|_| it.code == Code::UnusedException) else {
            return true;
        };
        let span = Span::new(location.span.start, location.span.start);
        let next = suspicious.range(Location { span, ..location }..).next();
        !next.is_some_and(|part| {
            part.source == location.source && part.span.start < location.span.end
        })
    });
}

/// Replaces samples and texts of the rules that the same entry or pattern matches by one diagnostic
/// at the entry.
pub(super) fn merge(diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let is_effect =
        |it: &Diagnostic| matches!(it.code, Code::SampleCaught | Code::SelfMatchingReplacement);
    let mut effects: BTreeMap<Location, Vec<Diagnostic>> = BTreeMap::new();
    let mut merged = Vec::new();
    for diagnostic in diagnostics {
        match diagnostic.related {
            Some((cause, _)) if is_effect(&diagnostic) => {
                effects.entry(cause).or_default().push(diagnostic);
            }
            _ => merged.push(diagnostic),
        }
    }
    for (cause, effects) in effects {
        if effects.len() < MIN_MERGED {
            merged.extend(effects);
            continue;
        }
        let first = effects.iter().find_map(|it| it.location).unwrap_or(cause);
        let message = format!(
            "this matches {} samples and texts of the rules that it must not match",
            effects.len()
        );
        merged.push(
            Diagnostic::new(effects[0].code, cause, message)
                .related(first, "the first of them")
                .help("remove it, or make it longer, so that it only matches what is meant"),
        );
    }
    merged
}
