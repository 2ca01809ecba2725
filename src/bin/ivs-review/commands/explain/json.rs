//! An explanation for machines.

use std::io::Write;

use ivs_chat_review::engine::{Cause, MatchDetail};
use ivs_chat_review::explain::{Change, Covered, Explained, Hit, Idle, Round, Unfit, Veto, With};
use ivs_chat_review::rules::RuleId;
use ivs_chat_review::span::Span;
use serde::Serialize;
use serde_json::value::RawValue;

use super::Told;
use super::words::share;
use crate::terminal::json_line;

pub(super) fn write(out: &mut impl Write, told: &Told<'_>, reply: String) -> anyhow::Result<()> {
    let review = &told.explanation.review;
    let decision = &told.explanation.decision;
    let texts: Vec<Read<'_>> =
        told.explanation.texts.iter().map(|it| Read::new(told, it)).collect();
    let id = |rule: RuleId| told.rule(rule).id.as_str();
    let told = Object {
        day: told.day.to_string(),
        verdict: review.verdict.as_str(),
        exempt: told.explanation.exempt.map(|number| number + 1),
        texts,
        denied_by: decision.denying.iter().map(|&rule| id(rule)).collect(),
        rewrites: decision.rounds.iter().map(|it| Rewrite::new(told, it)).collect(),
        rewrite_denied_by: decision.denied_rewrite.map(|(_, rule)| id(rule)),
        tags: decision
            .tags
            .iter()
            .map(|tag| Tag {
                rule: id(tag.rule),
                name: &tag.name,
                value: &tag.text,
                gives_way_to: tag.lost_to.map(id),
            })
            .collect(),
        forged: decision
            .forged
            .iter()
            .map(|&(at, rule)| Forged { name: told.request.attributes.nth(at).0, tag_of: id(rule) })
            .collect(),
        unsettled: review.unsettled,
        too_large: review.too_large,
        oversized: review.oversized,
        tags_left_out: review.tags_left_out,
        cut: review.cut,
        reply: RawValue::from_string(reply)?,
    };
    writeln!(out, "{}", json_line(&told)?)?;
    Ok(out.flush()?)
}

#[derive(Serialize)]
struct Object<'t> {
    /// The day as of which it was reviewed.
    day: String,
    verdict: &'static str,
    /// The `[[exempt]]` table, from 1, for which it was not reviewed.
    exempt: Option<usize>,
    texts: Vec<Read<'t>>,
    /// The rules that deny it, the one that tells its reason first.
    denied_by: Vec<&'t str>,
    rewrites: Vec<Rewrite<'t>>,
    rewrite_denied_by: Option<&'t str>,
    tags: Vec<Tag<'t>>,
    /// Attributes of the sender's own with the name of a tag.
    forged: Vec<Forged<'t>>,
    unsettled: bool,
    too_large: bool,
    oversized: bool,
    tags_left_out: bool,
    cut: bool,
    reply: Box<RawValue>,
}

#[derive(Serialize)]
struct Read<'t> {
    field: String,
    text: &'t str,
    /// What entries are looked for in, those with disguises and those without, and patterns.
    folded: String,
    plain: String,
    composed: String,
    steps: Vec<Swapped<'t>>,
    hits: Vec<HitObject<'t>>,
}

/// A part of a text, and what a step made of it.
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
struct HitObject<'t> {
    /// Whether the rule acts on it.
    acts: bool,
    rule: &'t str,
    action: &'static str,
    /// What of the rule it was: an entry, a pattern, a link, a limit or personal data.
    kind: &'static str,
    /// That as it is written, and where.
    written: String,
    place: String,
    #[serde(flatten)]
    part: Part<'t>,
    /// Of a link, where it leads, and the items of `deny` and `allow` that name that.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<LinkObject<'t>>,
    /// Of a limit, what is counted and how much there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    counted: Option<CountObject>,
    disguises: Vec<Swapped<'t>>,
    vetoed_by: Vec<VetoObject<'t>>,
    idle: Vec<&'static str>,
    on_trial: bool,
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
    /// With upper and lower case, of which capitals are a share.
    #[serde(skip_serializing_if = "Option::is_none")]
    letters: Option<u32>,
}

#[derive(Serialize)]
struct VetoObject<'t> {
    written: String,
    place: String,
    #[serde(flatten)]
    part: Part<'t>,
}

#[derive(Serialize)]
struct Rewrite<'t> {
    field: String,
    before: &'t str,
    after: &'t str,
    /// Why stars cover everything.
    unfit: Option<&'static str>,
    covers: Vec<Cover<'t>>,
}

#[derive(Serialize)]
struct Cover<'t> {
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
    gives_way_to: Option<&'t str>,
}

