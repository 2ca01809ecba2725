//! Reads channels, their live streams and the rooms that belong to them.

use std::collections::{BTreeMap, BTreeSet};

use ivs_chat_review::display::display_safe;
use ivs_chat_review::provision::arn::ChannelArn;
use ivs_chat_review::provision::channel::{Channel, RoomIndex, Stream};
use ivs_chat_review::provision::room::ListedRoom;
use ivs_chat_review::provision::selection::Filter;

use crate::rooms::client::Listed;
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::{Progress, note};
use crate::terminal::{count, first_ten};

/// A channel and its live stream.
pub(super) struct ChannelStream {
    pub(super) channel: Channel,
    /// `None` if the channel is not live.
    pub(super) stream: Option<Stream>,
}

/// Reads all channels and their streams; those that are live come first.
pub(super) async fn all(context: &CommandContext) -> anyhow::Result<Vec<ChannelStream>> {
    let progress = Progress::new("channels read", None);
    let listed = context.service.list_channels(|read| progress.set(read as u64)).await;
    progress.finish();
    let channels = understood(context, listed.map_err(|error| advised(&error))?);
    let streams = streams(context).await?;
    let offline: Vec<ChannelStream> = channels
        .iter()
        .filter(|channel| !streams.contains_key(&channel.arn))
        .map(|channel| ChannelStream { channel: channel.clone(), stream: None })
        .collect();
    let names = channels.into_iter().map(|channel| (channel.arn, channel.name)).collect();
    let mut all = with_names(context, streams, names).await?;
    all.extend(offline);
    Ok(all)
}

/// Reads the channels that are live.
pub(super) async fn live(context: &CommandContext) -> anyhow::Result<Vec<ChannelStream>> {
    with_names(context, streams(context).await?, BTreeMap::new()).await
}

async fn streams(context: &CommandContext) -> anyhow::Result<BTreeMap<ChannelArn, Stream>> {
    let listed = context.service.list_streams().await.map_err(|error| advised(&error))?;
    let mut streams = understood(context, listed);
    streams.retain(|_, stream| stream.is_live());
    Ok(streams)
}

/// Reads the names of live channels that are not known yet. The channel with most viewers is first.
async fn with_names(
    context: &CommandContext,
    streams: BTreeMap<ChannelArn, Stream>,
    mut names: BTreeMap<ChannelArn, String>,
) -> anyhow::Result<Vec<ChannelStream>> {
    let unknown: Vec<&ChannelArn> = streams.keys().filter(|arn| !names.contains_key(arn)).collect();
    let listed = context.service.channel_names(&unknown).await;
    names.extend(understood(context, listed.map_err(|error| advised(&error))?));
    let mut live: Vec<ChannelStream> = streams
        .into_iter()
        .map(|(arn, stream)| {
            // A channel whose name cannot be read may still have rooms by tag.
            let name = names.remove(&arn).unwrap_or_default();
            ChannelStream { channel: Channel { arn, name }, stream: Some(stream) }
        })
        .collect();
    let viewers = |it: &ChannelStream| it.stream.as_ref().and_then(|stream| stream.viewers);
    live.sort_by_key(|it| std::cmp::Reverse(viewers(it)));
    Ok(live)
}

fn understood<T>(context: &CommandContext, listed: Listed<T>) -> T {
    context.warn_about_channels(&listed.unreadable);
    listed.items
}

/// Returns the rooms of live channels that match a filter, in the order of the list.
pub(super) fn rooms_of_live(
    rooms: &[ListedRoom],
    live: &[ChannelStream],
    index: &RoomIndex<'_>,
    filter: &Filter,
) -> Vec<ListedRoom> {
    let of_live: BTreeSet<usize> =
        live.iter().flat_map(|it| index.rooms_of(&it.channel).1).copied().collect();
    let of_live = of_live.into_iter().map(|at| &rooms[at]);
    of_live.filter(|room| filter.matches(room)).cloned().collect()
}

/// Prints a warning about live channels without a room.
pub(super) fn warn_without_room(live: &[ChannelStream], index: &RoomIndex<'_>) {
    let without: Vec<&Channel> = live
        .iter()
        .map(|it| &it.channel)
        .filter(|channel| index.rooms_of(channel).1.is_empty())
        .collect();
    if without.is_empty() {
        return;
    }
    note(&format!(
        "warning: {}: {}",
        count(without.len(), "live channel has no room", "live channels have no room"),
        first_ten(without.iter().map(|channel| shown(channel))),
    ));
}

/// Returns `main (arn:aws:ivs:…)`.
pub(super) fn shown(channel: &Channel) -> String {
    match channel.name.as_str() {
        "" => channel.arn.to_string(),
        name => format!("{} ({})", display_safe(name), channel.arn),
    }
}

/// Describes a stream: `1,250 viewers since 2026-01-01T00:00:00Z`.
pub(crate) fn describe(stream: &Stream) -> String {
    let mut text = match stream.viewers {
        Some(1) => "1 viewer".to_owned(),
        Some(viewers) => format!("{} viewers", indicatif::HumanCount(viewers)),
        None => "unknown number of viewers".to_owned(),
    };
    if let Some(start) = &stream.start_time {
        text += &format!(" since {start}");
    }
    // Anything but the usual values is worth a look.
    for unusual in [&stream.state, &stream.health] {
        if !["", "LIVE", "HEALTHY"].contains(&unusual.as_str()) {
            text += &format!(", {}", display_safe(unusual));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_described_by_what_is_known() {
        let start = "2026-01-01T00:00:00Z";
        for (state, health, viewers, start_time, expected) in [
            ("LIVE", "HEALTHY", Some(1), Some(start), format!("1 viewer since {start}")),
            ("LIVE", "HEALTHY", Some(12_345), None, "12,345 viewers".to_owned()),
            ("LIVE", "STARVING", Some(0), None, "0 viewers, STARVING".to_owned()),
            ("PAUSED", "", None, None, "unknown number of viewers, PAUSED".to_owned()),
            ("A\nB", "", Some(2), None, r"2 viewers, A\nB".to_owned()),
        ] {
            let start_time = start_time.map(str::to_owned);
            let (state, health) = (state.to_owned(), health.to_owned());
            let stream = Stream { state, health, viewers, start_time };
            assert_eq!(describe(&stream), expected);
        }
    }
}
