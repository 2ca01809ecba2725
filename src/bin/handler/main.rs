//! The Lambda function: reviews one message per invocation.
//!
//! The rules are loaded before the runtime requests the first event: Lambda does not throttle
//! that phase, and IVS Chat waits 200 ms for an answer, cold start included (Amazon IVS Chat User
//! Guide, "Service Quotas"). Only patterns that compile fast are compiled later, for the first
//! message that may match them.

mod event;
mod logs;
mod metrics;
mod rule_folder;
mod service;
#[cfg(unix)]
mod shutdown;
#[cfg(test)]
mod tests;
mod upkeep;

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use std::{env, fmt, io};

use ivs_chat_review::ivs::Probe;
use ivs_chat_review::review::Reviewer;
use ivs_chat_review::rules::{self, LoadError};
use lambda_runtime::{LambdaEvent, Runtime, service_fn};
use tracing::error;

use crate::event::Undecoded;
use crate::metrics::Metrics;
use crate::rule_folder::{Loaded, Options};
use crate::service::Service;
#[cfg(unix)]
use crate::shutdown::ShutdownNotice;
use crate::upkeep::Upkeep;

fn main() -> ExitCode {
    logs::init();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(%error, "startup failed");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), StartError> {
    let start = Instant::now();
    let folder = rules_folder().map_err(StartError::NoFolder)?;
    let interval = upkeep::reload_interval();
    let options = Options { may_map: interval.is_none(), ..Options::default() };
    // Before they are loaded, so that a change at the same time is found later.
    let seen = match interval {
        Some(_) => rules::listing(&folder).unwrap_or_default(),
        None => Vec::new(),
    };
    let mut loaded = rule_folder::load(&folder, options).map_err(StartError::Load)?;
    if loaded.engine.is_empty() {
        return Err(StartError::NoRules);
    }
    let mut upkeep = Upkeep::new(folder, &mut loaded, interval, seen);
    let metrics = metrics(&loaded);
    #[cfg(unix)]
    let has_metrics = metrics.is_some();
    let about = loaded.about();
    let mut service = Service::new(Reviewer::shared(Arc::new(loaded.engine)), metrics);
    service.warm_up();
    service.describe(Probe { start_us: start.elapsed().as_micros() as u64, ..about });
    let service = RefCell::new(service);
    let event = RefCell::new(Vec::new());
    let answer = service_fn(|_: LambdaEvent<Undecoded>| {
        let mut service = service.borrow_mut();
        let answer = service.answer(&event.borrow());
        logs::write(service.metrics_if_due());
        std::future::ready(answer)
    });
    let result = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::Runtime(error.into()))?
        .block_on(async {
            let runtime = event::copy_to(&event, Runtime::new(answer));
            #[cfg(unix)]
            {
                let notice = if has_metrics { ShutdownNotice::register().await } else { None };
                shutdown::run(runtime, notice, || upkeep.run(&service)).await
            }
            // Compiled on other systems, but never run: Lambda is Linux.
            #[cfg(not(unix))]
            {
                let _ = &mut upkeep;
                runtime.run().await
            }
        })
        .map_err(StartError::Runtime);
    logs::write(service.borrow_mut().flush_metrics());
    result
}

/// Returns the metrics, unless the function's configuration has `METRICS=off`.
fn metrics(loaded: &Loaded) -> Option<Metrics> {
    // Lambda allows no other characters; they would have to be escaped.
    let is_plain =
        |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let function = env::var("AWS_LAMBDA_FUNCTION_NAME").ok().filter(is_plain)?;
    if env::var_os("METRICS").is_some_and(|metrics| metrics == "off") {
        return None;
    }
    let mut metrics = Metrics::new(function, logs::lowest_kept_level());
    metrics.skipped(loaded.errors.len());
    if loaded.is_fallback {
        metrics.compiled_unused();
    }
    Some(metrics)
}

/// Returns `RULES_DIR`, or `rules` in the folder of this executable.
fn rules_folder() -> io::Result<PathBuf> {
    match env::var_os("RULES_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => Ok(env::current_exe()?.with_file_name("rules")),
    }
}

/// Why the handler cannot start.
enum StartError {
    NoFolder(io::Error),
    Load(LoadError),
    NoRules,
    Runtime(lambda_runtime::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::NoFolder(error) => write!(f, "cannot locate the rule folder: {error}"),
            StartError::Load(error) => error.fmt(f),
            StartError::NoRules => f.write_str("no valid rules in the rule folder"),
            StartError::Runtime(error) => write!(f, "Lambda runtime failed: {error}"),
        }
    }
}
