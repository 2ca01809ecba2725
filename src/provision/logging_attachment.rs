//! Which logging configurations a room has: the service takes only whole lists of them.

use super::arn::LoggingArn;
use super::invalid_argument::InvalidArgument;

/// How many a room may have (Amazon IVS Chat User Guide, "Chat Logging").
const MAX_LOGGING: usize = 3;

/// The list with these in it as well, or nothing if they are.
pub fn attached(
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
    at_most(list.len())?;
    Ok(Some(list))
}

/// The list without these, or nothing if they are not in it.
pub fn detached(now: &[String], fewer: &[LoggingArn]) -> Option<Vec<String>> {
    let mut list = now.to_vec();
    list.retain(|known| fewer.iter().all(|arn| arn.as_str() != known));
    (list.len() < now.len()).then_some(list)
}

/// The list of a new room.
pub fn first(arns: &[LoggingArn]) -> Result<Vec<String>, InvalidArgument> {
    Ok(attached(&[], arns)?.unwrap_or_default())
}

fn at_most(number: usize) -> Result<(), InvalidArgument> {
    if number <= MAX_LOGGING {
        return Ok(());
    }
    Err(InvalidArgument::new(format!(
        "a room has at most {MAX_LOGGING} logging configurations, this one would have {number}"
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
    fn the_others_stay_where_they_are() {
        for (now, which, with, without) in [
            ("", "a", Ok(Some("a")), None),
            ("", "aa", Ok(Some("a")), None),
            ("ab", "c", Ok(Some("abc")), None),
            ("ab", "b", Ok(None), Some("a")),
            ("abc", "ac", Ok(None), Some("b")),
            ("abc", "d", Err(()), None),
            ("b", "acd", Err(()), None),
            // What is over already is no reason to refuse what changes nothing.
            ("abcd", "d", Ok(None), Some("abc")),
        ] {
            let arns: Vec<LoggingArn> = which.chars().map(arn).collect();
            let attached = attached(&list(now), &arns).map_err(drop);
            assert_eq!(attached, with.map(|with| with.map(list)), "{now} + {which}");
            assert_eq!(detached(&list(now), &arns), without.map(list), "{now} - {which}");
        }
        assert_eq!(first(&[arn('b'), arn('a'), arn('b')]), Ok(list("ba")));
        assert_eq!(first(&[]), Ok(vec![]));
        let told = first(&['a', 'b', 'c', 'd'].map(arn)).expect_err("too many").to_string();
        assert_eq!(told, "a room has at most 3 logging configurations, this one would have 4");
    }
}
