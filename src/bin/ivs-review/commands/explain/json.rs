//! JSON output of an explanation.

use std::io::Write;

use ivs_chat_review::engine::{Cause, MatchDetail};
use ivs_chat_review::explain::{
    Cluster, EditGroup, ExplainedField, ExplainedMatch, InactiveReason, RewriteFallback, Round,
    SubstitutionKind, Suppression,
};
use ivs_chat_review::language::Language;
use ivs_chat_review::rules::{RuleId, SwitchKind};
use ivs_chat_review::span::Span;
use serde::Serialize;
use serde_json::value::RawValue;

use super::words::share;
use super::{ExplainView, match_kind};
use crate::terminal::json_line;

pub(super) fn write(
    out: &mut impl Write,
    view: &ExplainView<'_>,
    reply: String,
) -> anyhow::Result<()> {
    let review = &view.explanation.review;
    let decision = &view.explanation.decision;
    let texts: Vec<Read<'_>> =
        view.explanation.fields.iter().map(|it| Read::new(view, it)).collect();
    let id = |rule: RuleId| view.rule(rule).id.as_str();
    let object = Object {
        day: view.day.to_string(),
        verdict: review.verdict.as_str(),
        exempt: view.explanation.exempt.map(|index| index + 1),
        texts,
        denied_by: decision.denying.iter().map(|&rule| id(rule)).collect(),
        rewrites: decision.rounds.iter().map(|it| Rewrite::new(view, it)).collect(),
        rewrite_denied_by: decision.denied_rewrite.map(|(_, rule)| id(rule)),
        tags: decision
            .tags
            .iter()
            .map(|tag| Tag {
                rule: id(tag.rule),
                name: &tag.name,
                value: &tag.text,
                overridden_by: tag.overridden_by.map(id),
            })
            .collect(),
        forged: decision
            .forged
            .iter()
            .map(|&(at, rule)| Forged { name: view.request.attributes.nth(at).0, tag_of: id(rule) })
            .collect(),
        did_not_converge: review.did_not_converge,
        too_large: review.too_large,
        oversized: review.oversized,
        tags_omitted: review.tags_omitted,
        cut: review.cut,
        reply: RawValue::from_string(reply)?,
    };
    writeln!(out, "{}", json_line(&object)?)?;
    Ok(out.flush()?)
}

#[derive(Serialize)]
struct Object<'t> {
    /// The day of the review.
    day: String,
    verdict: &'static str,
    /// The number of the `[[exempt]]` table, from 1, that applies to the sender.
    exempt: Option<usize>,
    texts: Vec<Read<'t>>,
    /// The rules that deny the message; the reason is that of the first.
    denied_by: Vec<&'t str>,
    rewrites: Vec<Rewrite<'t>>,
    rewrite_denied_by: Option<&'t str>,
    tags: Vec<Tag<'t>>,
    /// Attributes that the client sent with the name of a tag.
    forged: Vec<Forged<'t>>,
    did_not_converge: bool,
    too_large: bool,
    oversized: bool,
    tags_omitted: bool,
    cut: bool,
    reply: Box<RawValue>,
}

#[derive(Serialize)]
struct Read<'t> {
    field: String,
    text: &'t str,
    /// The text in which entries are searched, that for entries without obfuscation, and that for
    /// patterns.
    folded: String,
    plain: String,
    nfkc: String,
    steps: Vec<Swapped<'t>>,
    matches: Vec<MatchObject<'t>>,
}

/// A part of a text, and the result of a transform of it.
#[derive(Serialize)]
struct Swapped<'t> {
    step: &'static str,
    #[serde(flatten)]
    part: Part<'t>,
    read: String,
}

/// A part of a text.
#[derive(Serialize)]
struct Part<'t> {
    text: &'t str,
    bytes: Range,
    code_points: Range,
}

#[derive(Serialize)]
struct Range {
    start: usize,
    end: usize,
}

