//! The room of a recording, which its records do not have: [`room_of_path`], [`room_of_stream`].

/// The separator of an S3 key before the rest of the name of a log file.
const LOGS: &str = "IVSChatLogs";

/// Returns the room of a log file by its S3 key, as an ARN, or as an ID if the path has only that.
///
/// A key is `AWSLogs/<account>/IVSChatLogs/1.0/<region>/room_<id>/<date>/<file>`, and the name of the
/// file has the same parts. For example,
/// `123456789012_IVSChatLogs_1.0_eu-west-1_room_AbCdEf123456_0a1b.log.gz` is a file of
/// `arn:aws:ivschat:eu-west-1:123456789012:room/AbCdEf123456`.
pub fn room_of_path(path: &str) -> Option<String> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    room_of_name(name).or_else(|| room_of_folders(path)).or_else(|| {
        let id = path.split(['/', '\\']).rev().find_map(room_id)?;
        Some(id.to_owned())
    })
}

fn room_of_name(name: &str) -> Option<String> {
    let mut parts = name.split('_');
    let account = parts.next()?;
    (parts.next()? == LOGS).then_some(())?;
    let (_version, region) = (parts.next()?, parts.next()?);
    (parts.next()? == "room").then_some(())?;
    arn(region, account, parts.next()?)
}

fn room_of_folders(path: &str) -> Option<String> {
    let folders: Vec<&str> = path.split(['/', '\\']).collect();
    let logs = folders.iter().position(|folder| *folder == LOGS)?;
    let account = folders.get(logs.checked_sub(1)?)?;
    arn(folders.get(logs + 2)?, account, room_id(folders.get(logs + 3)?)?)
}

fn arn(region: &str, account: &str, id: &str) -> Option<String> {
    let is_valid = account.len() == 12
        && account.bytes().all(|byte| byte.is_ascii_digit())
        && !region.is_empty()
        && region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && is_id(id);
    let partition = if region.starts_with("cn-") { "aws-cn" } else { "aws" };
    is_valid.then(|| format!("arn:{partition}:ivschat:{region}:{account}:room/{id}"))
}

/// Returns the room ID of a log stream: `aws/IVSChatLogs/1.0/room_<id>`.
pub(super) fn room_of_stream(stream: &str) -> Option<&str> {
    stream.rsplit('/').find_map(room_id)
}

/// Returns the ID of `room_<id>`.
fn room_id(segment: &str) -> Option<&str> {
    segment.strip_prefix("room_").filter(|id| is_id(id))
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_room_is_read_from_an_s3_key_or_a_stream() {
        const ARN: &str = "arn:aws:ivschat:eu-west-1:123456789012:room/AbCd12";
        for (path, room) in [
            (
                "123456789012_IVSChatLogs_1.0_eu-west-1_room_AbCd12_20261130T0500Z_0a.log.gz",
                Some(ARN),
            ),
            ("x/123456789012_IVSChatLogs_1.0_eu-west-1_room_AbCd12_0a.log", Some(ARN)),
            (
                "AWSLogs/123456789012/IVSChatLogs/1.0/eu-west-1/room_AbCd12/2026/11/30/05/x.log.gz",
                Some(ARN),
            ),
            (r"C:\AWSLogs\123456789012\IVSChatLogs\1.0\eu-west-1\room_AbCd12\x.log.gz", Some(ARN)),
            ("export/aws-IVSChatLogs/room_AbCd12/000000.gz", Some("AbCd12")),
            ("12_IVSChatLogs_1.0_eu-west-1_room_AbCd12_0a.log", None),
            ("room_", None),
            ("room_a b/x", None),
            ("classroom_a/x", None),
            ("", None),
        ] {
            assert_eq!(room_of_path(path).as_deref(), room, "{path}");
        }
        assert_eq!(room_of_stream("aws/IVSChatLogs/1.0/room_AbCd12"), Some("AbCd12"));
        assert_eq!(room_of_stream("aws/lambda/x"), None);
    }
}