#[derive(Serialize)]
struct Forged<'t> {
    name: &'t str,
    tag_of: &'t str,
}

/// A text in which places are told in bytes and in code points.
struct Counted<'t> {
    text: &'t str,
    /// Where its characters begin.
    starts: Vec<usize>,
}

impl<'t> Counted<'t> {
    fn new(text: &'t str) -> Counted<'t> {
        Counted { text, starts: text.char_indices().map(|(at, _)| at).collect() }
    }

    fn part(&self, span: Span) -> Part<'t> {
        let count = |at| self.starts.partition_point(|&start| start < at);
        Part {
            text: &self.text[span.range()],
            bytes: Range { start: span.start, end: span.end },
            code_points: Range { start: count(span.start), end: count(span.end) },
        }
    }

    fn swapped(&self, changes: &[Change]) -> Vec<Swapped<'t>> {
        let of = |change: &Change| {
            let step = change.step.as_str();
            let swapped = |(span, read): (Span, &String)| Swapped {
                step,
                part: self.part(span),
                read: read.clone(),
            };
            change.swaps.iter().map(|swap| swapped((swap.span, &swap.read))).collect::<Vec<_>>()
        };
        changes.iter().flat_map(of).collect()
    }
}

impl<'t> Read<'t> {
    fn new(told: &Told<'t>, explained: &'t Explained) -> Read<'t> {
        let text = told.request.text(explained.field);
        let counted = Counted::new(text);
        let cells = &explained.reading.cells;
        Read {
            field: told.field(explained.field),
            text,
            folded: cells.iter().map(|cell| cell.folded.as_str()).collect(),
            plain: cells.iter().map(|cell| cell.plain.as_str()).collect(),
            composed: cells.iter().map(|cell| cell.composed.as_str()).collect(),
            steps: counted.swapped(&explained.reading.changes),
            hits: explained.hits.iter().map(|hit| HitObject::new(told, &counted, hit)).collect(),
        }
    }
}

impl<'t> HitObject<'t> {
    fn new(told: &Told<'t>, counted: &Counted<'t>, hit: &'t Hit) -> HitObject<'t> {
        let (rule, location) = (told.rule(hit.found.rule), told.location(&hit.found));
        let veto = |veto: &Veto| {
            let location = veto.location(told.folder.engine.rules());
            VetoObject {
                written: told.written(location),
                place: told.place(location),
                part: counted.part(veto.span),
            }
        };
        HitObject {
            acts: hit.acts(),
            rule: &rule.id,
            action: rule.action.as_str(),
            kind: told.kind(&hit.found),
            written: told.written(location),
            place: told.place(location),
            part: counted.part(hit.found.span),
            link: match &hit.detail {
                Some(MatchDetail::Link { host, denied_by, allowed_by }) => {
                    Some(LinkObject { host, denied_by, allowed_by: allowed_by.as_deref() })
                }
                _ => None,
            },
            counted: CountObject::of(hit),
            disguises: counted.swapped(&hit.disguises),
            vetoed_by: hit.vetoed_by.iter().map(veto).collect(),
            idle: hit.idle.iter().map(|&reason| idle(reason)).collect(),
            on_trial: hit.on_trial,
        }
    }
}

impl CountObject {
    fn of(hit: &Hit) -> Option<CountObject> {
        let (Cause::Limit(measure), Some(MatchDetail::Limit { count, letters })) =
            (hit.found.cause, &hit.detail)
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
    fn new(told: &Told<'t>, round: &'t Round) -> Rewrite<'t> {
        let counted = Counted::new(&round.before);
        let cover = |covered: &Covered| {
            let (with, by) = match covered.with {
                With::Mask(rule, _) => ("mask", Some(rule)),
                With::Replacement(rule) => ("replacement", Some(rule)),
                With::Stars => ("stars", None),
            };
            Cover {
                part: counted.part(covered.span),
                with,
                by: by.map(|rule| told.rule(rule).id.as_str()),
                rules: covered.rules.iter().map(|&rule| told.rule(rule).id.as_str()).collect(),
            }
        };
        Rewrite {
            field: told.field(round.field),
            before: &round.before,
            after: &round.after,
            unfit: round.unfit.map(|why| match why {
                Unfit::TooLong => "too-long",
                Unfit::Nothing => "nothing-left",
            }),
            covers: round.covers.iter().map(cover).collect(),
        }
    }
}

fn idle(reason: Idle) -> &'static str {
    match reason {
        Idle::Exempt => "exempt",
        Idle::Oversized => "oversized",
        Idle::Off => "off",
        Idle::Day => "day",
        Idle::EntryDay => "entry-day",
        Idle::Room => "room",
        Idle::Sender => "sender",
        Idle::Field => "field",
        Idle::Claimed(_) => "tag",
    }
}
