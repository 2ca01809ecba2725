//! Parses any bytes as a backup of rooms.

use std::collections::HashSet;

use ivs_chat_review::provision::arn::{FunctionArn, RoomArn};
use ivs_chat_review::provision::backup::Backup;

/// Parses bytes as a backup, and each line as an ARN. Checks that records round-trip, that records
/// can be appended to the file, and that the positions of errors are inside the file.
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
            let longer = Backup::parse(&longer).expect("a longer backup");
            assert_eq!(longer.incomplete, None);
            assert_eq!(longer.records.len(), lines.len() + usize::from(!lines.is_empty()));

            let named: HashSet<RoomArn> = backup.records.iter().map(|it| it.room.clone()).collect();
            let rooms = backup.rooms();
            let saved: HashSet<RoomArn> = rooms.iter().map(|saved| saved.room.clone()).collect();
            assert_eq!((rooms.len(), saved), (named.len(), named));
        }
        Err(invalid) => {
            assert!(!invalid.lines.is_empty());
            let lines: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
            for error in &invalid.lines {
                let position = error.position;
                let line = lines.get(position.line - 1).expect("a line of the file");
                assert!((1..=line.len() + 1).contains(&position.column), "{error:?}");
            }
        }
    }
}

/// Checks that valid ARNs round-trip and that errors stay short.
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
