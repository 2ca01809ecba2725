//! The steps of a change: [`Change`].

use std::time::{Duration, Instant};

use anyhow::anyhow;
use ivs_chat_review::provision::layer::{Mark, Plan, Target};

use super::report::Report;
use super::{Known, current};
use crate::Outcome;
use crate::function::args::PublishArgs;
use crate::function::probe;
use crate::rooms::client::{FailureKind, FunctionState, ServiceError};
use crate::rooms::context::CommandContext;
use crate::rooms::ui::advice::advised;
use crate::rooms::ui::progress::note;
use crate::terminal::{argument, path_argument};

/// How long an update may take until the function has the new configuration.
const UPDATE_TIMEOUT: Duration = Duration::from_secs(300);
/// The first and the longest wait between two looks.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(4);

/// How often an update is tried while other clients change the function.
const UPDATE_ATTEMPTS: usize = 5;

/// How often a function is asked for its rules: the old processes may answer for a moment.
const VERIFY_ATTEMPTS: usize = 8;

/// The rules that a function should have.
pub(super) struct Wanted {
    /// Their hash; `None` if it is not known.
    pub(super) hash: Option<String>,
    /// The archive, if they may have to be published.
    pub(super) archive: Option<Vec<u8>>,
}

/// A change that is being made.
pub(super) struct Change<'c> {
    pub(super) args: &'c PublishArgs,
    pub(super) context: &'c CommandContext,
    pub(super) known: &'c Known,
    pub(super) report: &'c Report,
}

/// Which version the function has while a step is made, for its error.
#[derive(Clone, Copy)]
enum Live {
    Known(Option<u64>),
    /// This one, or the old one.
    Perhaps(u64),
}

