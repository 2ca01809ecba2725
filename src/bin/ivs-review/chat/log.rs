//! `--log`: records of chat in the folders and the format of IVS Chat logging.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Writes each record to the file of its room and hour:
/// `AWSLogs/<account>/IVSChatLogs/1.0/<region>/room_<id>/<yyyy>/<mm>/<dd>/<hh>/<…>.log`.
pub(super) struct ChatLog {
    folder: PathBuf,
    /// The last file.
    open: Option<(PathBuf, File)>,
}

impl ChatLog {
    /// Creates the folder.
    pub(super) fn new(folder: &Path) -> io::Result<ChatLog> {
        fs::create_dir_all(folder)?;
        Ok(ChatLog { folder: folder.to_owned(), open: None })
    }

    pub(super) fn write(&mut self, room: &str, time: Timestamp, record: &str) -> io::Result<()> {
        let path = self.folder.join(path(room, time));
        if self.open.as_ref().is_none_or(|(open, _)| *open != path) {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = OpenOptions::new().create(true).append(true).open(&path)?;
            self.open = Some((path, file));
        }
        match &mut self.open {
            // In one write, so that a reader sees whole lines.
            Some((_, file)) => file.write_all(format!("{record}\n").as_bytes()),
            None => Ok(()),
        }
    }
}

/// The ARN has only characters that are safe in names.
fn path(room: &str, time: Timestamp) -> PathBuf {
    let mut parts = room.split([':', '/']).skip(3);
    let mut part = || parts.next().unwrap_or_default();
    let (region, account, _room, id) = (part(), part(), part(), part());
    let hour = time.to_zoned(TimeZone::UTC).strftime("%Y/%m/%d/%H").to_string();
    let logs = "IVSChatLogs";
    format!(
        "AWSLogs/{account}/{logs}/1.0/{region}/room_{id}/{hour}/{account}_{logs}_1.0_{region}_room_{id}_local.log"
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_that_of_ivs_chat() {
        let time = "2026-11-30T19:59:59.9Z".parse().expect("a time");
        assert_eq!(
            path("arn:aws:ivschat:us-west-2:123456789012:room/AbCdEf123456", time),
            Path::new(
                "AWSLogs/123456789012/IVSChatLogs/1.0/us-west-2/room_AbCdEf123456/2026/11/30/19/\
                 123456789012_IVSChatLogs_1.0_us-west-2_room_AbCdEf123456_local.log"
            )
        );
    }
}
