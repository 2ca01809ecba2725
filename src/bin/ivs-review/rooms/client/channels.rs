//! Operations on video channels and their live streams, which belong to Amazon IVS.
//!
//! `GetChannel` and `BatchGetChannel` also return what broadcasters and players need, such as the
//! SRT passphrase. Only ARNs and names are taken from their answers.

use std::collections::{BTreeMap, BTreeSet};

use ivs_chat_review::provision::arn::ChannelArn;
use ivs_chat_review::provision::channel::{Channel, Stream};

use super::convert;
use super::operation::Operation;
use super::pages::Pages;
use super::{FailureKind, Service, ServiceError};

/// With 100 channels per page, these are a million channels: 50 times the default quota of an
/// account.
const MAX_PAGES: usize = 10_000;
/// The maximum number of channels in one BatchGetChannel call (Amazon IVS API Reference).
const MAX_BATCH: usize = 50;

/// Items of a list, and what is wrong with those that cannot be understood, each problem once.
#[derive(Default)]
pub(crate) struct Listed<T> {
    pub(crate) items: T,
    pub(crate) unreadable: BTreeSet<String>,
}

impl Service {
    /// Reads all channels, in the order of the service. `on_page` receives their number so far.
    pub(crate) async fn list_channels(
        &self,
        mut on_page: impl FnMut(usize),
    ) -> Result<Listed<Vec<Channel>>, ServiceError> {
        let list = self.video.list_channels().max_results(100);
        let mut listed = Listed::<Vec<Channel>>::default();
        let mut seen = BTreeSet::new();
        let mut pages = Pages::new(Operation::ListChannels, MAX_PAGES);
        loop {
            let request = || list.clone().set_next_token(pages.token()).send();
            let page =
                self.retry(async || self.call(Operation::ListChannels, request()).await).await?;
            let before = listed.items.len() + listed.unreadable.len();
            for summary in page.channels {
                match channel(summary.arn, summary.name) {
                    Ok(channel) if seen.insert(channel.arn.clone()) => listed.items.push(channel),
                    // Channels were created or deleted in the meantime.
                    Ok(_) => {}
                    Err(problem) => {
                        listed.unreadable.insert(problem);
                    }
                }
            }
            on_page(listed.items.len());
            let is_new = listed.items.len() + listed.unreadable.len() > before;
            if !pages.proceed(page.next_token, is_new)? {
                return Ok(listed);
            }
        }
    }

    /// Reads the streams of all channels that are live, by channel.
    pub(crate) async fn list_streams(
        &self,
    ) -> Result<Listed<BTreeMap<ChannelArn, Stream>>, ServiceError> {
        let list = self.video.list_streams().max_results(100);
        let mut listed = Listed::<BTreeMap<ChannelArn, Stream>>::default();
        let mut pages = Pages::new(Operation::ListStreams, MAX_PAGES);
        loop {
            let request = || list.clone().set_next_token(pages.token()).send();
            let page =
                self.retry(async || self.call(Operation::ListStreams, request()).await).await?;
            let before = listed.items.len() + listed.unreadable.len();
            for summary in page.streams {
                let arn = summary.channel_arn.unwrap_or_default();
                let Ok(arn) = ChannelArn::parse(&arn) else {
                    let problem = format!("a stream of the channel `{arn}`");
                    listed.unreadable.insert(ServiceError::unexpected(&problem).message);
                    continue;
                };
                let stream = Stream {
                    state: summary.state.map(|state| state.to_string()).unwrap_or_default(),
                    health: summary.health.map(|health| health.to_string()).unwrap_or_default(),
                    viewers: viewers(summary.viewer_count),
                    start_time: convert::time(summary.start_time),
                };
                listed.items.insert(arn, stream);
            }
            let is_new = listed.items.len() + listed.unreadable.len() > before;
            if !pages.proceed(page.next_token, is_new)? {
                return Ok(listed);
            }
        }
    }

