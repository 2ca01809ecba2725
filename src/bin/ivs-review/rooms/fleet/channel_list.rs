//! `rooms list --channels`: channels, whether they are live, and their rooms.

use std::collections::HashSet;
use std::io::{self, Write};

use anyhow::bail;
use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::{ChannelArn, FunctionArn, RoomArn};
use ivs_chat_review::provision::channel::{Channel, Link, RoomIndex, Stream};
use ivs_chat_review::provision::room::{HandlerState, ListedRoom, ReviewHandler};
use ivs_chat_review::provision::selection::Selection;
use serde::Serialize;

use super::channels::{self, ChannelStream};
use super::list::warn_about_errors;
use super::report::{name_width, padded, short_handler};
use super::select;
use crate::Outcome;
use crate::options::Format;
use crate::rooms::args::ListArgs;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::progress::note;
use crate::terminal::{count, json_line};

pub(super) async fn run(args: &ListArgs, selection: &Selection) -> anyhow::Result<Outcome> {
    let handler = args.handler.as_ref();
    let context = CommandContext::open_for(&args.common.connect, selection, handler).await?;
    let rooms = select::all(&context).await?;
    if let Selection::Rooms(arns) = selection {
        let is_missing =
            |arn: &&RoomArn| rooms.iter().all(|room| room.arn.as_deref() != Some(arn.as_str()));
        if let Some(missing) = arns.iter().find(is_missing) {
            bail!("room not found: {missing}; `ivs-review rooms list` shows all rooms");
        }
    }
    let channels = match selection {
        Selection::Live(_) => channels::live(&context).await?,
        _ => channels::all(&context).await?,
    };
    let index = RoomIndex::new(&rooms);
    let mut listed: Vec<Listed<'_>> =
        channels.iter().map(|it| Listed::new(it, &index, &rooms)).collect();
    if !matches!(selection, Selection::Live(_)) {
        listed.extend(missing(&channels, &index, &rooms));
    }
    let selects_rooms = narrow(&mut listed, selection);

    let region = context.service.region();
    if listed.is_empty() && !context.has_channel_problems() {
        note(&match (selects_rooms, selection) {
            (true, _) => format!("note: no channel in {region} has a selected room"),
            (false, Selection::Live(_)) => format!("note: no channel in {region} is live"),
            _ => format!(
                "note: no channels in {region}; use --profile and --region to look elsewhere"
            ),
        });
    }
    write(args.common.format, &listed, handler)?;
    let outside = outside(&rooms, &channels, &index);
    if outside > 0 && *selection == Selection::All {
        note(&format!(
            "note: {} to no channel; `ivs-review rooms link` links a room to a channel",
            count(outside, "room belongs", "rooms belong"),
        ));
    }
    let listed = listed.iter().flat_map(|it| &it.rooms);
    let failures = listed.filter(|room| select::known_arn(room).is_err()).count();
    Ok(context.outcome(warn_about_errors(failures)))
}

/// A channel with its rooms.
struct Listed<'r> {
    state: State,
    arn: &'r ChannelArn,
    name: &'r str,
    stream: Option<&'r Stream>,
    link: Link,
    rooms: Vec<&'r ListedRoom>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Live,
    Offline,
    /// A room is linked to the channel, which does not exist.
    Missing,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            State::Live => "live",
            State::Offline => "offline",
            State::Missing => "missing",
        }
    }
}

impl<'r> Listed<'r> {
    fn new(it: &'r ChannelStream, index: &RoomIndex<'_>, rooms: &'r [ListedRoom]) -> Listed<'r> {
        let ChannelStream { channel: Channel { arn, name }, stream } = it;
        let (link, positions) = index.rooms_of(&it.channel);
        let rooms = positions.iter().map(|&at| &rooms[at]).collect();
        let state = if stream.is_some() { State::Live } else { State::Offline };
        Listed { state, arn, name, stream: stream.as_ref(), link, rooms }
    }
}

/// Returns the channels to which rooms are linked and that do not exist, such as deleted ones.
fn missing<'r>(
    channels: &[ChannelStream],
    index: &'r RoomIndex<'_>,
    rooms: &'r [ListedRoom],
) -> Vec<Listed<'r>> {
    let existing: HashSet<&ChannelArn> = channels.iter().map(|it| &it.channel.arn).collect();
    let mut missing: Vec<Listed<'r>> = index
        .linked()
        .filter(|(arn, _)| !existing.contains(arn))
        .map(|(arn, positions)| Listed {
            state: State::Missing,
            arn,
            name: "",
            stream: None,
            link: Link::Tag,
            rooms: positions.iter().map(|&at| &rooms[at]).collect(),
        })
        .collect();
    missing.sort_by_key(|it| it.arn);
    missing
}

