//! The share of a processor that Lambda gives a function, as a control group of Linux.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io, process, thread};

/// The memory in MB with which a function has one whole processor (AWS Lambda Developer Guide, "Configure Lambda
/// function memory").
const WHOLE: u64 = 1_769;

/// The period of the quota, in microseconds. AWS does not publish Lambda's. With the kernel's default of 100 ms a
/// function with a seventh of a processor would run for 14 ms before it is throttled, which hides most reviews; with
/// 20 ms it runs for 3 ms and then waits for 17, so that every slow review is throttled.
const PERIOD: u64 = 20_000;

/// A control group with a quota of processor time. It goes with this value; its processes must have ended.
pub(crate) struct Quota {
    folder: PathBuf,
}

impl Quota {
    /// The share that goes with that memory in MB.
    ///
    /// # Errors
    /// If such a group cannot be made on this machine. The error lists what was tried.
    pub(crate) fn of_memory(megabytes: u64) -> Result<Quota, String> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("ivs-review-{}-{number}", process::id());
        let quota = PERIOD * megabytes / WHOLE;
        let root = Path::new("/sys/fs/cgroup");
        let mut tried = String::new();
        for controller in ["cpu", "cpu,cpuacct", ""] {
            let parent = root.join(controller);
            let group = Quota { folder: parent.join(&name) };
            match group.make(&parent, quota) {
                Ok(()) => return Ok(group),
                Err(error) => tried += &format!("{}: {error}; ", group.folder.display()),
            }
        }
        Err(tried)
    }

    fn make(&self, parent: &Path, quota: u64) -> io::Result<()> {
        let first = parent.join("cpu.cfs_quota_us").exists();
        let second = parent.join("cgroup.subtree_control");
        if !first && !second.exists() {
            return Err(io::ErrorKind::NotFound.into());
        }
        if !first {
            // Whether it is needed and may be done shows below.
            let _ = fs::write(second, "+cpu");
        }
        fs::create_dir(&self.folder)?;
        if first {
            fs::write(self.folder.join("cpu.cfs_period_us"), PERIOD.to_string())?;
            fs::write(self.folder.join("cpu.cfs_quota_us"), quota.to_string())
        } else {
            fs::write(self.folder.join("cpu.max"), format!("{quota} {PERIOD}"))
        }
    }

    /// The file that takes the number of a process into the group.
    pub(crate) fn processes(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    /// How often the group was held back.
    pub(crate) fn throttled(&self) -> u64 {
        let stat = fs::read_to_string(self.folder.join("cpu.stat")).expect("each group has it");
        let count = stat.lines().find_map(|line| line.strip_prefix("nr_throttled "));
        count.and_then(|count| count.trim().parse().ok()).expect("a count")
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // The function ends after the emulator does.
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.folder.exists()
            && fs::remove_dir(&self.folder).is_err()
            && Instant::now() < deadline
        {
            thread::sleep(Duration::from_millis(10));
        }
    }
}