    /// Reads the names of channels. Also returns why a name could not be read, once per channel.
    pub(crate) async fn channel_names(
        &self,
        arns: &[&ChannelArn],
    ) -> Result<Listed<BTreeMap<ChannelArn, String>>, ServiceError> {
        let mut listed = Listed::<BTreeMap<ChannelArn, String>>::default();
        for arns in arns.chunks(MAX_BATCH) {
            let texts = arns.iter().map(|arn| arn.to_string()).collect();
            let request = self.video.batch_get_channel().set_arns(Some(texts));
            let read = async || self.call(Operation::BatchGetChannel, request.clone().send()).await;
            let answer = self.retry(read).await?;
            for found in answer.channels.unwrap_or_default() {
                if let Ok(channel) = channel(found.arn, found.name) {
                    listed.items.insert(channel.arn, channel.name);
                }
            }
            let errors: BTreeMap<String, String> = answer
                .errors
                .unwrap_or_default()
                .into_iter()
                .map(|error| (error.arn.unwrap_or_default(), reason(error.code, error.message)))
                .collect();
            for arn in arns.iter().filter(|arn| !listed.items.contains_key(arn)) {
                let reason =
                    errors.get(arn.as_str()).map_or("missing in the answer", String::as_str);
                let problem = format!("the name of {arn} cannot be read: {reason}");
                listed.unreadable.insert(ServiceError::not_processed(&problem).message);
            }
        }
        Ok(listed)
    }

    /// Reads a channel.
    pub(crate) async fn get_channel(&self, arn: &ChannelArn) -> Result<Channel, ServiceError> {
        let request = self.video.get_channel().arn(arn.as_str());
        let read = async || self.call(Operation::GetChannel, request.clone().send()).await;
        let answer = self.retry(read).await?.channel;
        let (found, name) = answer.map(|channel| (channel.arn, channel.name)).unwrap_or_default();
        convert::check_arn(arn.as_str(), found.as_deref())?;
        Ok(Channel { arn: arn.clone(), name: name.unwrap_or_default() })
    }

    /// Reads the stream of a channel; `None` if the channel is not live.
    pub(crate) async fn get_stream(
        &self,
        arn: &ChannelArn,
    ) -> Result<Option<Stream>, ServiceError> {
        let request = self.video.get_stream().channel_arn(arn.as_str());
        let read = async || self.call(Operation::GetStream, request.clone().send()).await;
        let answer = match self.retry(read).await {
            Ok(answer) => answer.stream,
            Err(error) if error.kind == FailureKind::NotBroadcasting => return Ok(None),
            Err(error) => return Err(error),
        };
        let found = answer.as_ref().and_then(|stream| stream.channel_arn.as_deref());
        convert::check_arn(arn.as_str(), found)?;
        let stream = answer.map(|stream| Stream {
            state: stream.state.map(|state| state.to_string()).unwrap_or_default(),
            health: stream.health.map(|health| health.to_string()).unwrap_or_default(),
            viewers: viewers(stream.viewer_count),
            start_time: convert::time(stream.start_time),
        });
        Ok(stream.filter(Stream::is_live))
    }
}

/// Converts a channel, or describes what is wrong with it.
fn channel(arn: Option<String>, name: Option<String>) -> Result<Channel, String> {
    let arn = arn.unwrap_or_default();
    let name = name.unwrap_or_default();
    match ChannelArn::parse(&arn) {
        Ok(arn) => Ok(Channel { arn, name }),
        Err(_) => {
            let problem = format!("a channel named `{name}` has the ARN `{arn}`");
            Err(ServiceError::unexpected(&problem).message)
        }
    }
}

/// Converts a number of viewers. -1 means that the service could not count them in time (Amazon IVS
/// API Reference, "Stream"), and so does an absent number, see `lenient`.
fn viewers(count: i64) -> Option<u64> {
    u64::try_from(count).ok()
}

/// Joins code and message of an error in a batch.
fn reason(code: Option<String>, message: Option<String>) -> String {
    let parts = [code, message].into_iter().flatten().filter(|part| !part.is_empty());
    let reason = parts.collect::<Vec<_>>().join(": ");
    if reason.is_empty() { "no reason".to_owned() } else { reason }
}