/// Returns how many rooms belong to no channel.
fn outside(rooms: &[ListedRoom], channels: &[ChannelStream], index: &RoomIndex<'_>) -> usize {
    let of_channels = channels.iter().map(|it| index.rooms_of(&it.channel).1);
    let linked = index.linked().map(|(_, positions)| positions);
    let inside: HashSet<usize> = of_channels.chain(linked).flatten().copied().collect();
    rooms.len() - inside.len()
}

/// Removes rooms that are not selected, and then channels without any. Returns whether the
/// selection is one of rooms.
fn narrow(listed: &mut Vec<Listed<'_>>, selection: &Selection) -> bool {
    let is_selected: Box<dyn Fn(&ListedRoom) -> bool + '_> = match selection {
        Selection::All => return false,
        Selection::Live(filter) if filter.is_empty() => return false,
        Selection::Live(filter) | Selection::Matching(filter) => {
            Box::new(|room| filter.matches(room))
        }
        Selection::Rooms(arns) => {
            Box::new(|room| arns.iter().any(|arn| room.arn.as_deref() == Some(arn.as_str())))
        }
    };
    for it in listed.iter_mut() {
        it.rooms.retain(|room| is_selected(room));
    }
    listed.retain(|it| !it.rooms.is_empty());
    true
}

fn write(
    format: Format,
    listed: &[Listed<'_>],
    function: Option<&FunctionArn>,
) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let channel_width = name_width(listed.iter().map(|it| it.name));
    let rooms = listed.iter().flat_map(|it| &it.rooms);
    let room_width = name_width(rooms.map(|room| room.name.as_str()));
    for it in listed {
        if format == Format::Json {
            writeln!(out, "{}", json_line(&Line::new(it, function))?)?;
            continue;
        }
        let start =
            format!("{:<8}  {}  {}", it.state.as_str(), padded(it.name, channel_width), it.arn);
        let stream = it.stream.map(|stream| format!("; {}", channels::describe(stream)));
        let stream = stream.unwrap_or_default();
        if it.rooms.is_empty() {
            writeln!(out, "{start}  no room{stream}")?;
        }
        for room in &it.rooms {
            let state = function.map(|_| room.handler.state(function).as_str());
            let state = state.map(|state| format!("  {state:<8}")).unwrap_or_default();
            write_room(&mut out, &(start.clone() + &state), room, room_width, &stream)?;
        }
    }
    Ok(())
}

fn write_room(
    out: &mut impl Write,
    start: &str,
    room: &ListedRoom,
    width: usize,
    stream: &str,
) -> io::Result<()> {
    let mut handler = short_handler(&room.handler, room.arn.as_deref());
    if let Err(error) = select::known_arn(room) {
        handler += &format!("; {error}");
    }
    let (name, handler) = (padded(&room.name, width), display_safe(&handler));
    let arn = display_safe(room.arn.as_deref().unwrap_or("-"));
    writeln!(out, "{start}  {name}  {arn}  {handler}{stream}")
}

/// A channel as JSON.
#[derive(Serialize)]
struct Line<'r> {
    channel: &'r ChannelArn,
    name: &'r str,
    state: State,
    stream: Option<&'r Stream>,
    rooms: Vec<RoomOfChannel<'r>>,
}

#[derive(Serialize)]
struct RoomOfChannel<'r> {
    room: Option<&'r str>,
    name: &'r str,
    #[serde(flatten)]
    handler: &'r ReviewHandler,
    state: HandlerState,
    #[serde(rename = "linkedBy")]
    link: Link,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl<'r> Line<'r> {
    fn new(it: &Listed<'r>, function: Option<&FunctionArn>) -> Line<'r> {
        let rooms = it.rooms.iter().map(|room| RoomOfChannel {
            room: room.arn.as_deref(),
            name: &room.name,
            handler: &room.handler,
            state: room.handler.state(function),
            link: it.link,
            error: select::known_arn(room).err(),
        });
        let Listed { arn: channel, name, state, stream, .. } = *it;
        Line { channel, name, state, stream, rooms: rooms.collect() }
    }
}
