//! The five operations on video channels and their streams, which belong to Amazon IVS.

use std::collections::BTreeMap;

use ivs_chat_review::chat::contract::{Member, Operation, Problem, Shape, optional, required};
use ivs_chat_review::chat::control::ServiceError;
use serde_json::{Map, Value, json};

use super::account::{ACCOUNT, Account, Page, REGION, time};

/// What `GetChannel` returns for broadcasters, and no command may show.
pub(crate) const PASSPHRASE: &str = "srt-passphrase-of-the-broadcaster";

#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) tags: BTreeMap<String, String>,
    /// `None` if the channel is not live.
    pub(crate) stream: Option<Stream>,
}

#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) health: &'static str,
    /// -1 if the service could not count them.
    pub(crate) viewers: i64,
    id: String,
    started: u64,
}

impl Channel {
    /// Returns the item of a `ListChannels` response.
    fn summary(&self) -> Map<String, Value> {
        let summary = json!({
            "arn": self.arn,
            "name": self.name,
            "latencyMode": "LOW",
            "authorized": false,
            "recordingConfigurationArn": "",
            "tags": self.tags,
            "insecureIngest": false,
            "type": "STANDARD",
            "playbackRestrictionPolicyArn": "",
            "somethingNew": {"of": ["the", "future"]},
        });
        summary.as_object().cloned().unwrap_or_default()
    }

    /// Returns its representation in `GetChannel` responses.
    fn details(&self) -> Value {
        let mut details = self.summary();
        let more = json!({
            "ingestEndpoint": "a1b2c3.global-contribute.live-video.net",
            "playbackUrl": "https://a1b2c3.playback.live-video.net/channel.m3u8",
            "srt": {"endpoint": "srt.live-video.net", "passphrase": PASSPHRASE},
            "containerFormat": "TS",
            "multitrackInputConfiguration": {"enabled": false},
        });
        details.extend(more.as_object().cloned().unwrap_or_default());
        Value::Object(details)
    }

    /// Returns the item of a `ListStreams` response, if the channel is live.
    fn stream(&self) -> Option<Value> {
        let stream = self.stream.as_ref()?;
        Some(json!({
            "channelArn": self.arn,
            "streamId": stream.id,
            "state": "LIVE",
            "health": stream.health,
            "viewerCount": stream.viewers,
            "startTime": time(stream.started).to_string(),
            "somethingNew": {"of": ["the", "future"]},
        }))
    }
}

impl Account {
    /// Adds a channel that is not live, and returns its ARN.
    pub(crate) fn add_channel(&mut self, name: &str) -> String {
        let number = self.channels.len() + 1;
        let arn = format!("arn:aws:ivs:{REGION}:{ACCOUNT}:channel/Chan{number:08}");
        let (name, tags) = (name.to_owned(), BTreeMap::new());
        let channel = Channel { arn: arn.clone(), name, tags, stream: None };
        self.channels.insert(arn.clone(), channel);
        arn
    }

    /// Adds a channel that is live, with this number of viewers.
    pub(crate) fn add_live_channel(&mut self, name: &str, viewers: i64) -> String {
        let arn = self.add_channel(name);
        let started = self.channels.len() as u64;
        let id = format!("st-Stream{started:017}");
        let stream = Stream { health: "HEALTHY", viewers, id, started };
        self.channel(&arn).stream = Some(stream);
        arn
    }

    /// Returns a channel, which must exist.
    pub(crate) fn channel(&mut self, arn: &str) -> &mut Channel {
        self.channels.get_mut(arn).expect("a channel of this account")
    }
}

const CHANNEL: Shape = Shape::Text {
    length: 1..=128,
    pattern: Some("arn:aws:ivs:[a-z0-9-]+:[0-9]+:channel/[a-zA-Z0-9-]+"),
};
const RECORDING: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:recording-configuration/[a-zA-Z0-9-]+)"),
};
const PLAYBACK_POLICY: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:playback-restriction-policy/[a-zA-Z0-9-]+)"),
};
const AD_CONFIGURATION: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:ad-configuration/[a-zA-Z0-9-]+)"),
};
const SLATE_CONFIGURATION: Shape = Shape::Text {
    length: 0..=128,
    pattern: Some("(|arn:aws:ivs:[a-z0-9-]+:[0-9]+:failover-slate-configuration/[a-zA-Z0-9-]+)"),
};
const VIDEO_TOKEN: Shape = Shape::Text { length: 0..=1024, pattern: Some("[a-zA-Z0-9+/=_-]*") };
const VIDEO_PAGE: Shape = Shape::Integer(1..=100);

const NAME: Shape = Shape::Text { length: 0..=128, pattern: Some("[a-zA-Z0-9_-]*") };

/// The name of the service in signatures.
pub(super) const VIDEO: &str = "ivs";

/// All operations on channels have the same quota.
const fn operation(name: &'static str, members: &'static [Member]) -> Operation {
    Operation { name, service: VIDEO, quota: 5.0, members }
}

