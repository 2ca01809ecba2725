//! Which rooms may invoke a function, by its resource-based policy: [`Access`].
//!
//! IVS Chat invokes a function as the service `ivschat.amazonaws.com`, with the ARN of the room and
//! its account as context. A statement that checks neither allows the rooms of every account ("The
//! confused deputy problem", AWS Identity and Access Management User Guide).

use serde_json::Value;

/// The principal of IVS Chat.
pub const PRINCIPAL: &str = "ivschat.amazonaws.com";

/// What a policy says of IVS Chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    allowing: Vec<Statement>,
    denying: Vec<Statement>,
}

/// A statement that concerns IVS Chat and the invocation of the function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Statement {
    id: String,
    /// Whether it allows every principal.
    is_for_all: bool,
    /// The conditions on the account, all of which must be satisfied.
    accounts: Vec<Condition>,
    /// The conditions on the ARN of the room, all of which must be satisfied.
    rooms: Vec<Condition>,
    /// Other conditions, whose effect is not known.
    others: Vec<String>,
}

/// Values, one of which a key must have.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    values: Vec<String>,
    /// Whether `*` and `?` are wildcards in the values.
    has_wildcards: bool,
}

impl Condition {
    fn includes(&self, text: &str) -> bool {
        self.values.iter().any(|it| if self.has_wildcards { matches(it, text) } else { it == text })
    }

    /// Whether it includes a room of an account.
    fn includes_rooms_of(&self, account: &str) -> bool {
        self.values.iter().any(|it| matches(account_of(it), account))
    }
}

impl Access {
    /// Reads a policy of the function with this ARN. `None` if it is not a policy.
    pub fn parse(policy: &str, function: &str) -> Option<Access> {
        let policy: Value = serde_json::from_str(policy).ok()?;
        let mut access = Access::default();
        for statement in items(policy.get("Statement")?) {
            if !is_about(statement, function) {
                continue;
            }
            let parsed = Statement::of(statement);
            match statement["Effect"].as_str() {
                Some("Allow") => access.allowing.push(parsed),
                Some("Deny") => access.denying.push(parsed),
                _ => {}
            }
        }
        Some(access)
    }

    /// Whether any statement allows IVS Chat to invoke the function for rooms of this account.
    pub fn allows_account(&self, account: &str) -> bool {
        self.allowing.iter().any(|it| it.has_account(account))
    }

    /// Whether a room of this account may invoke the function.
    pub fn allows(&self, account: &str, room: &str) -> bool {
        let applies = |it: &&Statement| it.has_account(account) && it.has_room(room);
        let is_denied = self.denying.iter().any(|it| applies(&it) && it.others.is_empty());
        self.allowing.iter().any(|it| applies(&it)) && !is_denied
    }

    /// Returns why others than this account may invoke the function, for each statement that allows
    /// it.
    pub fn too_wide<'a>(&'a self, account: &'a str) -> impl Iterator<Item = String> + 'a {
        self.allowing.iter().filter_map(move |it| it.too_wide(account))
    }

    /// Returns the conditions whose effect is not known.
    pub fn unknown_conditions(&self) -> impl Iterator<Item = &str> {
        self.allowing.iter().chain(&self.denying).flat_map(|it| &it.others).map(String::as_str)
    }
}

impl Statement {
    fn of(statement: &Value) -> Statement {
        let mut parsed = Statement {
            id: statement["Sid"].as_str().unwrap_or("without Sid").to_owned(),
            is_for_all: is_for_all(&statement["Principal"]),
            ..Statement::default()
        };
        let conditions = statement["Condition"].as_object().into_iter().flatten();
        for (operator, keys) in conditions {
            let operator = operator.to_ascii_lowercase();
            let is_match = ["stringequals", "stringlike", "arnequals", "arnlike"]
                .contains(&operator.trim_end_matches("ifexists"));
            for (key, values) in keys.as_object().into_iter().flatten() {
                let values = items(values).filter_map(Value::as_str).map(str::to_owned);
                let has_wildcards = !operator.starts_with("stringequals");
                let condition = Condition { values: values.collect(), has_wildcards };
                match key.to_ascii_lowercase().as_str() {
                    "aws:sourceaccount" if is_match => parsed.accounts.push(condition),
                    "aws:sourcearn" if is_match => parsed.rooms.push(condition),
                    _ => parsed.others.push(key.clone()),
                }
            }
        }
        parsed
    }

