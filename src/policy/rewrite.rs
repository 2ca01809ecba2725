//! Rewrites one text once.

use super::mask::mask_text;
use super::observer::{DecisionObserver, RewriteFallback, Substitution};
use crate::engine::{Cause, Match};
use crate::normalize::is_invisible;
use crate::rules::{Action, Mask, Piece, Replacement, RuleId, Rules};
use crate::span::Span;

/// Replaces the matches of rules that mask or replace. Returns `None` if there are none, or if the
/// text does not change. A rewrite that lengthens the text may have up to `longest` code points.
pub(super) fn rewrite(
    rules: &Rules,
    text: &str,
    matches: &[Match],
    longest: usize,
    observer: &mut impl DecisionObserver,
) -> Option<String> {
    let rewrites = |found: &&Match| rules.rule(found.rule).action.rewrites();
    let mut matches: Vec<&Match> = matches.iter().filter(rewrites).collect();
    if matches.is_empty() {
        return None;
    }
    // A cover may begin before an earlier match.
    matches.sort_by_key(|found| found.cover);
    observer.on_rewrite(text, &matches);
    let allowed = longest.max(text.chars().count());
    let rewriter = Rewriter {
        rules,
        content: text,
        matches: &matches,
        enough: MAX_CHAR.saturating_mul(allowed.saturating_add(1)),
    };
    let mut rewritten = rewriter.rewrite(Style::ByRules, observer);
    let fits = rewritten.chars().count() <= allowed;
    if !fits || !is_visible(&rewritten) {
        observer.on_fallback(if fits { RewriteFallback::Empty } else { RewriteFallback::TooLong });
        rewritten = rewriter.rewrite(Style::Stars, observer);
    }
    observer.on_done(&rewritten);
    (rewritten != text).then_some(rewritten)
}

/// Whether a text has a visible character.
fn is_visible(text: &str) -> bool {
    !text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// How matches are replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As their rules require.
    ByRules,
    /// With stars, which never lengthen a text and always leave something visible.
    Stars,
}

/// The most bytes of a character in UTF-8.
const MAX_CHAR: usize = 4;

struct Rewriter<'r> {
    rules: &'r Rules,
    content: &'r str,
    /// Only those of rules that mask or replace, sorted by what they cover.
    matches: &'r [&'r Match],
    /// With this many bytes a rewrite is too long whatever follows, so it is abandoned.
    enough: usize,
}

impl Rewriter<'_> {
    fn rewrite(&self, style: Style, observer: &mut impl DecisionObserver) -> String {
        let mut out = String::with_capacity(self.content.len());
        let mut written = 0;
        let mut rest = self.matches;
        while let Some(first) = rest.first() {
            if style == Style::ByRules && out.len() >= self.enough {
                break;
            }
            let mut union = first.cover;
            let overlapping = rest
                .iter()
                .take_while(|found| {
                    let overlaps = found.cover.start < union.end;
                    if overlaps {
                        union = union.union(found.cover);
                    }
                    overlaps
                })
                .count();
            let (cluster, after) = rest.split_at(overlapping);
            rest = after;
            out.push_str(&self.content[written..union.start]);
            let substitution = self.substitution(cluster, union, style);
            observer.on_cover(cluster, union, &substitution);
            self.write(&substitution, cluster, union, &mut out);
            written = union.end;
        }
        out.push_str(&self.content[written..]);
        out
    }

    /// Writes the substitution of a cluster.
    fn write(&self, it: &Substitution<'_>, cluster: &[&Match], union: Span, out: &mut String) {
        let text = &self.content[union.range()];
        match *it {
            Substitution::Replacement(found, replacement) => {
                self.replace(found, replacement, cluster, out);
            }
            Substitution::Mask(_, mask) => mask_text(text, mask, out),
            Substitution::Stars => mask_text(text, Mask::Stars, out),
        }
    }

    /// Chooses the substitution of a cluster.
    fn substitution<'m>(
        &'m self,
        cluster: &[&'m Match],
        union: Span,
        style: Style,
    ) -> Substitution<'m> {
        if style == Style::Stars {
            return Substitution::Stars;
        }
        // A replacement is meant for what its own match covers, so that must be the whole cluster.
        let replacing = cluster
            .iter()
            .filter(|found| found.cover == union)
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

    /// Writes the replacement of a match that covers its whole cluster.
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

    /// Writes a captured part of the original, with the other matches in it replaced by stars.
    fn insert<'m>(&self, part: Span, others: impl Iterator<Item = &'m Match>, out: &mut String) {
        let mut written = part.start;
        for other in others.filter(|other| other.cover.overlaps(part)) {
            let start = other.cover.start.max(written);
            let end = other.cover.end.min(part.end);
            if start < end {
                out.push_str(&self.content[written..start]);
                mask_text(&self.content[start..end], Mask::Stars, out);
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
