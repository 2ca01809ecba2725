//! What takes the place of hits in one text.

use super::mask::cover;
use super::observer::{DecisionObserver, RewriteFallback, Substitution};
use crate::engine::{Cause, Match};
use crate::normalize::is_invisible;
use crate::rules::{Action, Mask, Piece, Replacement, RuleId, Rules};
use crate::span::Span;

/// The text with the hits of rules that mask or replace rewritten; nothing if there are none, or if
/// they leave it as it is. `longest` is the length in code points that a rewrite which lengthens the
/// text may reach.
pub(super) fn rewrite(
    rules: &Rules,
    text: &str,
    matches: &[Match],
    longest: usize,
    observer: &mut impl DecisionObserver,
) -> Option<String> {
    let rewrites = |found: &&Match| rules.rule(found.rule).action.rewrites();
    let matches: Vec<&Match> = matches.iter().filter(rewrites).collect();
    if matches.is_empty() {
        return None;
    }
    observer.on_rewrite(text, &matches);
    let allowed = longest.max(text.chars().count());
    let rewriter =
        Rewriter { rules, content: text, matches: &matches, enough: MAX_CHAR * (allowed + 1) };
    let mut rewritten = rewriter.rewrite(Style::AsAsked, observer);
    let fits = rewritten.chars().count() <= allowed;
    if !fits || !shows(&rewritten) {
        observer.on_fallback(if fits { RewriteFallback::Empty } else { RewriteFallback::TooLong });
        rewritten = rewriter.rewrite(Style::Stars, observer);
    }
    observer.on_done(&rewritten);
    (rewritten != text).then_some(rewritten)
}

/// Whether there is anything to see in a text.
fn shows(text: &str) -> bool {
    !text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// How hits are rewritten.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As their rules say.
    AsAsked,
    /// With stars, which never lengthen a content and never leave nothing of it.
    Stars,
}

/// The most bytes of a character in UTF-8.
const MAX_CHAR: usize = 4;

struct Rewriter<'r> {
    rules: &'r Rules,
    content: &'r str,
    /// Of rules that mask or replace alone, sorted by span.
    matches: &'r [&'r Match],
    /// The bytes of a rewrite that does not fit, whatever still follows.
    enough: usize,
}

impl Rewriter<'_> {
    fn rewrite(&self, style: Style, observer: &mut impl DecisionObserver) -> String {
        let mut out = String::with_capacity(self.content.len());
        let mut written = 0;
        let mut rest = self.matches;
        while let Some(first) = rest.first() {
            if style == Style::AsAsked && out.len() >= self.enough {
                break;
            }
            let mut union = first.span;
            let overlapping = rest
                .iter()
                .take_while(|found| {
                    let overlaps = found.span.start < union.end;
                    if overlaps {
                        union = union.union(found.span);
                    }
                    overlaps
                })
                .count();
            let (cluster, behind) = rest.split_at(overlapping);
            rest = behind;
            out.push_str(&self.content[written..union.start]);
            let cover = self.cover(cluster, union, style);
            observer.on_cover(cluster, union, &cover);
            self.write(&cover, cluster, union, &mut out);
            written = union.end;
        }
        out.push_str(&self.content[written..]);
        out
    }

    /// Writes what takes the place of matches that overlap.
    fn write(&self, it: &Substitution<'_>, cluster: &[&Match], union: Span, out: &mut String) {
        let text = &self.content[union.range()];
        match *it {
            Substitution::Replacement(found, replacement) => {
                self.replace(found, replacement, cluster, out);
            }
            Substitution::Mask(_, mask) => cover(text, mask, out),
            Substitution::Stars => cover(text, Mask::Stars, out),
        }
    }

    /// What takes the place of matches that overlap.
    fn cover<'m>(&'m self, cluster: &[&'m Match], union: Span, style: Style) -> Substitution<'m> {
        if style == Style::Stars {
            return Substitution::Stars;
        }
        // A replacement stands for its own hit alone, so it must be the whole of what is hit.
        let replacing = cluster
            .iter()
            .filter(|found| found.span == union)
            .filter_map(|found| match &self.rules.rule(found.rule).action {
                Action::Replace(replacement) => Some((*found, replacement)),
                _ => None,
            })
            .min_by_key(|(found, _)| found.rule);
        if let Some((found, replacement)) = replacing {
            return Substitution::Replacement(found, replacement);
        }
        let masking = cluster
            .iter()
            .filter_map(|found| match self.rules.rule(found.rule).action {
                Action::Mask(mask) => Some((found.rule, mask)),
                _ => None,
            })
            .min_by_key(|&(rule, _)| rule);
        masking.map_or(Substitution::Stars, |(rule, mask)| Substitution::Mask(rule, mask))
    }

    /// Writes the replacement of a match, which spans all of its cluster.
    fn replace(
        &self,
        found: &Match,
        replacement: &Replacement,
        cluster: &[&Match],
        out: &mut String,
    ) {
        for (i, piece) in replacement.pieces.iter().enumerate() {
            if out.len() >= self.enough {
                break;
            }
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Group(_) | Piece::Named(_) => {
                    if let Some(&Some(group)) = found.groups.get(i) {
                        let others =
                            cluster.iter().filter(|other| !same_match(other, found)).copied();
                        self.insert(group, others, out);
                    }
                }
            }
        }
    }

    /// Writes a part of the original, with what others hit in it covered.
    fn insert<'m>(&self, part: Span, others: impl Iterator<Item = &'m Match>, out: &mut String) {
        let mut written = part.start;
        for other in others.filter(|other| other.span.overlaps(part)) {
            let start = other.span.start.max(written);
            let end = other.span.end.min(part.end);
            if start < end {
                out.push_str(&self.content[written..start]);
                cover(&self.content[start..end], Mask::Stars, out);
                written = end;
            }
        }
        out.push_str(&self.content[written..part.end]);
    }
}

fn same_match(a: &Match, b: &Match) -> bool {
    let key = |found: &Match| -> (RuleId, Cause, Span) { (found.rule, found.cause, found.span) };
    key(a) == key(b)
}
