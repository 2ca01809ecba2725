//! Changes to the list of logging configurations of a room. The service only accepts complete
//! lists.

use super::arn::LoggingArn;
use super::invalid_argument::InvalidArgument;

/// The maximum number of logging configurations of a room (Amazon IVS Chat User Guide, "Chat
/// Logging").
const MAX_LOGGING: usize = 3;

/// Returns the list with `more` added, or `None` if it already contains them.
pub fn with_attached(
    now: &[String],
    more: &[LoggingArn],
) -> Result<Option<Vec<String>>, InvalidArgument> {
    let mut list = now.to_vec();
    for arn in more {
        if !list.iter().any(|known| known == arn.as_str()) {
            list.push(arn.to_string());
        }
    }
    if list.len() == now.len() {
        return Ok(None);
    }
    check_count(list.len())?;
    Ok(Some(list))
}

/// Returns the list without `fewer`, or `None` if it contains none of them.
pub fn with_detached(now: &[String], fewer: &[LoggingArn]) -> Option<Vec<String>> {
    let mut list = now.to_vec();
    list.retain(|known| fewer.iter().all(|arn| arn.as_str() != known));
    (list.len() < now.len()).then_some(list)
}

/// Returns the list of a new room.
pub fn initial(arns: &[LoggingArn]) -> Result<Vec<String>, InvalidArgument> {
    Ok(with_attached(&[], arns)?.unwrap_or_default())
}

fn check_count(count: usize) -> Result<(), InvalidArgument> {
    if count <= MAX_LOGGING {
        return Ok(());
    }
    Err(InvalidArgument::new(format!(
        "the room would have {count} logging configurations, more than the maximum of {MAX_LOGGING}"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arn(id: char) -> LoggingArn {
        let text = format!("arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/{id}");
        LoggingArn::parse(&text).expect("it is one")
    }

    fn list(ids: &str) -> Vec<String> {
        ids.chars().map(|id| arn(id).to_string()).collect()
    }

    #[test]
    fn other_configurations_keep_their_order() {
        for (now, which, with, without) in [
            ("", "a", Ok(Some("a")), None),
            ("", "aa", Ok(Some("a")), None),
            ("ab", "c", Ok(Some("abc")), None),
            ("ab", "b", Ok(None), Some("a")),
            ("abc", "ac", Ok(None), Some("b")),
            ("abc", "d", Err(()), None),
            ("b", "acd", Err(()), None),
            // Too many existing ones do not matter when nothing is added.
            ("abcd", "d", Ok(None), Some("abc")),
        ] {
            let arns: Vec<LoggingArn> = which.chars().map(arn).collect();
            let attached = with_attached(&list(now), &arns).map_err(drop);
            assert_eq!(attached, with.map(|with| with.map(list)), "{now} + {which}");
            assert_eq!(with_detached(&list(now), &arns), without.map(list), "{now} - {which}");
        }
        assert_eq!(initial(&[arn('b'), arn('a'), arn('b')]), Ok(list("ba")));
        assert_eq!(initial(&[]), Ok(vec![]));
        let error = initial(&['a', 'b', 'c', 'd'].map(arn)).expect_err("too many").to_string();
        let expected = "the room would have 4 logging configurations, more than the maximum of 3";
        assert_eq!(error, expected);
    }
}
