//! Any bytes as a backup of rooms.

use std::collections::HashSet;

use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::backup::Backup;

/// Reads a backup, and each of its lines as an ARN. What was read is read again from what is written
/// of it; the file can be written on behind its records; what is told of another one lies in it.
pub fn backups(bytes: &[u8]) {
    for line in String::from_utf8_lossy(bytes).lines() {
        arns(line);
    }
    match Backup::parse(bytes) {
        Ok(backup) => {
            let lines: Vec<String> = backup.records.iter().map(|it| it.to_line()).collect();
            let written = lines.concat();
            let again = Backup::parse(written.as_bytes()).expect("records");
            assert_eq!((&again.records, again.end), (&backup.records, written.len()));

            let mut longer = bytes[..backup.end].to_vec();
            if !longer.ends_with(b"\n") {
                longer.push(b'\n');
            }
            longer.extend(lines.last().into_iter().flat_map(|line| line.bytes()));
            let longer = Backup::parse(&longer).expect("it can be written on");
            assert_eq!(longer.unfinished, None);
            assert_eq!(longer.records.len(), lines.len() + usize::from(!lines.is_empty()));

            let named: HashSet<RoomArn> = backup.records.iter().map(|it| it.room.clone()).collect();
            let rooms = backup.rooms();
            let told: HashSet<RoomArn> = rooms.iter().map(|past| past.room.clone()).collect();
            assert_eq!((rooms.len(), told), (named.len(), named));
        }
        Err(unreadable) => {
            assert!(!unreadable.problems.is_empty());
            let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
            for problem in &unreadable.problems {
                let position = problem.position;
                let line = lines.get(position.line - 1).expect("a line of the file");
                assert!((1..=line.len() + 1).contains(&position.column), "{problem:?}");
            }
        }
    }
}

/// What is an ARN is read as it was written, and what is told of others stays short.
fn arns(text: &str) {
    let room = RoomArn::parse(text).map(|arn| arn.to_string());
    let function = FunctionArn::parse(text).map(|arn| arn.to_string());
    for read in [room, function] {
        match read {
            Ok(written) => assert_eq!(written, text),
            Err(error) => assert!(error.to_string().len() < 2_000, "{error}"),
        }
    }
}