    fn has_account(&self, account: &str) -> bool {
        self.accounts.iter().all(|it| it.includes(account))
            && self.rooms.iter().all(|it| it.includes_rooms_of(account))
    }

    fn has_room(&self, room: &str) -> bool {
        self.rooms.iter().all(|it| it.includes(room))
    }

    /// Returns why others than this account are allowed by the statement.
    fn too_wide(&self, account: &str) -> Option<String> {
        let checks_account =
            self.accounts.iter().any(|condition| condition.values.iter().all(|it| it == account));
        let is_own = |it: &String| account_of(it) == account;
        let checks_rooms = self.rooms.iter().any(|condition| condition.values.iter().all(is_own));
        let id = &self.id;
        match (self.is_for_all, checks_account || checks_rooms) {
            (_, true) => None,
            (true, false) => {
                Some(format!("the statement `{id}` allows everyone to invoke the function"))
            }
            (false, false) => Some(format!(
                "the statement `{id}` allows IVS Chat to invoke the function for rooms of other accounts"
            )),
        }
    }
}

/// Whether a statement concerns IVS Chat and the invocation of the function.
fn is_about(statement: &Value, function: &str) -> bool {
    let principal = &statement["Principal"];
    let is_service = items(&principal["Service"]).any(|it| it == PRINCIPAL || it == "*");
    let has = |name: &str, is_wanted: &dyn Fn(&str) -> bool| {
        items(&statement[name]).filter_map(Value::as_str).any(is_wanted)
    };
    (is_service || is_for_all(principal))
        && has("Action", &|action| matches(&action.to_ascii_lowercase(), "lambda:invokefunction"))
        && has("Resource", &|resource| matches(resource, function))
}

fn is_for_all(principal: &Value) -> bool {
    principal == "*" || items(&principal["AWS"]).any(|it| it == "*")
}

/// Returns the account of an ARN or of a pattern of ARNs.
fn account_of(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or("*")
}

/// Returns the items of an array, or a value that is not one.
fn items(value: &Value) -> impl Iterator<Item = &Value> {
    let (all, one) = match value {
        Value::Array(all) => (all.as_slice(), None),
        Value::Null => (&[][..], None),
        one => (&[][..], Some(one)),
    };
    all.iter().chain(one)
}

