//! Work between two messages: [`Upkeep`].
//!
//! It runs after an answer was sent, so no sender waits for it. The next message does, if it comes
//! at once.

use std::cell::RefCell;
use std::env;
use std::fs::File;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use ivs_chat_review::compiled::Check;
use ivs_chat_review::diagnostic::Code;
use ivs_chat_review::rules;
use tracing::{error, info};

use crate::logs;
use crate::rule_folder::{self, Loaded, Options};
use crate::service::Service;

/// What is done after answers.
pub(crate) struct Upkeep {
    folder: PathBuf,
    /// The check of the compiled rules in use, which is made once.
    check: Option<Check>,
    /// `None` unless rules are reloaded.
    reload: Option<Reload>,
}

/// The reload of rules (`RULES_RELOAD`).
struct Reload {
    interval: Duration,
    last: Instant,
    /// The rule folder when it was last loaded.
    seen: Vec<Listed>,
    /// The errors of the rules in use.
    errors: Vec<(Code, String)>,
}

/// A file of a rule folder: its path, length and time of modification.
pub(crate) type Listed = (String, u64, Option<SystemTime>);

impl Upkeep {
    /// Creates the upkeep of the rules that were loaded from a folder, which are reloaded at most once
    /// in an interval. `seen` is the folder as it was before they were loaded.
    pub(crate) fn new(
        folder: PathBuf,
        loaded: &mut Loaded,
        interval: Option<Duration>,
        seen: Vec<Listed>,
    ) -> Upkeep {
        let reload = interval.map(|interval| Reload {
            interval,
            last: Instant::now(),
            seen,
            errors: loaded.errors.clone(),
        });
        Upkeep { folder, check: loaded.check.take(), reload }
    }

    /// Does what is due.
    pub(crate) fn run(&mut self, service: &RefCell<Service<'_>>) {
        if let Some(check) = self.check.take() {
            self.check(&check, service);
        }
        let is_due = |reload: &mut Reload| reload.last.elapsed() >= reload.interval;
        if self.reload.as_mut().is_some_and(is_due) {
            self.reload(service);
        }
    }

    /// Compares the checksum of compiled rules, and uses the text if they are damaged.
    fn check(&self, check: &Check, service: &RefCell<Service<'_>>) {
        let passes = File::open(rule_folder::compiled_path(&self.folder));
        let why = match passes.and_then(|file| check.passes(file)) {
            Ok(true) => return,
            Ok(false) => "the file is damaged".to_owned(),
            Err(error) => error.to_string(),
        };
        error!("the compiled rules are rejected, and the text is compiled: {why}");
        let options = Options { only_text: true, ..Options::default() };
        match load(&self.folder, options) {
            Ok(loaded) if !loaded.engine.is_empty() => {
                replace(service, Loaded { is_fallback: true, ..loaded });
            }
            Ok(_) => {
                error!("the text has no valid rules, and the damaged compiled rules stay in use")
            }
            Err(why) => error!("the damaged compiled rules stay in use: {why}"),
        }
    }

    /// Loads the rules if their files changed, and uses them if they are not worse than the rules in
    /// use.
    fn reload(&mut self, service: &RefCell<Service<'_>>) {
        let Some(reload) = &mut self.reload else { return };
        reload.last = Instant::now();
        let listed = rules::listing(&self.folder);
        if listed.as_ref().is_ok_and(|listed| *listed == reload.seen) {
            return;
        }
        // An error is reported once, not each time.
        let is_new = listed.is_ok() || !reload.seen.is_empty();
        reload.seen = listed.unwrap_or_default();
        if !is_new {
            return;
        }
        let options = Options { run_samples: true, ..Options::default() };
        match usable(load(&self.folder, options), &reload.errors) {
            Ok(loaded) => {
                reload.errors.clone_from(&loaded.errors);
                replace(service, loaded);
                info!("the changed rules are in use");
            }
            Err(why) => {
                error!("the rules changed, and the old ones stay in use: {why}");
                if let Some(metrics) = service.borrow_mut().metrics() {
                    metrics.reload_rejected();
                }
            }
        }
    }
}

/// Returns `RULES_RELOAD` in seconds; `None` if it is not set or not a number above 0.
pub(crate) fn reload_interval() -> Option<Duration> {
    let text = env::var("RULES_RELOAD").ok().filter(|text| !text.is_empty() && text != "off")?;
    let seconds = text.parse().ok().filter(|&seconds: &u32| seconds > 0);
    if seconds.is_none() {
        error!("RULES_RELOAD must be a number of seconds above 0, or off; rules are not reloaded");
    }
    Some(Duration::from_secs(seconds?.into()))
}

/// Loads a rule folder. A panic is an error, so that it does not end a process with rules that work.
fn load(folder: &Path, options: Options) -> Result<Loaded, String> {
    let loaded = catch_unwind(|| rule_folder::load(folder, options));
    let loaded = loaded.map_err(|_| "loading them panicked".to_owned())?;
    loaded.map_err(|error| error.to_string())
}

/// Returns the loaded rules if they are not worse than those with these errors.
fn usable(loaded: Result<Loaded, String>, errors: &[(Code, String)]) -> Result<Loaded, String> {
    let loaded = loaded?;
    if loaded.engine.is_empty() {
        return Err("there are no valid rules".to_owned());
    }
    let new = loaded.errors.iter().filter(|error| !errors.contains(error)).count();
    if new > 0 {
        return Err(format!("{new} errors that the old ones do not have"));
    }
    match loaded.failed_samples {
        0 => Ok(loaded),
        failed => Err(format!("{failed} samples fail")),
    }
}

fn replace(service: &RefCell<Service<'_>>, loaded: Loaded) {
    let mut service = service.borrow_mut();
    let about = loaded.about();
    logs::write(service.replace(loaded.engine, about));
    if let Some(metrics) = service.metrics().filter(|_| loaded.is_fallback) {
        metrics.compiled_unused();
    }
}