#[derive(Serialize)]
struct MatchObject<'t> {
    /// Whether the match has an effect.
    acts: bool,
    rule: &'t str,
    action: &'static str,
    /// The kind of matcher: entry, pattern, links, limit or detect.
    kind: &'static str,
    /// Its text in the rules, and where it is.
    written: String,
    location: String,
    /// The language that the list of an entry names.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'static str>,
    #[serde(flatten)]
    part: Part<'t>,
    /// For a link, its host and the items of `deny` and `allow` that match it.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<LinkObject<'t>>,
    /// For a limit, what is counted and the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<CountObject>,
    obfuscation: Vec<Swapped<'t>>,
    suppressed_by: Vec<SuppressionObject<'t>>,
    inactive: Vec<&'static str>,
    shadow: bool,
    /// What sets the mode of the rule, if it is not the rule itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    switch: Option<SwitchObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rollout: Option<RolloutObject>,
}

#[derive(Serialize)]
struct SwitchObject {
    /// `categories`, `room.categories` or `room.rules`.
    table: &'static str,
    /// The key, as it is written.
    written: String,
    mode: &'static str,
    location: String,
}

#[derive(Serialize)]
struct RolloutObject {
    percent: u8,
    by: &'static str,
    /// Whether the rule acts for this sender or room, where it is on.
    included: bool,
    location: String,
}

#[derive(Serialize)]
struct LinkObject<'t> {
    host: &'t str,
    denied_by: &'t str,
    allowed_by: Option<&'t str>,
}

#[derive(Serialize)]
struct CountObject {
    of: &'static str,
    count: serde_json::Number,
    /// The number of letters with case, if the limit is a share of capitals.
    #[serde(skip_serializing_if = "Option::is_none")]
    letters: Option<u32>,
}

#[derive(Serialize)]
struct SuppressionObject<'t> {
    written: String,
    location: String,
    #[serde(flatten)]
    part: Part<'t>,
}

#[derive(Serialize)]
struct Rewrite<'t> {
    field: String,
    before: &'t str,
    after: &'t str,
    /// Why all matches became stars.
    fallback: Option<&'static str>,
    substitutions: Vec<SubstitutionObject<'t>>,
}

#[derive(Serialize)]
struct SubstitutionObject<'t> {
    #[serde(flatten)]
    part: Part<'t>,
    with: &'static str,
    by: Option<&'t str>,
    rules: Vec<&'t str>,
}

#[derive(Serialize)]
struct Tag<'t> {
    rule: &'t str,
    name: &'t str,
    value: &'t str,
    overridden_by: Option<&'t str>,
}

#[derive(Serialize)]
struct Forged<'t> {
    name: &'t str,
    tag_of: &'t str,
}

/// Converts byte offsets of a text to code points.
struct CodePoints<'t> {
    text: &'t str,
    /// The byte offset of each character.
    starts: Vec<usize>,
}

impl<'t> CodePoints<'t> {
    fn new(text: &'t str) -> CodePoints<'t> {
        CodePoints { text, starts: text.char_indices().map(|(at, _)| at).collect() }
    }

    fn part(&self, span: Span) -> Part<'t> {
        let count = |at| self.starts.partition_point(|&start| start < at);
        Part {
            text: &self.text[span.range()],
            bytes: Range { start: span.start, end: span.end },
            code_points: Range { start: count(span.start), end: count(span.end) },
        }
    }

    fn swapped(&self, groups: &[EditGroup]) -> Vec<Swapped<'t>> {
        let of = |group: &EditGroup| {
            let step = group.transform.as_str();
            let swapped = |(span, read): (Span, &String)| Swapped {
                step,
                part: self.part(span),
                read: read.clone(),
            };
            group.edits.iter().map(|edit| swapped((edit.span, &edit.read))).collect::<Vec<_>>()
        };
        groups.iter().flat_map(of).collect()
    }
}

impl<'t> Read<'t> {
    fn new(view: &ExplainView<'t>, explained: &'t ExplainedField) -> Read<'t> {
        let text = view.request.text(explained.field);
        let code_points = CodePoints::new(text);
        let cells = &explained.view.cells;
        Read {
            field: view.field(explained.field),
            text,
            folded: cells.iter().map(|cell| cell.folded.as_str()).collect(),
            plain: cells.iter().map(|cell| cell.plain.as_str()).collect(),
            nfkc: cells.iter().map(|cell| cell.nfkc.as_str()).collect(),
            steps: code_points.swapped(&explained.view.edits),
            matches: explained
                .matches
                .iter()
                .map(|matched| MatchObject::new(view, &code_points, matched))
                .collect(),
        }
    }
}

