//! The Lambda function: reviews one message per invocation.
//!
//! The rules are compiled before the runtime asks for the first message: Lambda does not throttle
//! that phase, and IVS Chat waits 200 ms for an answer, cold start included (Amazon IVS Chat User
//! Guide, "Service Quotas"). Only cheap patterns wait for the first message that may match them.

mod logs;
mod metrics;
mod service;
#[cfg(unix)]
mod shutdown;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fmt, io};

use ivs_chat_review::diagnostic::Diagnostic;
use ivs_chat_review::engine::Engine;
use ivs_chat_review::rules::{self, LoadError};
use lambda_runtime::{Runtime, service_fn};
use tracing::{error, info};

use crate::metrics::Metrics;
use crate::service::Service;
#[cfg(unix)]
use crate::shutdown::Announcement;

fn main() -> ExitCode {
    logs::init();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!(%error, "the function stops");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), StartError> {
    let (engine, left_out) = load()?;
    let metrics = metrics(left_out);
    #[cfg(unix)]
    let counts = metrics.is_some();
    let mut service = Service::new(&engine, metrics);
    service.warm_up();
    let service = RefCell::new(service);
    let answer = service_fn(|event: service::Event| {
        let mut service = service.borrow_mut();
        let answer = service.answer(&event);
        logs::write(service.metrics_if_due());
        std::future::ready(answer)
    });
    let ended = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| StartError::Runtime(error.into()))?
        .block_on(async {
            let runtime = Runtime::new(answer);
            #[cfg(unix)]
            {
                let announcement = if counts { Announcement::ask_for().await } else { None };
                shutdown::run(runtime, announcement).await
            }
            // Compiled there, but never run: Lambda is Linux.
            #[cfg(not(unix))]
            runtime.run().await
        })
        .map_err(StartError::Runtime);
    logs::write(service.borrow_mut().metrics());
    ended
}

/// What counts for CloudWatch, unless the function's configuration says `METRICS=off`.
fn metrics(left_out: usize) -> Option<Metrics> {
    // All that Lambda allows in it; anything else would have to be escaped.
    let plain =
        |name: &String| name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let function = env::var("AWS_LAMBDA_FUNCTION_NAME").ok().filter(plain)?;
    if env::var_os("METRICS").is_some_and(|metrics| metrics == "off") {
        return None;
    }
    let mut metrics = Metrics::new(function, logs::least_level());
    metrics.left_out(left_out);
    Some(metrics)
}

/// The engine of what stands in the rule folder. What is broken is left out, logged and counted: the
/// rest still protects the room.
fn load() -> Result<(Engine, usize), StartError> {
    let begun = Instant::now();
    let folder = rules_folder().map_err(StartError::NoFolder)?;
    let sources = rules::load(&folder).map_err(StartError::Load)?;
    let parsed = rules::parse(&sources);
    let (engine, more) = Engine::compile(parsed.rules);
    let problems: Vec<Diagnostic> = parsed.diagnostics.into_iter().chain(more).collect();
    let left_out = problems.iter().filter(|problem| problem.is_error()).count();
    for problem in problems.iter().filter(|problem| problem.is_error()) {
        error!(place = problem.place(&sources), code = %problem.code, "left out: {}", problem.message);
    }
    if engine.is_empty() {
        return Err(StartError::NoRules);
    }
    info!(
        rules = engine.rules().rules.len(),
        entries = engine.entries(),
        patterns = engine.patterns(),
        left_out,
        micros = begun.elapsed().as_micros() as u64,
        "ready"
    );
    Ok((engine, left_out))
}

/// `RULES_DIR`, or else `rules` beside this program.
fn rules_folder() -> io::Result<PathBuf> {
    match env::var_os("RULES_DIR").filter(|folder| !folder.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => Ok(env::current_exe()?.with_file_name("rules")),
    }
}

/// Why there is nothing that could review messages.
enum StartError {
    NoFolder(io::Error),
    Load(LoadError),
    NoRules,
    Runtime(lambda_runtime::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::NoFolder(error) => write!(f, "it has no rule folder: {error}"),
            StartError::Load(error) => error.fmt(f),
            StartError::NoRules => f.write_str("nothing in the rule folder can be used"),
            StartError::Runtime(error) => write!(f, "the Lambda runtime ended: {error}"),
        }
    }
}
