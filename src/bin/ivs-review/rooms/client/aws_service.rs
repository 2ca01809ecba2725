//! The services that are called: [`AwsService`].

/// A service of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AwsService {
    IvsChat,
    /// Amazon IVS: channels and their streams.
    Ivs,
    Lambda,
    CloudWatch,
}

impl AwsService {
    pub(super) const ALL: [AwsService; 4] =
        [AwsService::IvsChat, AwsService::Ivs, AwsService::Lambda, AwsService::CloudWatch];

    /// Returns the name in IAM policies, in variables and in profiles.
    pub(crate) fn id(self) -> &'static str {
        match self {
            AwsService::IvsChat => "ivschat",
            AwsService::Ivs => "ivs",
            AwsService::Lambda => "lambda",
            AwsService::CloudWatch => "cloudwatch",
        }
    }

    /// Returns the name in signatures and hosts.
    pub(super) fn signing_name(self) -> &'static str {
        match self {
            AwsService::CloudWatch => "monitoring",
            _ => self.id(),
        }
    }

    /// Returns the variable with its endpoint.
    pub(crate) fn endpoint_variable(self) -> String {
        format!("AWS_ENDPOINT_URL_{}", self.id().to_ascii_uppercase())
    }
}