impl Change<'_> {
    /// Makes all steps of a plan.
    pub(super) async fn make(&self, plan: &Plan, wanted: &Wanted) -> anyhow::Result<Outcome> {
        let before = Live::Known(self.known.existing.current);
        let version = match &plan.target {
            Target::New(mark) => {
                let archive = wanted.archive.as_deref().unwrap_or_default();
                let version = self.publish(mark, archive).await;
                let version = version.map_err(|error| self.failed("publish", before, &error))?;
                self.report.step("published", &format!("version {version}"))?;
                version
            }
            Target::Existing(version) | Target::Current(version) => *version,
        };
        if matches!(plan.target, Target::Current(_)) {
            // The update of an earlier run may be in progress, or have failed.
            let status = self.known.function.last_update_status.as_deref();
            if status.is_some_and(|status| status != "Successful") {
                let settled = self.settled(&self.known.layers_with(version)).await;
                settled.map_err(|error| self.failed("update", before, &error))?;
            }
        } else {
            let start = Instant::now();
            self.update(version)
                .await
                .map_err(|(error, live)| self.failed("update", live, &error))?;
            let time = start.elapsed().as_secs_f64();
            self.report.step("updated", &format!("version {version} is live after {time:.1} s"))?;
        }
        let live = Live::Known(Some(version));
        let verified = self.verify(wanted.hash.as_deref()).await;
        let verified = verified.map_err(|error| self.failed("verify", live, &error))?;
        self.report.step("verified", &verified)?;
        let layer = &self.args.layer;
        if plan.delete.is_empty() {
            return Ok(Outcome::Fine);
        }
        // The update may have taken minutes, in which another function may have got one of them.
        let used = self.context.service.layers_in_use().await;
        let used = used.map_err(|error| self.failed("delete", live, &advised(&error)))?;
        let used = self.known.versions_of(&used);
        for &version in plan.delete.iter().filter(|version| !used.contains(version)) {
            self.check_shutdown().map_err(|error| self.failed("delete", live, &error))?;
            let deleted = self.context.service.delete_layer_version(layer, version).await;
            deleted.map_err(|error| self.failed("delete", live, &advised(&error)))?;
            self.report.step("deleted", &format!("version {version}"))?;
        }
        Ok(Outcome::Fine)
    }

    /// Publishes a version. A request without an answer may have published it, which the list shows.
    async fn publish(&self, mark: &Mark, archive: &[u8]) -> anyhow::Result<u64> {
        let (service, layer) = (&self.context.service, &self.args.layer);
        let published = service.publish_layer_version(layer, &mark.to_string(), archive).await;
        let error = match published {
            Ok(published) => return Ok(published.version),
            Err(error) if error.may_be_applied => error,
            Err(error) => return Err(advised(&error)),
        };
        let known = |version| self.known.existing.versions.iter().any(|(it, _)| *it == version);
        let listed = service.list_layer_versions(layer).await.map_err(|_| advised(&error))?;
        let mut new = listed.iter().filter(|it| !known(it.version));
        let is_ours = |description: &Option<String>| {
            description.as_deref().and_then(Mark::parse).is_some_and(|it| it == *mark)
        };
        new.find(|it| is_ours(&it.description)).map(|it| it.version).ok_or_else(|| advised(&error))
    }

    /// Points the function to a version, and waits until it has it.
    async fn update(&self, version: u64) -> Result<(), (anyhow::Error, Live)> {
        let before = Live::Known(self.known.existing.current);
        let fail = |live: Live| move |error: anyhow::Error| (error, live);
        let layers = self.known.layers_with(version);
        let function = &self.known.function.arn;
        let mut state = self.settled(&layers).await.map_err(fail(before))?;
        for attempt in 1.. {
            if state.layers() == layers {
                break;
            }
            if state.layers() != self.known.function.layers() {
                let error = anyhow!("another client changed the layers of the function");
                return Err((error, Live::Known(current(&state, &self.known.layer))));
            }
            self.check_shutdown().map_err(fail(before))?;
            let revision = state.revision_id.as_deref();
            let service = &self.context.service;
            let try_update = async || service.try_update_layers(function, &layers, revision).await;
            match service.retry(try_update).await {
                Ok(updated) if updated.layers() == layers => {}
                Ok(_) => {
                    let error = anyhow!("Lambda returned layers other than the requested ones");
                    return Err((error, Live::Perhaps(version)));
                }
                // Another client, or the same request before its answer was lost.
                Err(error) if error.kind == FailureKind::Conflict && attempt < UPDATE_ATTEMPTS => {}
                Err(error) => {
                    let live = if error.may_be_applied { Live::Perhaps(version) } else { before };
                    return Err((advised(&error), live));
                }
            }
            state = self.settled(&layers).await.map_err(fail(Live::Perhaps(version)))?;
        }
        Ok(())
    }

    /// Waits until no update is in progress, and returns the function.
    async fn settled(&self, layers: &[String]) -> anyhow::Result<FunctionState> {
        let (start, mut wait) = (Instant::now(), FIRST_LOOK);
        loop {
            let state = self.context.service.get_function(&self.known.function.arn).await;
            let state = state.map_err(|error| advised(&error))?;
            match state.last_update_status.as_deref() {
                Some("InProgress") => {}
                Some("Failed") if state.layers() == layers => {
                    let why = state.last_update_status_reason.as_deref();
                    return Err(anyhow!(
                        "the update failed: {}",
                        why.unwrap_or("without a reason")
                    ));
                }
                _ => return Ok(state),
            }
            if start.elapsed() > UPDATE_TIMEOUT {
                return Err(anyhow!("the update is in progress after {UPDATE_TIMEOUT:?}"));
            }
            self.check_shutdown()?;
            self.context.shutdown.sleep(wait).await;
            wait = (wait * 2).min(LONGEST_LOOK);
        }
    }

    /// Asks the function for its rules. Returns what it said.
    async fn verify(&self, wanted: Option<&str>) -> anyhow::Result<String> {
        let (mut wait, mut attempt) = (FIRST_LOOK, 1);
        loop {
            let event = probe::event("hello", &self.known.function.arn);
            let reply =
                probe::review(&self.context.service, &self.known.function.arn, &event).await;
            let reply = reply.map_err(|error: ServiceError| advised(&error))?;
            let failed = reply.review.err();
            if let (None, None) = (&failed, &reply.probe) {
                note(
                    "warning: the handler is of an older version, which does not say which rules it has",
                );
                return Ok("the function answers".to_owned());
            }
            let probe = reply.probe.unwrap_or_default();
            let is_wanted = wanted.is_none_or(|wanted| wanted == probe.rules_hash);
            if failed.is_none() && is_wanted {
                if !probe.compiled {
                    note(
                        "warning: the function compiles the text of the rules at each start: the handler is of another version than this command, or the layer has no compiled rules; deploy the handler of this version",
                    );
                }
                if probe.skipped > 0 {
                    note(&format!("warning: the function skips {} invalid parts", probe.skipped));
                }
                return Ok(format!("the function has the rules {}", probe.rules_hash));
            }
            if attempt == VERIFY_ATTEMPTS {
                return Err(match failed {
                    Some(error) => anyhow!("the function fails: {error}"),
                    None => anyhow!(
                        "the function has the rules {}, not {}; another layer may have rules too, or RULES_DIR may be another folder than /opt/rules",
                        probe.rules_hash,
                        wanted.unwrap_or_default()
                    ),
                });
            }
            self.check_shutdown()?;
            self.context.shutdown.sleep(wait).await;
            (wait, attempt) = ((wait * 2).min(LONGEST_LOOK), attempt + 1);
        }
    }

    fn check_shutdown(&self) -> anyhow::Result<()> {
        match self.context.shutdown.is_requested() {
            true => Err(anyhow!("interrupted")),
            false => Ok(()),
        }
    }

    /// Returns the error of a step: what is live, and how to go on.
    fn failed(&self, step: &str, live: Live, error: &anyhow::Error) -> anyhow::Error {
        let PublishArgs { function, layer, folder, keep, rollback, connect, .. } = self.args;
        let named = |version: u64| match self.known.hash(version) {
            Some(hash) => format!("version {version} of {layer} (rules {hash})"),
            None => format!("version {version} of {layer}"),
        };
        let or_none = |version: Option<u64>| version.map_or("no version of it".to_owned(), named);
        let old = || or_none(self.known.existing.current);
        let what = match live {
            Live::Known(version) => or_none(version),
            Live::Perhaps(version) => {
                format!("{}, or {} if the update was applied", old(), named(version))
            }
        };
        let mut command = format!("ivs-review publish --function {function} --layer {layer}");
        if folder.path.as_os_str() != "rules" && !rollback {
            command += &format!(" --rules {}", path_argument(&folder.path));
        }
        if keep.get() != 5 {
            command += &format!(" --keep {keep}");
        }
        let connection = [("--region", &connect.region), ("--profile", &connect.profile)];
        for (option, value) in connection {
            if let Some(value) = value {
                command += &format!(" {option} {}", argument(value));
            }
        }
        let back = format!("{command} --rollback");
        let next = match (step, rollback, live) {
            // A second rollback might go too far.
            (_, true, Live::Perhaps(_)) => format!("to see which one: {back} --dry-run"),
            ("verify", true, _) => format!("to see what is next: {back} --dry-run"),
            ("verify", false, _) if self.known.existing.current.is_some() => {
                format!("to go back: {back}")
            }
            (_, true, _) => format!("to go on: {back}"),
            _ => format!("to go on: {command}"),
        };
        anyhow!("{step}: {error:#}\nlive: {what}\n{next}")
    }
}
