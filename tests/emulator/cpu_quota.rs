//! The share of a CPU that Lambda allocates to a function, as a Linux control group.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{fs, io, process, thread};

/// The memory in MB with which a function has one whole CPU (AWS Lambda Developer Guide, "Configure Lambda
/// function memory").
const WHOLE: u64 = 1_769;

/// The period of the quota, in microseconds. AWS does not publish Lambda's. With the kernel's default of 100 ms a
/// function with a seventh of a CPU would run for 14 ms before it is throttled, which hides most reviews; with
/// 20 ms it runs for 3 ms and then waits for 17, so that every slow review is throttled.
const PERIOD: u64 = 20_000;

/// A control group with a quota of CPU time. It is removed on drop, when its processes must have ended.
pub(crate) struct Quota {
    folder: PathBuf,
}

impl Quota {
    /// Creates a group with the share for a memory size in MB.
    ///
    /// # Errors
    /// If such a group cannot be created on this machine. The error lists the attempts.
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
            // If this is necessary and fails, the writes below fail as well.
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

    /// Returns the file to which a process id is written to move the process into the group.
    pub(crate) fn processes(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    /// Returns how often the group was throttled.
    pub(crate) fn throttled(&self) -> u64 {
        let stat = fs::read_to_string(self.folder.join("cpu.stat")).expect("each group has it");
        let count = stat.lines().find_map(|line| line.strip_prefix("nr_throttled "));
        count.and_then(|count| count.trim().parse().ok()).expect("a count")
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        // The function ends after the emulator.
        let deadline = Instant::now() + Duration::from_secs(5);
        while self.folder.exists()
            && fs::remove_dir(&self.folder).is_err()
            && Instant::now() < deadline
        {
            thread::sleep(Duration::from_millis(10));
        }
    }
}
