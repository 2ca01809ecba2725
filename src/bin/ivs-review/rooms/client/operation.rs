//! The operations of the services and their rate limits: [`RateLimiters`].

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::aws_service::AwsService;
use super::rate_limit::RateLimiter;

/// An operation. Each has its own quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Operation {
    CreateChatToken,
    CreateLoggingConfiguration,
    CreateRoom,
    DeleteLoggingConfiguration,
    DeleteMessage,
    DeleteRoom,
    DisconnectUser,
    GetLoggingConfiguration,
    GetRoom,
    ListLoggingConfigurations,
    ListRooms,
    ListTagsForResource,
    SendEvent,
    TagResource,
    UntagResource,
    UpdateLoggingConfiguration,
    UpdateRoom,
    BatchGetChannel,
    GetChannel,
    GetStream,
    ListChannels,
    ListStreams,
    DeleteLayerVersion,
    GetFunction,
    GetPolicy,
    Invoke,
    ListFunctions,
    ListLayerVersions,
    PublishLayerVersion,
    UpdateFunctionConfiguration,
    DescribeAlarms,
}

/// The quota of each operation on rooms and channels, in calls per second. `--rate` refers to these.
const ROOM_QUOTA: f64 = 5.0;

impl Operation {
    /// Returns the name in the API and in IAM policies.
    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    /// Returns the service to which the operation belongs.
    pub(crate) fn service(self) -> AwsService {
        use Operation::*;
        match self {
            CreateChatToken
            | CreateLoggingConfiguration
            | CreateRoom
            | DeleteLoggingConfiguration
            | DeleteMessage
            | DeleteRoom
            | DisconnectUser
            | GetLoggingConfiguration
            | GetRoom
            | ListLoggingConfigurations
            | ListRooms
            | ListTagsForResource
            | SendEvent
            | TagResource
            | UntagResource
            | UpdateLoggingConfiguration
            | UpdateRoom => AwsService::IvsChat,
            BatchGetChannel | GetChannel | GetStream | ListChannels | ListStreams => {
                AwsService::Ivs
            }
            DeleteLayerVersion
            | GetFunction
            | GetPolicy
            | Invoke
            | ListFunctions
            | ListLayerVersions
            | PublishLayerVersion
            | UpdateFunctionConfiguration => AwsService::Lambda,
            DescribeAlarms => AwsService::CloudWatch,
        }
    }

    /// Whether the operation concerns users of a room. Its requests contain personal data.
    pub(crate) fn is_about_users(self) -> bool {
        use Operation::*;
        matches!(self, CreateChatToken | DeleteMessage | DisconnectUser | SendEvent)
    }

    /// Returns the permissions that the operation needs, for error messages.
    pub(crate) fn permissions(self) -> String {
        use Operation::*;
        let (service, name) = (self.service().id(), self.name());
        match self {
            Invoke => format!("{service}:InvokeFunction"),
            UpdateFunctionConfiguration => {
                format!("{service}:{name}, and {service}:GetLayerVersion for its layers")
            }
            // IAM checks tags of new resources as a second operation.
            CreateRoom | CreateLoggingConfiguration => {
                format!("{service}:{name}, and with tags {service}:TagResource")
            }
            _ => format!("{service}:{name}"),
        }
    }

    /// Returns the quota of an account, in calls per second (Amazon IVS Chat User Guide and Amazon IVS
    /// User Guide, "Service Quotas").
    fn quota(self) -> f64 {
        use Operation::*;
        match self {
            CreateRoom | DeleteRoom | GetRoom | ListRooms | UpdateRoom => ROOM_QUOTA,
            BatchGetChannel | GetChannel | GetStream | ListChannels | ListStreams => ROOM_QUOTA,
            CreateLoggingConfiguration
            | DeleteLoggingConfiguration
            | GetLoggingConfiguration
            | ListLoggingConfigurations
            | UpdateLoggingConfiguration => 3.0,
            ListTagsForResource | TagResource | UntagResource => 10.0,
            // AWS Lambda Developer Guide, "Lambda quotas", and Amazon CloudWatch User Guide, "CloudWatch
            // service quotas".
            DeleteLayerVersion | GetPolicy | ListFunctions | ListLayerVersions => 15.0,
            PublishLayerVersion | UpdateFunctionConfiguration => 15.0,
            GetFunction | Invoke => 100.0,
            DescribeAlarms => 9.0,
            DeleteMessage | DisconnectUser | SendEvent => 100.0,
            CreateChatToken => 200.0,
        }
    }
}

/// The rate limiter of each operation, created at its first call.
pub(super) struct RateLimiters {
    rate: f64,
    limiters: RefCell<HashMap<Operation, Rc<RateLimiter>>>,
}

impl RateLimiters {
    /// `rate` is the number of calls per second of each room operation. All others are limited to
    /// the same share of their quotas.
    pub(super) fn new(rate: f64) -> RateLimiters {
        RateLimiters { rate, limiters: RefCell::default() }
    }

    pub(super) fn of(&self, operation: Operation) -> Rc<RateLimiter> {
        let rate = self.rate * operation.quota() / ROOM_QUOTA;
        let mut limiters = self.limiters.borrow_mut();
        limiters.entry(operation).or_insert_with(|| Rc::new(RateLimiter::new(rate))).clone()
    }
}
