//! A placeholder.
use ivs_chat_review::rooms::backup::{Backup, Past, Record};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
pub(crate) struct BackupFile(File);
impl BackupFile {
    pub(crate) fn open(path: &Path) -> anyhow::Result<BackupFile> {
        Ok(BackupFile(OpenOptions::new().create(true).append(true).open(path)?))
    }
    pub(crate) fn add(&mut self, record: &Record) -> io::Result<()> {
        self.0.write_all(record.to_line().as_bytes())?;
        self.0.sync_data()
    }
}
pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<Past>> {
    Ok(Backup::parse(&std::fs::read(path)?)?.rooms())
}