/// The operations on channels and streams.
pub(super) static OPERATIONS: [Operation; 5] = [
    operation("BatchGetChannel", &[required("arns", Shape::List { of: &CHANNEL, length: 1..=50 })]),
    operation("GetChannel", &[required("arn", CHANNEL)]),
    operation("GetStream", &[required("channelArn", CHANNEL)]),
    operation(
        "ListChannels",
        &[
            optional("filterByName", NAME),
            optional("filterByRecordingConfigurationArn", RECORDING),
            optional("filterByPlaybackRestrictionPolicyArn", PLAYBACK_POLICY),
            optional("filterByAdConfigurationArn", AD_CONFIGURATION),
            optional("filterByFailoverSlateConfigurationArn", SLATE_CONFIGURATION),
            optional("nextToken", VIDEO_TOKEN),
            optional("maxResults", VIDEO_PAGE),
        ],
    ),
    operation(
        "ListStreams",
        &[
            optional(
                "filterBy",
                Shape::Structure(&[optional(
                    "health",
                    Shape::OneOf(&["HEALTHY", "STARVING", "UNKNOWN"]),
                )]),
            ),
            optional("nextToken", VIDEO_TOKEN),
            optional("maxResults", VIDEO_PAGE),
        ],
    ),
];

/// Executes a valid request.
pub(super) fn serve(
    account: &mut Account,
    operation: &str,
    input: &Value,
) -> Result<Value, ServiceError> {
    match operation {
        "BatchGetChannel" => Ok(batch_get_channel(account, input)),
        "GetChannel" => get_channel(account, input),
        "GetStream" => get_stream(account, input),
        "ListChannels" => Ok(list_channels(account, input)),
        "ListStreams" => Ok(list_streams(account, input)),
        _ => unreachable!("the contract has no other operation"),
    }
}

/// Returns an error as Amazon IVS sends it, with only a message.
pub(super) fn error(error: ServiceError) -> ServiceError {
    ServiceError { body: json!({"exceptionMessage": error.message()}), ..error }
}

fn text<'a>(input: &'a Value, member: &str) -> &'a str {
    input[member].as_str().unwrap_or("")
}

fn get_channel(account: &Account, input: &Value) -> Result<Value, ServiceError> {
    let channel = find(account, text(input, "arn"))?;
    Ok(json!({"channel": channel.details()}))
}

fn batch_get_channel(account: &Account, input: &Value) -> Value {
    let arns = input["arns"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let (mut channels, mut errors) = (Vec::new(), Vec::new());
    for arn in arns {
        match account.channels.get(arn) {
            Some(channel) => channels.push(channel.details()),
            None => errors.push(json!({
                "arn": arn,
                "code": "ResourceNotFoundException",
                "message": "Resource with the given ARN not found",
            })),
        }
    }
    json!({"channels": channels, "errors": errors})
}

fn get_stream(account: &Account, input: &Value) -> Result<Value, ServiceError> {
    let channel = find(account, text(input, "channelArn"))?;
    let mut stream = channel.stream().ok_or_else(|| {
        ServiceError::new(404, "ChannelNotBroadcasting", "The channel is not broadcasting")
    })?;
    stream["playbackUrl"] = channel.details()["playbackUrl"].take();
    Ok(json!({"stream": stream}))
}

fn list_channels(account: &mut Account, input: &Value) -> Value {
    let name = input["filterByName"].as_str();
    let channels = account.channels.values();
    let channels = channels.filter(|channel| name.is_none_or(|name| channel.name == name));
    let all = channels.map(|channel| Value::Object(channel.summary())).collect();
    page(account, "ListChannels", "channels", input, all)
}

fn list_streams(account: &mut Account, input: &Value) -> Value {
    let health = input["filterBy"]["health"].as_str();
    let streams = account.channels.values().filter_map(Channel::stream);
    let all = streams.filter(|it| health.is_none_or(|health| it["health"] == health)).collect();
    page(account, "ListStreams", "streams", input, all)
}

fn find<'a>(account: &'a Account, arn: &str) -> Result<&'a Channel, ServiceError> {
    account.channels.get(arn).ok_or_else(|| ServiceError::missing(arn))
}

/// Returns the parameters by which the token of a list is valid.
fn parameters(operation: &str, input: &Value) -> Map<String, Value> {
    let mut parameters = input.as_object().cloned().unwrap_or_default();
    parameters.remove("nextToken");
    parameters.insert("operation".into(), operation.into());
    parameters
}

/// Returns the page of a list to which the token of the request refers.
fn page(
    account: &mut Account,
    operation: &str,
    member: &str,
    input: &Value,
    all: Vec<Value>,
) -> Value {
    let from = account.pages.get(text(input, "nextToken")).map_or(0, |page| page.from);
    let requested = input["maxResults"].as_u64().and_then(|most| usize::try_from(most).ok());
    let number = account.tokens;
    let size = account.next_page_size(requested.unwrap_or(100).min(100));
    let has_more = all.len() > from + size;
    let items: Vec<Value> = all.into_iter().skip(from).take(size).collect();
    let mut answer = Map::from_iter([(member.to_owned(), items.into())]);
    if has_more {
        let token = format!("page/{number}+{size}==");
        answer.insert("nextToken".into(), token.as_str().into());
        let next = Page { from: from + size, filters: parameters(operation, input) };
        account.pages.insert(token, next);
        account.tokens += 1;
    }
    Value::Object(answer)
}

/// Returns what is wrong with the token of a list, which must have been issued for the same list.
pub(super) fn token_problem(account: &Account, operation: &str, input: &Value) -> Option<Problem> {
    let token = input["nextToken"].as_str()?;
    let message = match account.pages.get(token) {
        Some(page) if page.filters == parameters(operation, input) => return None,
        Some(_) => "was issued for another list",
        None => "was never issued",
    };
    Some(Problem::new("nextToken", message))
}