/// Whether a pattern with `*` and `?` matches the whole text. Linear but for the last `*`, to which
/// the search goes back.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut read, mut star) = (0, 0, None);
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[read] => {
                (at, read) = (at + 1, read + 1);
            }
            _ => {
                let Some((star_at, star_read)) = star else { return false };
                star = Some((star_at, star_read + 1));
                (at, read) = (star_at + 1, star_read + 1);
            }
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:review";
    const ACCOUNT: &str = "123456789012";
    const ROOM: &str = "arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf";

    fn access(changes: &[(&str, Value)]) -> Access {
        let mut statement = json!({
            "Sid": "ivs", "Effect": "Allow", "Principal": { "Service": PRINCIPAL },
            "Action": "lambda:InvokeFunction", "Resource": FUNCTION,
            "Condition": {
                "StringEquals": { "AWS:SourceAccount": ACCOUNT },
                "ArnLike": { "AWS:SourceArn": "arn:aws:ivschat:eu-west-1:123456789012:room/*" },
            },
        });
        for (name, value) in changes {
            statement[name] = value.clone();
        }
        let policy = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
        Access::parse(&policy, FUNCTION).expect("a policy")
    }

    #[test]
    fn the_policy_of_the_template_lets_rooms_of_this_account_in() {
        let access = access(&[]);
        assert!(access.allows_account(ACCOUNT) && access.allows(ACCOUNT, ROOM));
        assert!(!access.allows("999999999999", &ROOM.replace(ACCOUNT, "999999999999")));
        assert!(!access.allows(ACCOUNT, &ROOM.replace("eu-west-1", "us-east-1")));
        assert_eq!(access.too_wide(ACCOUNT).count(), 0);
        assert_eq!(access.unknown_conditions().count(), 0);
    }

    #[test]
    fn statements_are_judged_by_all_their_parts() {
        let other = "arn:aws:ivschat:eu-west-1:123456789012:room/Other1";
        let condition =
            |operator: &str, key: &str, value: Value| json!({ operator: { key: value } });
        // Each with: whether the account is allowed, whether the room is, and whether others are.
        for (name, value, account, room, wide) in [
            ("Sid", Value::Null, true, true, false),
            ("Effect", json!("Deny"), false, false, false),
            ("Principal", json!({ "Service": "s3.amazonaws.com" }), false, false, false),
            ("Principal", json!({ "Service": ["s3.amazonaws.com", PRINCIPAL] }), true, true, false),
            ("Principal", json!("*"), true, true, false),
            ("Action", json!("lambda:GetFunction"), false, false, false),
            ("Action", json!(["lambda:GetFunction", "lambda:Invoke*"]), true, true, false),
            ("Action", json!("*"), true, true, false),
            // A version of the function.
            ("Resource", json!(format!("{FUNCTION}:3")), false, false, false),
            ("Resource", json!("*"), true, true, false),
            ("Condition", Value::Null, true, true, true),
            ("Condition", json!({}), true, true, true),
            (
                "Condition",
                condition("StringEquals", "aws:sourceaccount", json!([ACCOUNT])),
                true,
                true,
                false,
            ),
            (
                "Condition",
                condition("StringEquals", "aws:SourceAccount", json!("999999999999")),
                false,
                false,
                true,
            ),
            (
                "Condition",
                condition("StringLike", "aws:SourceAccount", json!("1234*")),
                true,
                true,
                true,
            ),
            ("Condition", condition("ArnLike", "aws:SourceArn", json!(ROOM)), true, true, false),
            (
                "Condition",
                condition("ArnEquals", "AWS:SourceArn", json!([other, ROOM])),
                true,
                true,
                false,
            ),
            ("Condition", condition("ArnLike", "AWS:SourceArn", json!(other)), true, false, false),
            (
                "Condition",
                condition("ArnLike", "AWS:SourceArn", json!("arn:aws:ivschat:*:*:room/*")),
                true,
                true,
                true,
            ),
            ("Condition", condition("ArnLike", "AWS:SourceArn", json!("*")), true, true, true),
        ] {
            let access = access(&[(name, value.clone())]);
            let found = (
                access.allows_account(ACCOUNT),
                access.allows(ACCOUNT, ROOM),
                access.too_wide(ACCOUNT).next().is_some(),
            );
            assert_eq!(found, (account, room, wide), "{name} {value}");
        }
        let all = access(&[("Principal", json!("*")), ("Condition", Value::Null)]);
        assert!(all.too_wide(ACCOUNT).any(|why| why.contains("everyone")));
        let vpc =
            access(&[("Condition", condition("IpAddress", "aws:SourceIp", json!("10.0.0.0/8")))]);
        assert_eq!(vpc.unknown_conditions().collect::<Vec<_>>(), ["aws:SourceIp"]);
    }

    #[test]
    fn a_denial_takes_precedence() {
        let statement = |effect: &str, condition: Value| {
            json!({
                "Effect": effect, "Principal": { "Service": PRINCIPAL },
                "Action": "lambda:*", "Resource": FUNCTION, "Condition": condition,
            })
        };
        let denied = json!({ "ArnLike": { "aws:SourceArn": ROOM } });
        let policy =
            json!({ "Statement": [statement("Allow", Value::Null), statement("Deny", denied)] });
        let access = Access::parse(&policy.to_string(), FUNCTION).expect("a policy");
        assert!(!access.allows(ACCOUNT, ROOM) && access.allows(ACCOUNT, &format!("{ROOM}2")));
    }

    #[test]
    fn what_is_not_a_policy_is_rejected() {
        for text in ["", "{}", "[]", "\"\"", "{\"Statement\""] {
            assert_eq!(Access::parse(text, FUNCTION), None, "{text}");
        }
        let odd =
            r#"{"Statement":[1,null,{"Principal":5,"Action":{},"Resource":[],"Condition":[1]}]}"#;
        assert_eq!(Access::parse(odd, FUNCTION), Some(Access::default()));
    }

    #[test]
    fn patterns_have_two_wildcards() {
        for (pattern, text, expected) in [
            ("abc", "abc", true),
            ("abc", "abcd", false),
            ("*", "", true),
            ("a*c", "abcabc", true),
            ("a*c", "abcab", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("?", "", false),
            ("*a*b", "xaxbab", true),
            ("**", "x", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
