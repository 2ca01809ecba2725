//! The account and Region of a command: [`AccountRegion`].

use super::arn::{ChannelArn, FunctionArn, LoggingArn, RoomArn, TaggableArn};
use super::invalid_argument::InvalidArgument;

/// Checks that all resources of a command are in the same account and Region.
///
/// A function can only review rooms of its own account and Region, and logging configurations can
/// only be attached to rooms of theirs (Amazon IVS Chat User Guide, "Chat Message Review Handler"
/// and "Chat Logging").
#[derive(Clone, Debug, Default)]
pub struct AccountRegion {
    /// The first resource that was added; all others are compared with it.
    first: Option<First>,
    /// ARNs of unknown form.
    unknown_forms: Vec<String>,
}

#[derive(Clone, Debug)]
struct First {
    arn: String,
    region: String,
    account: String,
}

impl AccountRegion {
    /// Returns the Region; `None` before the first resource.
    pub fn region(&self) -> Option<&str> {
        self.first.as_ref().map(|first| first.region.as_str())
    }

    /// Returns the ARNs whose form is unknown, although their parts are valid.
    pub fn unknown_forms(&self) -> &[String] {
        &self.unknown_forms
    }

    /// Adds a room.
    ///
    /// # Errors
    ///
    /// If it is in another account or Region than the resources before it.
    pub fn room(&mut self, arn: &RoomArn) -> Result<(), InvalidArgument> {
        self.add(arn.as_str(), arn.region(), arn.account(), arn.has_known_form())
    }

    /// Adds a function, as [`AccountRegion::room`] does a room.
    pub fn function(&mut self, arn: &FunctionArn) -> Result<(), InvalidArgument> {
        self.add(arn.as_str(), arn.region(), arn.account(), true)
    }

    /// Adds a logging configuration, as [`AccountRegion::room`] does a room.
    pub fn logging(&mut self, arn: &LoggingArn) -> Result<(), InvalidArgument> {
        self.add(arn.as_str(), arn.region(), arn.account(), arn.has_known_form())
    }

    /// Adds a channel, as [`AccountRegion::room`] does a room. AWS does not connect channels and
    /// rooms, but a command only sees those of one account and Region.
    pub fn channel(&mut self, arn: &ChannelArn) -> Result<(), InvalidArgument> {
        self.add(arn.as_str(), arn.region(), arn.account(), arn.has_known_form())
    }

    /// Adds a taggable resource, as [`AccountRegion::room`] does a room.
    pub fn taggable(&mut self, arn: &TaggableArn) -> Result<(), InvalidArgument> {
        match arn {
            TaggableArn::Room(arn) => self.room(arn),
            TaggableArn::Logging(arn) => self.logging(arn),
        }
    }

    /// Checks a room that is not an argument, such as one of a list.
    ///
    /// # Errors
    ///
    /// If it is in another account or Region than the resources of the command.
    pub fn check_room(&self, arn: &RoomArn) -> Result<(), InvalidArgument> {
        self.check(arn.as_str(), arn.region(), arn.account())
    }

    fn add(
        &mut self,
        arn: &str,
        region: &str,
        account: &str,
        has_known_form: bool,
    ) -> Result<(), InvalidArgument> {
        if !has_known_form {
            self.unknown_forms.push(arn.to_owned());
        }
        if self.first.is_none() {
            let (arn, region, account) = (arn.to_owned(), region.to_owned(), account.to_owned());
            self.first = Some(First { arn, region, account });
        }
        self.check(arn, region, account)
    }

    fn check(&self, arn: &str, region: &str, account: &str) -> Result<(), InvalidArgument> {
        let Some(first) = &self.first else { return Ok(()) };
        let (what, expected, found) = if first.region != region {
            ("Region", first.region.as_str(), region)
        } else if first.account != account {
            ("account", first.account.as_str(), account)
        } else {
            return Ok(());
        };
        let is_about = |part: &str| [&first.arn, arn].iter().any(|arn| arn.contains(part));
        let help = if is_about(":channel/") {
            "only a channel and a room in the same account and Region can be linked"
        } else if is_about(":logging-configuration/") {
            "logging configurations and rooms must be in the same account and Region; create a configuration in each"
        } else {
            "a function and its rooms must be in the same account and Region; deploy the function in each and run this command once for each"
        };
        Err(InvalidArgument::new(format!(
            "{what} mismatch: {} is in {expected}, {arn} is in {found}; {help}",
            first.arn
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_resources_are_in_one_account_and_region() {
        let room =
            |scope: &str| RoomArn::parse(&format!("arn:aws:ivschat:{scope}:room/a")).expect(scope);
        let function = "arn:aws:lambda:eu-west-1:123456789012:function:f";
        let mut scope = AccountRegion::default();
        assert_eq!(scope.region(), None);
        assert_eq!(scope.check_room(&room("us-east-1:123456789012")), Ok(()));
        assert_eq!(scope.region(), None);
        scope.function(&FunctionArn::parse(function).expect("it is one")).expect("the first");
        assert_eq!(scope.region(), Some("eu-west-1"));
        assert_eq!(scope.room(&room("eu-west-1:123456789012")), Ok(()));
        let error =
            |result: Result<(), InvalidArgument>| result.expect_err("elsewhere").to_string();
        let region = error(scope.room(&room("us-east-1:123456789012")));
        assert!(region.contains("Region mismatch: "), "{region}");
        let account = error(scope.check_room(&room("eu-west-1:210987654321")));
        assert!(account.contains("account mismatch: "), "{account}");
        assert_eq!(scope.room(&room("eu-west-1:123456789012")), Ok(()));
        let logging = "arn:aws:ivschat:us-east-1:123456789012:logging-configuration/a";
        let logging = error(scope.logging(&LoggingArn::parse(logging).expect("it is one")));
        assert!(logging.contains("create a configuration in each"), "{logging}");
        let channel = ChannelArn::parse("arn:aws:ivs:us-east-1:123456789012:channel/a");
        let channel = error(scope.channel(&channel.expect("it is one")));
        assert!(channel.contains("only a channel and a room in the same"), "{channel}");
    }
}
