//! Reviews of messages with the rules of the folder, and what the page shows of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ivs_chat_review::chat::Attributes;
use ivs_chat_review::engine::Match;
use ivs_chat_review::explain::explain;
use ivs_chat_review::ivs::ReviewRequest;
use ivs_chat_review::review::{FieldMatches, Review, Reviewer};
use ivs_chat_review::rules::RuleId;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::commands::explain::{explanation_json, match_kind};
use crate::input::attribute_name;
use crate::rules_dir::{RuleFolder, today};

/// The maximum number of matches that are shown.
const MAX_MATCHES: usize = 50;

/// A review by the rules.
#[derive(Clone, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Findings {
    pub(super) microseconds: u64,
    rules: Vec<String>,
    shadow_rules: Vec<String>,
    matches: Vec<Found>,
}

/// A match and where its text in the rules is.
#[derive(Clone, Serialize)]
struct Found {
    rule: String,
    action: &'static str,
    shadow: bool,
    /// `content`, `attributes.NAME` or `sender.NAME`.
    field: String,
    text: String,
    bytes: Range,
    #[serde(rename = "codePoints")]
    code_points: Range,
    /// The kind of matcher.
    kind: &'static str,
    /// The entry or pattern.
    source: String,
    file: String,
    line: usize,
    column: usize,
}

#[derive(Clone, Copy, Serialize)]
struct Range {
    start: usize,
    end: usize,
}

/// A message for the rules.
pub(super) struct Candidate<'m> {
    pub(super) room: &'m str,
    pub(super) user_id: &'m str,
    pub(super) content: &'m str,
    pub(super) attributes: &'m Attributes,
    pub(super) sender: &'m Attributes,
}

impl<'m> Candidate<'m> {
    /// Returns the request of the handler.
    pub(super) fn request(&self) -> ReviewRequest<'m> {
        let pairs = |attributes: &'m Attributes| {
            let pairs = attributes.iter();
            pairs.map(|(name, value)| (name.as_str().into(), value.as_str().into())).collect()
        };
        let mut request = ReviewRequest::new(self.content);
        request.room_arn = Some(self.room.into());
        request.attributes = pairs(self.attributes);
        request.sender.user_id = Some(self.user_id.into());
        request.sender.attributes = pairs(self.sender);
        request
    }
}

/// Reviews an event as the handler does. Returns its reply, what was found and how long it took.
pub(super) fn review(folder: &RuleFolder, event: &[u8]) -> Option<(Vec<u8>, Findings, Duration)> {
    let start = Instant::now();
    let request = ReviewRequest::from_json(event).ok()?;
    let review = Reviewer::new(&folder.engine).review(&request, today());
    let found = review.clone();
    let reply = review.into_response(&folder.engine, request.clone()).to_json();
    let time = start.elapsed();
    Some((reply, Findings::new(folder, &request, &found, time), time))
}

/// Returns the explanation of a message: the object of `explain --format json`.
pub(super) fn explanation(
    folder: &Arc<RuleFolder>,
    request: &ReviewRequest<'_>,
) -> anyhow::Result<Box<RawValue>> {
    let day = today();
    let explanation = explain(&mut Reviewer::new(&folder.engine), request, day);
    let json = explanation_json(folder, request, day, &explanation)?;
    Ok(RawValue::from_string(json)?)
}

impl Findings {
    fn new(
        folder: &RuleFolder,
        request: &ReviewRequest<'_>,
        review: &Review,
        time: Duration,
    ) -> Findings {
        let rules = folder.engine.rules();
        let id = |rule: RuleId| rules.rule(rule).id.clone();
        let found = |field: &FieldMatches, found: &Match, shadow| {
            let location = found.location(rules);
            let position = folder.sources.position(location.source, location.span.start);
            let text = request.text(field.field);
            let count = |end: usize| text[..end].chars().count();
            let name = attribute_name(request, field.field);
            let source = folder.sources.get(location.source).content.as_deref().unwrap_or_default();
            let source = source.get(location.span.range()).unwrap_or_default();
            Found {
                rule: id(found.rule),
                action: rules.rule(found.rule).action.as_str(),
                shadow,
                field: match field.field {
                    ivs_chat_review::ivs::Field::Content => "content".to_owned(),
                    ivs_chat_review::ivs::Field::Attribute(_) => format!("attributes.{name}"),
                    ivs_chat_review::ivs::Field::Sender(_) => format!("sender.{name}"),
                },
                text: text[found.span.range()].to_owned(),
                bytes: Range { start: found.span.start, end: found.span.end },
                code_points: Range { start: count(found.span.start), end: count(found.span.end) },
                kind: match_kind(found),
                source: String::from_utf8_lossy(source).into_owned(),
                file: folder.sources.name(location.source),
                line: position.line,
                column: position.column,
            }
        };
        let matches = review.found.iter().flat_map(|field| {
            let active = field.matches.iter().map(move |it| found(field, it, false));
            active.chain(field.shadow.iter().map(move |it| found(field, it, true)))
        });
        Findings {
            microseconds: u64::try_from(time.as_micros()).unwrap_or(u64::MAX),
            rules: review.rules().into_iter().map(id).collect(),
            shadow_rules: review.shadow_rules().into_iter().map(id).collect(),
            matches: matches.take(MAX_MATCHES).collect(),
        }
    }
}

/// The lines that make a message a sample of a list; `None` if it has line breaks.
#[derive(Clone, Serialize)]
pub(super) struct Samples {
    caught: String,
    ok: String,
}

impl Samples {
    pub(super) fn of(content: &str) -> Option<Samples> {
        let is_line =
            !content.is_empty() && !content.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
        is_line.then(|| Samples {
            caught: format!("> caught: {content}"),
            ok: format!("> ok: {content}"),
        })
    }
}
