//! Where rooms, functions and logging configurations are: [`Place`].

use super::arn::{FunctionArn, LoggingArn, RoomArn, TaggableArn};
use super::invalid_argument::InvalidArgument;

/// The account and Region of a command. A function reviews the rooms of its own alone, and the same holds
/// for what logs them (Amazon IVS Chat User Guide, "Chat Message Review Handler" and "Chat Logging"), so
/// that all that a command is about must be there.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// What was there first.
    first: Option<First>,
}

#[derive(Clone, Debug)]
struct First {
    arn: String,
    region: String,
    account: String,
}

impl Place {
    /// The Region, once something is known to be there.
    pub fn region(&self) -> Option<&str> {
        self.first.as_ref().map(|first| first.region.as_str())
    }

    /// A room that must be there.
    pub fn room(&mut self, arn: &RoomArn) -> Result<(), InvalidArgument> {
        self.hold(arn.as_str(), arn.region(), arn.account())
    }

    /// A function that must be there.
    pub fn function(&mut self, arn: &FunctionArn) -> Result<(), InvalidArgument> {
        self.hold(arn.as_str(), arn.region(), arn.account())
    }

    /// A logging configuration that must be there.
    pub fn logging(&mut self, arn: &LoggingArn) -> Result<(), InvalidArgument> {
        self.hold(arn.as_str(), arn.region(), arn.account())
    }

    /// Whatever can be tagged, and must be there.
    pub fn taggable(&mut self, arn: &TaggableArn) -> Result<(), InvalidArgument> {
        match arn {
            TaggableArn::Room(arn) => self.room(arn),
            TaggableArn::Logging(arn) => self.logging(arn),
        }
    }

    fn hold(&mut self, arn: &str, region: &str, account: &str) -> Result<(), InvalidArgument> {
        let Some(first) = &self.first else {
            let (arn, region, account) = (arn.to_owned(), region.to_owned(), account.to_owned());
            self.first = Some(First { arn, region, account });
            return Ok(());
        };
        let (what, one, other) = if first.region != region {
            ("Region", first.region.as_str(), region)
        } else if first.account != account {
            ("account", first.account.as_str(), account)
        } else {
            return Ok(());
        };
        let is_logging =
            [&first.arn, arn].iter().any(|arn| arn.contains(":logging-configuration/"));
        let why = if is_logging {
            "a room is logged in its own account and Region, so make a logging configuration in each"
        } else {
            "a function reviews the rooms of its own account and Region, so deploy it in each and run this once for each"
        };
        Err(InvalidArgument::new(format!(
            "{} is in the {what} {one}, but {arn} in {other}; {why}",
            first.arn
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_must_be_of_one_account_and_region() {
        let room =
            |place: &str| RoomArn::parse(&format!("arn:aws:ivschat:{place}:room/a")).expect(place);
        let function = "arn:aws:lambda:eu-west-1:123456789012:function:f";
        let mut place = Place::default();
        assert_eq!(place.region(), None);
        place.function(&FunctionArn::parse(function).expect("it is one")).expect("the first");
        assert_eq!(place.region(), Some("eu-west-1"));
        assert_eq!(place.room(&room("eu-west-1:123456789012")), Ok(()));
        let told = |error: Result<(), InvalidArgument>| error.expect_err("elsewhere").to_string();
        let region = told(place.room(&room("us-east-1:123456789012")));
        assert!(region.contains("in the Region eu-west-1, but"), "{region}");
        let account = told(place.room(&room("eu-west-1:210987654321")));
        assert!(account.contains("in the account 123456789012, but"), "{account}");
        assert_eq!(place.room(&room("eu-west-1:123456789012")), Ok(()));
        let logging = "arn:aws:ivschat:us-east-1:123456789012:logging-configuration/a";
        let logging = told(place.logging(&LoggingArn::parse(logging).expect("it is one")));
        assert!(logging.contains("make a logging configuration in each"), "{logging}");
    }
}
