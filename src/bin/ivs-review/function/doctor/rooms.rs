//! The rooms whose messages the function reviews.

use ivs_chat_review::provision::arn::FunctionArn;
use ivs_chat_review::provision::room::{Fallback, ReviewHandler, Room};
use ivs_chat_review::provision::selection::{Filter, Selection};

use super::check::Check;
use crate::rooms::client::RoomDetails;
use crate::rooms::context::CommandContext;
use crate::rooms::fleet::select::{self, FailedRoom};
use crate::rules_dir::RuleFolder;

const NAME: &str = "room";

/// The maximum number of rooms that are read one by one: at 5 a second, that takes 10 seconds.
const MAX_ROOMS: usize = 50;

/// The selected rooms, some of them with all their properties.
pub(super) struct RoomsFound {
    rooms: Vec<(Room, RoomDetails)>,
    failed: Vec<FailedRoom>,
    /// How many others are selected.
    others: usize,
    /// Whether the rooms are those that have the function as their handler.
    is_default: bool,
    /// Why the rooms could not be read.
    error: Option<String>,
}

impl RoomsFound {
    /// Returns no rooms, because they could not be read.
    pub(super) fn unknown(error: &anyhow::Error) -> RoomsFound {
        let (rooms, failed) = (Vec::new(), Vec::new());
        let error = Some(format!("{error:#}"));
        RoomsFound { rooms, failed, others: 0, is_default: true, error }
    }

    pub(super) fn rooms(&self) -> &[(Room, RoomDetails)] {
        &self.rooms
    }

    pub(super) fn arns(&self) -> impl Iterator<Item = &str> {
        self.rooms.iter().map(|(room, _)| room.arn.as_str())
    }
}

/// Selects the rooms that have the function as their handler.
pub(super) fn attached_to(function: &FunctionArn) -> Selection {
    Selection::Matching(Filter { attached_to: Some(function.clone()), ..Filter::default() })
}

/// Reads the selected rooms. By default they are those that have the function as their handler.
pub(super) async fn read(
    context: &CommandContext,
    selection: &Selection,
    is_default: bool,
) -> anyhow::Result<RoomsFound> {
    let (mut arns, mut failed, limit) = match selection {
        Selection::Rooms(arns) => (arns.clone(), Vec::new(), usize::MAX),
        _ => {
            let selected = Box::pin(select::read_nonempty(context, selection)).await?;
            let arns: Vec<_> = selected.rooms.into_iter().map(|room| room.arn).collect();
            (arns, selected.failed, MAX_ROOMS)
        }
    };
    let others = arns.len().saturating_sub(limit);
    arns.truncate(limit);
    let found = Box::pin(select::get(&context.service, &arns)).await?;
    failed.extend(found.failed);
    Ok(RoomsFound { rooms: found.rooms, failed, others, is_default, error: None })
}

pub(super) fn checks(
    function: &FunctionArn,
    found: &RoomsFound,
    folder: &RuleFolder,
) -> Vec<Check> {
    let settings = &folder.engine.rules().settings;
    let mut checks: Vec<Check> = Vec::new();
    if let Some(error) = &found.error {
        checks.push(Check::not_made(
            NAME,
            error,
            "select rooms with --room, or fix what the error names",
        ));
    }
    for (room, details) in &found.rooms {
        let max_length = settings.max_length(Some(room.arn.as_str()));
        checks.push(judge(room, details.max_length, function, max_length));
    }
    for room in &found.failed {
        let name = room.name.as_deref().or(room.arn.as_deref()).unwrap_or("-");
        checks.push(Check::not_made(NAME, format!("{name}: {}", room.error), "try again"));
    }
    if found.others > 0 {
        checks.push(Check::not_made(
            NAME,
            format!("{} more rooms", found.others),
            "`ivs-review rooms status` compares the handler and the fallback of all rooms",
        ));
    }
    if checks.is_empty() && found.is_default {
        checks.push(Check::problem(
            NAME,
            "no room has the function as its handler",
            "no message is reviewed",
            format!("`ivs-review rooms apply --handler {function}` with a selection of rooms"),
        ));
    }
    checks
}

fn judge(
    room: &Room,
    room_length: Option<i32>,
    function: &FunctionArn,
    rules_length: usize,
) -> Check {
    let name = if room.name.is_empty() { room.arn.as_str() } else { &room.name };
    let ReviewHandler { uri, fallback } = &room.handler;
    if uri != function.as_str() {
        let what = match uri.is_empty() {
            true => format!("{name} has no handler"),
            false => format!("{name} has the handler {uri}"),
        };
        return Check::problem(
            NAME,
            what,
            "its messages are not reviewed by this function",
            format!("ivs-review rooms apply --room {} --handler {function}", room.arn),
        );
    }
    let effect = match fallback {
        Fallback::Allow => "ALLOW: unreviewed messages are delivered if the function fails",
        Fallback::Deny => "DENY: messages are blocked if the function fails",
        other => other.as_str(),
    };
    let length = usize::try_from(room_length.unwrap_or(500)).unwrap_or_default();
    let what = format!("{name}: fallback {effect}; messages of up to {length} characters");
    if length < rules_length {
        return Check::problem(
            NAME,
            format!("{name} accepts {length} characters, and the rules write up to {rules_length}"),
            "a replacement that makes a message longer than the room allows is rejected, and the fallback applies",
            format!(
                "set max_message_length = {length} in [settings] of rules.toml, or `\"{}\" = {length}` in [settings.rooms]",
                room.arn.id()
            ),
        );
    }
    Check::ok(NAME, what)
}