impl<'t> MatchObject<'t> {
    fn new(
        view: &ExplainView<'t>,
        code_points: &CodePoints<'t>,
        matched: &'t ExplainedMatch,
    ) -> MatchObject<'t> {
        let (rule, location) = (view.rule(matched.found.rule), view.location(&matched.found));
        let suppression = |it: &Suppression| {
            let location = it.location(view.folder.engine.rules());
            SuppressionObject {
                written: view.source_text(location),
                location: view.place(location),
                part: code_points.part(it.span),
            }
        };
        MatchObject {
            acts: matched.acts(),
            rule: &rule.id,
            action: rule.action.as_str(),
            kind: match_kind(&matched.found),
            written: view.source_text(location),
            location: view.place(location),
            language: view.language(&matched.found).map(Language::code),
            part: code_points.part(matched.found.span),
            link: match &matched.detail {
                Some(MatchDetail::Link { host, denied_by, allowed_by }) => {
                    Some(LinkObject { host, denied_by, allowed_by: allowed_by.as_deref() })
                }
                _ => None,
            },
            counted: CountObject::of(matched),
            obfuscation: code_points.swapped(&matched.obfuscation),
            suppressed_by: matched.suppressed_by.iter().map(suppression).collect(),
            inactive: matched.inactive.iter().map(|&reason| inactive(reason)).collect(),
            shadow: matched.is_shadow,
            switch: matched.switch.map(|switch| SwitchObject {
                table: match switch.kind {
                    SwitchKind::Category => "categories",
                    SwitchKind::RoomCategory => "room.categories",
                    SwitchKind::RoomRule => "room.rules",
                },
                written: view.source_text(switch.location),
                mode: switch.mode.as_str(),
                location: view.place(switch.location),
            }),
            rollout: rule.scope.rollout.map(|rollout| RolloutObject {
                percent: rollout.percent,
                by: rollout.by.as_str(),
                included: !matched.is_outside_rollout,
                location: view.place(rollout.location),
            }),
        }
    }
}

impl CountObject {
    fn of(matched: &ExplainedMatch) -> Option<CountObject> {
        let (Cause::Limit(measure), Some(MatchDetail::Limit { count, letters })) =
            (matched.found.cause, &matched.detail)
        else {
            return None;
        };
        let count = match letters {
            Some(_) => serde_json::Number::from_f64(share(*count))?,
            None => (*count).into(),
        };
        Some(CountObject { of: measure.as_str(), count, letters: *letters })
    }
}

impl<'t> Rewrite<'t> {
    fn new(view: &ExplainView<'t>, round: &'t Round) -> Rewrite<'t> {
        let code_points = CodePoints::new(&round.before);
        let substitution = |cluster: &Cluster| {
            let (with, by) = match cluster.with {
                SubstitutionKind::Mask(rule, _) => ("mask", Some(rule)),
                SubstitutionKind::Replacement(rule) => ("replacement", Some(rule)),
                SubstitutionKind::Stars => ("stars", None),
            };
            SubstitutionObject {
                part: code_points.part(cluster.span),
                with,
                by: by.map(|rule| view.rule(rule).id.as_str()),
                rules: cluster.rules.iter().map(|&rule| view.rule(rule).id.as_str()).collect(),
            }
        };
        Rewrite {
            field: view.field(round.field),
            before: &round.before,
            after: &round.after,
            fallback: round.fallback.map(|why| match why {
                RewriteFallback::TooLong => "too-long",
                RewriteFallback::Empty => "empty",
            }),
            substitutions: round.clusters.iter().map(substitution).collect(),
        }
    }
}

fn inactive(reason: InactiveReason) -> &'static str {
    match reason {
        InactiveReason::Exempt => "exempt",
        InactiveReason::Oversized => "oversized",
        InactiveReason::Off => "off",
        InactiveReason::Day => "day",
        InactiveReason::EntryDay => "entry-day",
        InactiveReason::Room => "room",
        InactiveReason::Sender => "sender",
        InactiveReason::Field => "field",
        InactiveReason::ReservedTag(_) => "tag",
        InactiveReason::AllowedLink(_) => "allowed-link",
    }
}
